"""What the app says about itself: how far standards are adopted, and whether they are read."""

from collections import defaultdict
from datetime import date

from processes.models import Acknowledgement, Adoption, Process
from productops.measures import Aggregation, Cadence, Direction, measure
from teams.choices import SubjectKind
from teams.models import Product, Subject

Ratio = tuple[float, float]


def adoption_on(on: date) -> dict[int, Ratio]:
    """(pairs adopted, pairs that count) by product subject: published processes x products,
    exempt pairs left out; a pair that nobody has spoken about counts as not adopted."""
    processes = set(Process.objects.published().values_list("pk", flat=True))
    subjects = list(Product.objects.current().values_list("subject", flat=True))
    states = {
        (adoption.process_id, adoption.subject_id): adoption.counts_on(on)
        for adoption in Adoption.objects.on(on).filter(process__in=processes)
    }
    found: dict[int, Ratio] = {}
    for subject in subjects:
        counted = [states.get((process, subject), False) for process in processes]
        kept = [state for state in counted if state is not None]
        if kept:
            found[subject] = (float(sum(kept)), float(len(kept)))
    return found


@measure(
    "processes.adoption",
    name="Process adoption by product",
    unit="%",
    direction=Direction.UP,
    cadence=Cadence.WEEK,
    aggregation=Aggregation.RATIO,
    subject_kind=SubjectKind.PRODUCT,
    purpose="Share of the published processes that a product works by.",
)
def adoption_of_products(on: date) -> dict[int, Ratio]:
    return adoption_on(on)


@measure(
    "processes.process-adoption",
    name="Process adoption",
    unit="%",
    direction=Direction.UP,
    cadence=Cadence.WEEK,
    aggregation=Aggregation.RATIO,
    subject_kind=SubjectKind.ORGANISATION,
    purpose="Share of the published processes that the products work by.",
)
def adoption_of_all(on: date) -> dict[int, Ratio]:
    ratios = adoption_on(on).values()
    adopted, counted = sum(r[0] for r in ratios), sum(r[1] for r in ratios)
    return {Subject.organisation().pk: (adopted, counted)} if counted else {}


@measure(
    "processes.acknowledged",
    name="Processes acknowledged",
    unit="%",
    direction=Direction.UP,
    cadence=Cadence.WEEK,
    aggregation=Aggregation.RATIO,
    subject_kind=SubjectKind.ORGANISATION,
    purpose="Share of those asked to read a published process who said that they did.",
)
def acknowledged(on: date) -> dict[int, Ratio]:
    counts: dict[bool, int] = defaultdict(int)
    asked = Acknowledgement.objects.in_force().filter(asked_at__date__lte=on)
    for done_at in asked.values_list("done_at", flat=True):
        counts[done_at is not None and done_at.date() <= on] += 1
    total = counts[True] + counts[False]
    return {Subject.organisation().pk: (float(counts[True]), float(total))} if total else {}

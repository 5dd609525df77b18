"""Published processes that products do not work by."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from metrics.choices import Kind
from metrics.models import Improvement
from metrics.models.improvements import ENDED
from metrics.opportunities.noun import Opportunity
from processes.models import Adoption, Process
from productops import numbers
from teams.models import Person, Product, Subject

ENOUGH = 2 / 3  # followed by so many, a standard needs no improvement


def found(person: Person, today: date) -> Iterator[Opportunity]:
    """Processes that fewer than two thirds of the products that the person sees work by, and that
    no improvement is changing. Three queries."""
    products = list(Product.objects.visible_to(person).current().select_related("subject"))
    if not products:
        return
    changing = Improvement.objects.exclude(state__in=ENDED).filter(revision__process=OuterRef("pk"))
    published = Process.objects.visible_to(person).published().exclude(Exists(changing))
    said = {
        (adoption.process_id, adoption.subject_id): adoption.counts_on(today)
        for adoption in Adoption.objects.visible_to(person).on(today)
    }
    for process in published.order_by("pk"):
        states = {product.subject: said.get((process.pk, product.subject_id), False)
                  for product in products}  # fmt: skip
        counted = {subject: state for subject, state in states.items() if state is not None}
        adopted = sum(map(bool, counted.values()))
        if counted and adopted / len(counted) < ENOUGH:
            lacking = [subject for subject, state in counted.items() if not state]
            yield unfollowed(process, adopted, len(counted), lacking)


def unfollowed(process: Process, adopted: int, of: int, lacking: list[Subject]) -> Opportunity:
    share = adopted / of
    said = ngettext(
        "%(adopted)s of %(n)s product works by it (%(share)s); for example %(subject)s does not.",
        "%(adopted)s of %(n)s products work by it (%(share)s); for example %(subject)s does not.",
        of,
    )
    about = lacking[0]
    return Opportunity(
        kind="adoption",
        row=process.pk,
        title=_("Make “%(process)s” the way we work") % {"process": process.title},
        reason=said
        % {
            "adopted": adopted,
            "n": of,
            "share": numbers.percent(share, 0),
            "subject": about.name,
        },
        url=process.get_absolute_url(),
        subject=about,
        lever=Kind.PROCESS,
        share=1 - share,
        begins=(("revision", str(process.published_id)), ("subject", str(about.pk))),
    )

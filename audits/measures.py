"""What audits count about the organisation and about themselves."""

from collections.abc import Iterable
from datetime import date, timedelta
from statistics import median

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _

from audits import actions
from audits.choices import SMALLEST_GROUP, AnswerState
from audits.models import Answer, Audit, Gap
from productops import clock
from productops.measures import Aggregation, Cadence, Direction, measure
from teams.choices import SubjectKind
from teams.models import Product, Subject

IN_TIME = timedelta(days=90)
YEAR = timedelta(days=365)
STRATEGIC = "strategic"  # what a share of time adds to (audits/library/pm-time.yaml)


@measure(
    "audits.open-gaps",
    name=_("Open gaps"),
    unit="",
    direction=Direction.DOWN,
    cadence=Cadence.WEEK,
    aggregation=Aggregation.LAST,
    subject_kind=SubjectKind.PRODUCT,
    purpose=_("Shows the stock of known distance between where we are and where we want to be."),
)
def open_gaps(on: date) -> dict[int, float]:
    """Gaps found by then, not closed and not accepted, for each product and the organisation."""
    gaps = Gap.objects.found_by(on).open_on(on).not_accepted_on(on)
    found = dict(gaps.order_by().values_list("subject").annotate(number=Count("pk")))
    products = Product.objects.current().values_list("subject", flat=True)
    counts = {subject: float(found.get(subject, 0)) for subject in products}
    return counts | {Subject.organisation().pk: float(sum(found.values()))}


@measure(
    "audits.response-rate",
    name=_("Audit response rate"),
    unit="%",
    direction=Direction.UP,
    cadence=Cadence.WEEK,
    aggregation=Aggregation.RATIO,
    subject_kind=SubjectKind.ORGANISATION,
    purpose=_("Says how much weight an audit result can carry."),
)
def response_rate(on: date) -> dict[int, tuple[float, float]]:
    """Invitations submitted by then over all of the audit that was begun last by then."""
    end = clock.start_of(on + timedelta(days=1))
    newest = Audit.objects.begun_by(end).order_by("-opened_at", "-pk").first()
    if newest is None:
        return {}
    counts = newest.invitations.aggregate(
        asked=Count("pk", filter=Q(invited_at__lt=end)),
        done=Count("pk", filter=Q(invited_at__lt=end, submitted_at__lt=end)),
    )
    if not counts["asked"]:
        return {}
    return {Subject.organisation().pk: (float(counts["done"]), float(counts["asked"]))}


@measure(
    "audits.pm-strategic-time",
    name=_("PM time on strategic work"),
    unit="%",
    direction=Direction.UP,
    cadence=Cadence.MONTH,
    aggregation=Aggregation.MEAN,
    subject_kind=SubjectKind.ORGANISATION,
    purpose=_(
        "Product operations exists so that PMs can spend their time on customers, strategy and "
        "decisions."
    ),
)
def pm_strategic_time(on: date) -> dict[int, float]:
    """Mean over respondents of the shares of time that count as strategic, in per cent, of the
    audits that closed in the month of ``on`` by then. A month without such an audit is a gap:
    an old answer is no new figure."""
    begin = clock.start_of(on.replace(day=1))
    end = clock.start_of(on + timedelta(days=1))
    shares = (
        Answer.objects.given()
        .counted()
        .filter(
            scope__audit__closed_at__gte=begin,
            scope__audit__closed_at__lt=end,
            scope__audit__deleted_at=None,
        )
        .exclude(node__counts_as="")
    )
    sums = shares.order_by().values_list("node__counts_as", "node__key", "scope__audit")
    rows = list(sums.annotate(total=Sum("number"), people=Count("pk")))
    strategic = mean_share(_large_enough(rows))
    return {} if strategic is None else {Subject.organisation().pk: strategic}


@measure(
    "audits.gap-age",
    name=_("Median age of open gaps"),
    unit="d",
    direction=Direction.DOWN,
    cadence=Cadence.WEEK,
    aggregation=Aggregation.LAST,
    subject_kind=SubjectKind.ORGANISATION,
    purpose=_("A gap that grows old is lived with, though nobody has decided to."),
)
def gap_age(on: date) -> dict[int, float]:
    """Days since they were found, of all gaps that were open that day and not accepted."""
    gaps = Gap.objects.found_by(on).open_on(on).not_accepted_on(on)
    ages = [(on - found).days for found in gaps.order_by().values_list("found_on", flat=True)]
    return {Subject.organisation().pk: float(median(ages))} if ages else {}


@measure(
    "audits.gaps-closed-in-time",
    name=_("Gaps closed within 90 days"),
    unit="%",
    direction=Direction.UP,
    cadence=Cadence.MONTH,
    aggregation=Aggregation.RATIO,
    subject_kind=SubjectKind.ORGANISATION,
    purpose=_("Whether what is found is also dealt with, before the next audit finds it again."),
)
def gaps_closed_in_time(on: date) -> dict[int, tuple[float, float]]:
    """Of the gaps found from 180 to 90 days before, those closed within 90 days of being found.
    Merged ones go on as another and count there."""
    aged = Gap.objects.filter(
        found_on__gt=on - 2 * IN_TIME, found_on__lte=on - IN_TIME, merged_into=None
    )
    days = aged.order_by().values_list("found_on", "closed_on")
    done = [closed is not None and closed - found <= IN_TIME for found, closed in days]
    return {Subject.organisation().pk: (float(sum(done)), float(len(done)))} if done else {}


@measure(
    "audits.say-do-agreement",
    name=_("Answers that agree with the record"),
    unit="%",
    direction=Direction.UP,
    cadence=Cadence.WEEK,
    aggregation=Aggregation.RATIO,
    subject_kind=SubjectKind.ORGANISATION,
    purpose=_("How far what people say can be relied on where nothing is measured."),
)
def say_do_agreement(on: date) -> dict[int, tuple[float, float]]:
    """Of the places of audits begun in the year before where an answer stands beside a fact that
    is fresh, those where both say the same within the question's tolerance."""
    end = clock.start_of(on + timedelta(days=1))
    audits = Audit.objects.begun_by(end).filter(opened_at__gte=end - YEAR)
    found = [place.compared.agrees_on(on) for place in actions.beside_of(audits, on)]
    known = [agrees for agrees in found if agrees is not None]
    return {Subject.organisation().pk: (float(sum(known)), float(len(known)))} if known else {}


@measure(
    "audits.dont-know-share",
    name=_("Answers “I don’t know”"),
    unit="%",
    direction=Direction.DOWN,
    cadence=Cadence.MONTH,
    aggregation=Aggregation.RATIO,
    subject_kind=SubjectKind.ORGANISATION,
    purpose=_("What people cannot tell of their own work is a finding in itself."),
)
def dont_know_share(on: date) -> dict[int, tuple[float, float]]:
    """Of the submitted answers of audits closed in the year before, those that do not know."""
    end = clock.start_of(on + timedelta(days=1))
    answers = (
        Answer.objects.counted()
        .filter(
            scope__audit__closed_at__gte=end - YEAR,
            scope__audit__closed_at__lt=end,
            scope__audit__deleted_at=None,
        )
        .exclude(scope__audit__in=_of_few())
    )
    counts = answers.aggregate(
        unknown=Count("pk", filter=Q(state=AnswerState.DONT_KNOW)), all=Count("pk")
    )
    if not counts["all"]:
        return {}
    return {Subject.organisation().pk: (float(counts["unknown"]), float(counts["all"]))}


def _of_few():
    """Anonymous audits that fewer than the smallest group have submitted."""
    submitted = Count("invitations", filter=Q(invitations__submitted_at__isnull=False))
    counted = Audit.objects.filter(is_anonymous=True).annotate(people=submitted)
    return counted.filter(people__lt=SMALLEST_GROUP).values("pk")


def _large_enough(rows: list[tuple]) -> list[tuple]:
    """Without anonymous audits in which some question was answered by fewer than the smallest
    group: one figure of theirs would name somebody."""
    audits = {audit for _counts_as, _question, audit, _total, _people in rows}
    kept = Audit.objects.filter(pk__in=audits, is_anonymous=True)
    anonymous = set(kept.values_list("pk", flat=True))
    small = {row[2] for row in rows if row[2] in anonymous and row[4] < SMALLEST_GROUP}
    return [row for row in rows if row[2] not in small]


def mean_share(sums: Iterable[tuple]) -> float | None:
    """The mean from sums by question: (counts as, question, audit, sum of shares, people)."""
    people: dict[int, int] = {}
    strategic = 0.0
    for counts_as, _question, audit, total, asked in sums:
        people[audit] = max(people.get(audit, 0), asked)
        strategic += total if counts_as == STRATEGIC else 0
    return strategic / sum(people.values()) if people else None

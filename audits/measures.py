"""What audits count about the organisation and about themselves."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _

from audits.models import Answer, Audit, Gap
from productops import clock
from productops.measures import Aggregation, Cadence, Direction, measure
from teams.choices import SubjectKind
from teams.models import Product, Subject

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
    strategic = mean_share(sums.annotate(total=Sum("number"), people=Count("pk")))
    return {} if strategic is None else {Subject.organisation().pk: strategic}


def mean_share(sums: Iterable[tuple]) -> float | None:
    """The mean from sums by question: (counts as, question, audit, sum of shares, people)."""
    people: dict[int, int] = {}
    strategic = 0.0
    for counts_as, _question, audit, total, asked in sums:
        people[audit] = max(people.get(audit, 0), asked)
        strategic += total if counts_as == STRATEGIC else 0
    return strategic / sum(people.values()) if people else None

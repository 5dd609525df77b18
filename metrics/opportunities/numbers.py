"""What the numbers ask for: KPIs that got worse, targets that the process as it is cannot reach."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from metrics import readings, scorecard
from metrics.choices import Assurance, Variation
from metrics.models import Improvement, Registration
from metrics.models.improvements import ENDED
from metrics.opportunities.noun import Opportunity
from metrics.scorecard import Row
from objectives.models import Series
from teams.models import Person

FAR = 6.0  # sigmas from the mean: what is further is no worse for the order


def found(person: Person, today: date) -> Iterator[Opportunity]:
    """Series that are worse than usual or miss their target for good, of fresh numbers, and that
    no improvement is meant to move yet. Three queries."""
    asking = Q(state__variation=Variation.WORSE) | Q(state__assurance=Assurance.MISSED)
    series = Series.objects.visible_to(person).filter(asking, kpi__deleted_at=None)
    loaded = scorecard.with_readings(series.exclude(Exists(under_way()))).order_by("pk")
    for row in scorecard.rows_of(loaded, today=today):
        if not row.is_stale:
            yield worse(row) if row.state.variation == Variation.WORSE else missed(row)


def under_way():
    """Promises on a series whose improvement has not ended."""
    kept = Improvement.objects.exclude(state__in=ENDED).values("pk")
    return Registration.objects.filter(series=OuterRef("pk"), improvement__in=kept)


def worse(row: Row) -> Opportunity:
    return Opportunity(
        kind="signal",
        row=row.series.pk,
        title=_("Bring %(kpi)s back to usual") % {"kpi": row.name},
        reason=_("%(value)s in %(period)s, %(usual)s.")
        % {"value": row.quantity, "period": row.period, "usual": row.usual},
        url=row.url,
        subject=row.series.subject,
        lever="",
        share=distance(row.state.latest, row) / FAR,
        begins=(("series", str(row.series.pk)),),
    )


def missed(row: Row) -> Opportunity:
    return Opportunity(
        kind="target",
        row=row.series.pk,
        title=_("Bring %(kpi)s within reach of its target") % {"kpi": row.name},
        reason=_("The target is %(target)s, and %(usual)s: only another process reaches it.")
        % {"target": readings.target(*aims(row), row.version.unit), "usual": row.usual},
        url=row.url,
        subject=row.series.subject,
        lever="",
        share=min(distance(aim, row) for aim in aims(row) if aim is not None) / (2 * FAR),
        begins=(("series", str(row.series.pk)),),
    )


def aims(row: Row) -> tuple[float | None, float | None]:
    """The target that the stored assurance is about."""
    return row.state.target_low, row.state.target_high


def distance(value: float | None, row: Row) -> float:
    """How many sigmas a value lies from the mean."""
    upper, centre = row.state.upper, row.state.centre
    if value is None or upper is None or centre is None or upper <= centre:
        return 0.0
    return abs(value - centre) / ((upper - centre) / 3)

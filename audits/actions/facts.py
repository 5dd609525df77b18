"""Put down each night what the record says about what questions ask, for every subject."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from math import isfinite

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery

from audits.choices import AuditState, VersionState
from audits.models import Audit, Fact, Node
from productops.measures import Measure, Value, measure_named
from teams.models import Subject

DAILY_FOR = timedelta(days=62)  # afterwards one day of each month is enough to see a trend


def measured_questions():
    """The questions that name a measure, of questionnaires that people are or can be asked."""
    running = Audit.objects.filter(state=AuditState.OPEN).values("framework_version")
    asked = Q(version__state=VersionState.PUBLISHED) | Q(version__in=running)
    return Node.objects.questions().filter(asked).exclude(measure="")


@transaction.atomic
def keep_facts(*, on: date) -> int:
    """Measure, for every subject there is, what questions name; how many facts stand for ``on``.

    Each measure is asked once. A second run on the same day writes the same rows again.
    """
    keys = sorted(set(measured_questions().values_list("measure", flat=True)))
    measures = [measure for key in keys if (measure := measure_named(key))]
    found = [(measure, measure.compute(on)) for measure in measures]
    known = set(Subject.objects.values_list("pk", flat=True))
    rows = [row for measure, values in found for row in _rows(measure, values, known, on)]
    Fact.objects.bulk_create(
        rows,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["measure", "subject", "on"],
        update_fields=["value"],
    )
    _thin_out(on)
    return len(rows)


def _rows(measure: Measure, found: Mapping[int, Value], known: set[int], on: date) -> list[Fact]:
    values = {subject: in_unit(measure, value) for subject, value in found.items()}
    return [
        Fact(measure=measure.key, subject_id=subject, on=on, value=value)
        for subject, value in values.items()
        if value is not None and subject in known
    ]


def in_unit(measure: Measure, value: Value) -> float | None:
    """One number in the measure's unit; None where there is nothing to divide by."""
    if isinstance(value, tuple):
        numerator, denominator = value
        if not denominator:
            return None
        value = numerator / denominator * (100 if measure.unit == "%" else 1)
    return float(value) if isfinite(value) else None


def _thin_out(on: date) -> None:
    """Of older facts keep the first day of each month, and those that gaps point at."""
    old = Fact.objects.filter(on__lt=on - DAILY_FOR, gaps=None).exclude(on__day=1)
    old.delete()


def newest_facts(
    measures: Iterable[str], subjects: Iterable[int], on: date
) -> dict[tuple[str, int], Fact]:
    """The newest fact that stood on that day, by measure and subject; one query."""
    same = Fact.objects.filter(measure=OuterRef("measure"), subject=OuterRef("subject"), on__lte=on)
    newest = Subquery(same.order_by("-on").values("on")[:1])
    found = Fact.objects.filter(measure__in=set(measures), subject__in=set(subjects), on=newest)
    return {(fact.measure, fact.subject_id): fact for fact in found}

from datetime import date, timedelta

import pytest

from metrics.actions import definitions
from metrics.models import DefinitionMark, Mark, Segment, Snapshot
from metrics.queues import definitions_pending
from metrics.verify import check_snapshots
from tests.factories.metrics import observe, settle, weekly_series, weeks_before
from tests.factories.objectives import KpiVersionFactory, SeriesFactory

pytestmark = pytest.mark.django_db
DAYS = [(date(2026, 1, 1) + timedelta(days=day), float(day)) for day in range(90)]


def applied() -> None:
    definitions.work_slice(5)
    settle()


def test_a_definition_that_nobody_met_is_pending_until_it_is_applied():
    KpiVersionFactory()
    assert definitions_pending().count == 1

    definitions.work_slice(5)

    assert definitions_pending().count == 0
    assert DefinitionMark.objects.get().done_at is not None


def test_a_new_definition_marks_only_later_periods():
    series = weekly_series([float(n) for n in range(40)])
    applied()
    KpiVersionFactory(kpi=series.kpi, valid_from=weeks_before(5)[0], aggregation="max")

    definitions.work_slice(5)

    pending = set(Mark.objects.pending().values_list("period", flat=True))
    assert set(weeks_before(5)) <= pending
    assert min(pending) > weeks_before(40)[10]


def test_a_restatement_counts_everything_anew():
    series = SeriesFactory(version__aggregation="sum")
    observe(series, DAYS)
    settle()
    KpiVersionFactory(
        kpi=series.kpi, valid_from=date(2026, 3, 2), aggregation="max", restates_history=True
    )

    applied()

    first = Snapshot.objects.order_by("period").first()
    assert first.value == 3.0  # the largest of 1 to 4 January, not their sum
    assert set(Snapshot.objects.values_list("kpi_version__number", flat=True)) == {2}
    assert list(check_snapshots()) == []


def test_another_cadence_cuts_a_period_short_and_leaves_no_stray_behind():
    series = SeriesFactory(version__aggregation="count")
    observe(series, DAYS)
    settle()
    KpiVersionFactory(
        kpi=series.kpi, valid_from=date(2026, 2, 11), aggregation="count", cadence="month"
    )

    applied()

    found = dict(Snapshot.objects.values_list("period", "value"))
    assert found[date(2026, 2, 23)] == 6  # the week ends with February
    assert found[date(2026, 3, 1)] == 31
    assert date(2026, 3, 2) not in found
    assert sum(found.values()) == 90
    assert list(check_snapshots()) == []


def test_back_to_the_former_cadence_nothing_is_lost():
    series = SeriesFactory(version__aggregation="count")
    observe(series, DAYS)
    settle()
    before = dict(Snapshot.objects.values_list("period", "value"))
    for number, cadence in ((2, "month"), (3, "week")):
        KpiVersionFactory(
            kpi=series.kpi,
            valid_from=date(2026, 1, number),
            aggregation="count",
            cadence=cadence,
            restates_history=True,
        )
        applied()

    assert dict(Snapshot.objects.values_list("period", "value")) == before
    assert list(check_snapshots()) == []
    assert Segment.objects.count() == 1


def test_limits_that_a_person_held_do_not_outlive_the_definition(ines):
    series = weekly_series([10.0, 11.0] * 10)
    Segment.objects.get().lock(by=ines)
    KpiVersionFactory(
        kpi=series.kpi, valid_from=date(2026, 1, 5), aggregation="sum", restates_history=True
    )

    applied()

    assert not Segment.objects.get().is_held


def test_two_workers_apply_a_definition_once():
    KpiVersionFactory()
    definitions.meet_versions(now=KpiVersionFactory().at)

    taken = definitions.work_slice(5) + definitions.work_slice(5)

    assert taken == 2

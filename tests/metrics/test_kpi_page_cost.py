"""The fullest page of a KPI: all that it can show is there, and it keeps to twenty statements."""

import pytest

from objectives.actions import follow_up
from objectives.models import ObjectiveGap
from productops import clock
from tests.factories.audits import GapFactory
from tests.factories.metrics import (
    CommentFactory,
    ExclusionFactory,
    NoteFactory,
    VerdictFactory,
    promised_on,
    weekly_series,
    weeks_before,
)
from tests.factories.objectives import KeyResultFactory, KpiFactory, KpiVersionFactory
from tests.factories.teams import ProductFactory

STEADY = [10, 11, 9, 10, 12, 10, 9, 11, 10, 11, 9, 10, 11, 10]


def full_series(ines, subject, count: int):
    """A certified KPI with ``count`` of whatever may hang on it, and as many other subjects."""
    kpi = KpiFactory(slug="lead-time", name="Lead time", family="flow", owner=ines)
    KpiVersionFactory(kpi=kpi, unit="d")
    kpi.certify(reason="Compared with the source.", by=ines)
    series = weekly_series(STEADY, clock.today(), kpi=kpi, subject=subject)
    days = weeks_before(len(STEADY), clock.today())
    for number in range(count):
        other = weekly_series(STEADY, clock.today(), kpi=kpi, subject=ProductFactory().subject)
        other.targets.create(from_on=days[number], high=20)
        series.targets.create(from_on=days[number], high=30)
        ExclusionFactory(series=series, period=days[number])
        NoteFactory(subject=subject, on=days[3])
        CommentFactory(series=series, period=days[-2], author=ines)
        follow_up(series=series, title="Ask", owner=ines, by=ines)
        VerdictFactory(registration=promised_on(series, weeks_ago=4, change_subject=subject))
        objective = KeyResultFactory(series=series, objective__subject=subject).objective
        ObjectiveGap.objects.create(objective=objective, gap=GapFactory(subject=subject))
    return series


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("overlay", ["", "&overlay=year", "&overlay=subjects"])
def test_the_fullest_page_keeps_to_twenty_statements(
    as_, ines, checkout, count, overlay, django_assert_num_queries
):
    series = full_series(ines, checkout.subject, count)
    client = as_(ines)
    client.get(series.get_absolute_url())  # what is kept from request to request is kept now

    with django_assert_num_queries(20):
        response = client.get(series.get_absolute_url() + overlay)

    shown = response.context
    assert [row.target for row in shown["kin"]] == ["≤ 20"] * count
    assert len(shown["portrait"].others) == (count if overlay.endswith("subjects") else 0)
    assert (len(shown["about"]["gaps"]), len(shown["portrait"].verdicts)) == (count, count)

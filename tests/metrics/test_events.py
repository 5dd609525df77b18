"""What the house knows by itself, on the charts of those whom it concerns."""

from datetime import UTC, date, datetime

import pytest

from metrics import access
from metrics.events import LETTERS, events_of, shown
from metrics.kpi_links import Asked
from metrics.kpi_page import portrait_of
from metrics.occasions import Occasion
from productops import clock, trash
from teams.models import Subject
from tests.factories.audits import ScopeFactory
from tests.factories.metrics import ImprovementFactory, RegistrationFactory, weekly_series
from tests.factories.objectives import SeriesFactory
from tests.factories.processes import AdoptionFactory, ProcessFactory, PublishedFactory
from tests.factories.teams import LearningPlanFactory
from tests.factories.tooling import RolloutFactory, RolloutWaveFactory

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
DAY = NOON.date()


@pytest.fixture
def series(checkout):
    return SeriesFactory(subject=checkout.subject)


def improvement(subject, **fields):
    return ImprovementFactory(
        subject=subject, state="live", go_live_on=DAY, title="Smaller batches", **fields
    )


def published(subject, state="adopted", number=2):
    process = ProcessFactory(title="Release")
    AdoptionFactory(process=process, subject=subject, state=state)
    return PublishedFactory(process=process, number=number, published_at=NOON)


def closed_audit(subject):
    scope = ScopeFactory(subject=subject)
    audit = scope.audit
    audit.title, audit.state, audit.opened_at, audit.closed_at = "Spring", "closed", NOON, NOON
    audit.save()
    return audit


def done_plan(team, by):
    plan = LearningPlanFactory(team=team, title="Flow")
    plan.become("done", by=by)
    return plan


def told(person, series):
    return [(event.on, event.text) for event in events_of(person, series)]


@pytest.fixture
def everything(checkout, checkout_team, ines):
    """One event of each kind about Checkout."""
    improvement(checkout.subject)
    published(checkout.subject)
    RolloutWaveFactory(rollout=RolloutFactory(tool__name="Linear"), team=checkout_team, done_on=DAY)
    closed_audit(checkout.subject)
    done_plan(checkout_team, ines)


def words():
    """What is told of all that, oldest first."""
    return [
        (DAY, "Audit “Spring” was closed."),
        (DAY, "Smaller batches went live."),
        (DAY, "Process “Release”, version 2, was published."),
        (DAY, "Linear came to Team Checkout."),
        (clock.today(), "Learning plan “Flow” was done."),
    ]


def test_a_product_hears_of_all_that_happened_to_it_and_its_teams(everything, series, ines, mia):
    assert told(ines, series) == words()
    assert told(mia, series) == words()


def test_a_stranger_s_product_hears_of_none_of_it_and_the_organisation_of_all(
    everything, billing, ines, astrid
):
    assert told(ines, SeriesFactory(subject=billing.subject)) == []
    ours = SeriesFactory(subject=Subject.organisation())
    assert told(astrid, ours) == words()


def test_each_event_leads_to_its_page(everything, series, ines, as_):
    client = as_(ines)

    pages = [client.get(event.url).status_code for event in events_of(ines, series)]

    assert pages == [200] * 5


def test_what_is_not_done_or_is_drawn_by_number_is_no_event(series, checkout, checkout_team, ines):
    promised = improvement(checkout.subject)
    RegistrationFactory(improvement=promised, series=series)
    ImprovementFactory(subject=checkout.subject, state="approved", go_live_on=DAY)
    published(checkout.subject, state="absent")
    RolloutWaveFactory(rollout=RolloutFactory(), team=checkout_team, done_on=None)
    LearningPlanFactory(team=checkout_team)
    trash.discard(row=improvement(checkout.subject), by=ines)

    assert told(ines, series) == []


def test_what_came_to_several_teams_on_one_day_is_one_event(ines, checkout, billing):
    rollout = RolloutFactory(tool__name="Linear")
    for number in range(5):
        RolloutWaveFactory(rollout=rollout, team__name=f"Team {number}", done_on=DAY)

    ours = SeriesFactory(subject=Subject.organisation())

    assert told(ines, ours) == [(DAY, "Linear came to Team 0, Team 1, Team 2 and 2 more.")]


def test_a_tool_hears_of_its_own_rollouts(ines, checkout_team):
    rollout = RolloutFactory(tool__name="Linear")
    RolloutWaveFactory(rollout=rollout, team=checkout_team, done_on=DAY)
    RolloutWaveFactory(rollout=RolloutFactory(), team=checkout_team, done_on=DAY)

    its = SeriesFactory(subject=rollout.tool.subject)

    assert told(ines, its) == [(DAY, "Linear came to Team Checkout.")]


def test_a_day_is_the_organisation_s(series, checkout, ines, settings):
    revision = published(checkout.subject)
    revision.published_at = datetime(2026, 5, 4, 23, 30, tzinfo=UTC)
    revision.save()

    settings.TIME_ZONE = "Asia/Tokyo"

    assert [on for on, _text in told(ines, series)] == [date(2026, 5, 5)]


@pytest.mark.parametrize("count", [1, 3])
def test_events_are_asked_for_in_one_query(
    series, checkout, ines, count, django_assert_num_queries
):
    for number in range(count):
        improvement(checkout.subject)
        published(checkout.subject, number=number + 1)

    with django_assert_num_queries(1):
        assert len(events_of(ines, series)) == 2 * count


def test_the_newest_within_the_chart_are_shown_by_letters():
    days = [date(2026, 1, day) for day in range(1, 31)]
    events = [Occasion(day, str(day)) for day in days]

    drawn = shown(events, date(2026, 1, 10))

    assert [event.on for event in drawn] == days[-8:]
    assert [event.letter for event in drawn] == LETTERS[:8]
    assert shown(events, None) == []


def test_events_stand_on_the_chart_beside_numbered_notes_unless_the_address_says_no(checkout, ines):
    series = weekly_series([10, 11, 9, 10, 11, 10, 9, 10], subject=checkout.subject)
    went = improvement(checkout.subject)
    went.go_live_on = series.snapshots.order_by("period")[3].period
    went.save()
    newest = series.snapshots.latest("period").period
    series = access.series_for(ines).get(pk=series.pk)

    drawn = portrait_of(ines, series, Asked(), newest)
    silent = portrait_of(ines, series, Asked(has_events=False), newest)

    assert [(flag.letter, flag.url) for flag in drawn.chart.flags] == [
        ("A", went.get_absolute_url())
    ]
    assert [event.mark for event in drawn.known] == ["A"]
    assert (silent.chart.flags, silent.known) == ((), [])

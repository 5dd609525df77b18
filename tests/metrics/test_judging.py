from datetime import timedelta

import pytest

from metrics.actions.judging import judge_all
from metrics.choices import ImprovementState
from metrics.models import Verdict
from productops.models import ChangeEntry
from tests.factories.metrics import (
    NOW,
    TODAY,
    ImprovementFactory,
    RegistrationFactory,
    observe,
    settle,
    weekly_series,
    weeks_before,
)
from tests.factories.objectives import KpiVersionFactory, SeriesFactory

pytestmark = pytest.mark.django_db
BEFORE = [10.0, 12.0, 11.0, 13.0, 9.0, 11.0, 12.0, 10.0, 11.0, 12.0, 10.0, 11.0]
HIGHER = [value + 10 for value in BEFORE]


def promised(series, *, weeks_ago: int, **words):
    """A locked promise on the series, gone live so many weeks before the newest week's end."""
    state = words.pop("state", ImprovementState.LIVE)
    improvement = ImprovementFactory(state=state, go_live_on=live_on(weeks_ago))
    return RegistrationFactory(improvement=improvement, series=series, locked_at=NOW, **words)


def live_on(weeks_ago: int):
    return weeks_before(1)[0] + timedelta(weeks=1 - weeks_ago)


def judged(values, *, weeks_ago: int = 8, **words) -> Verdict:
    series = SeriesFactory()
    registration = promised(series, weeks_ago=weeks_ago, **words)
    weekly_series(values, series=series)
    return Verdict.objects.get(registration=registration)


def test_a_clear_change_for_the_better_is_improved():
    verdict = judged(BEFORE + HIGHER[:8])

    assert verdict.result == "improved"
    assert verdict.effect == pytest.approx(10)
    assert verdict.ci_low > 0
    assert (verdict.n_before, verdict.n_after) == (12, 8)
    assert verdict.summary["before"]["mean"] == 11
    assert len(verdict.data_sha256) == 64


def test_the_same_change_is_worse_where_less_is_better():
    assert judged(BEFORE + HIGHER[:8], direction="down").result == "worsened"


def test_no_change_is_told_as_such_with_what_would_have_shown():
    verdict = judged(BEFORE + BEFORE[:8])

    assert verdict.result == "no_change"
    assert verdict.mde > 0


def test_it_is_too_early_until_the_window_is_full_and_the_day_is_told():
    verdict = judged(BEFORE + HIGHER[:5], weeks_ago=5)

    assert verdict.result == "too_early"
    assert verdict.ready_on == weeks_before(1)[0] + timedelta(weeks=4)
    assert verdict.ci_low is None
    assert "3 more periods" in verdict.sentence


def test_the_promised_window_counts_and_not_the_least_possible():
    verdict = judged(BEFORE + HIGHER[:8], window_periods=12)

    assert verdict.result == "too_early"


def test_a_full_window_stays_what_it_was():
    verdict = judged([*BEFORE, *HIGHER[:8], 0.0, 0.0, 0.0], weeks_ago=11)

    assert (verdict.result, verdict.n_after) == ("improved", 8)


def test_a_short_time_before_never_grows():
    verdict = judged(BEFORE[:7] + HIGHER[:8])

    assert (verdict.result, verdict.reason) == ("unclear", "short_baseline")


def test_the_points_that_led_to_the_decision_do_not_count_before():
    verdict = judged([*BEFORE, 0.0, 0.0, *HIGHER[:8]], trigger_on=weeks_before(10)[0])

    assert (verdict.n_before, verdict.summary["before"]["mean"]) == (12, 11)


def test_the_lag_is_left_out_after():
    verdict = judged([*BEFORE, 0.0, 0.0, *HIGHER[:8]], weeks_ago=10, lag_periods=2)

    assert (verdict.n_after, verdict.summary["after"]["mean"]) == (8, pytest.approx(21))


def test_the_week_of_going_live_is_neither_before_nor_after():
    series = SeriesFactory()
    improvement = ImprovementFactory(
        state=ImprovementState.LIVE, go_live_on=live_on(9) + timedelta(days=2)
    )
    registration = RegistrationFactory(improvement=improvement, series=series, locked_at=NOW)

    weekly_series([*BEFORE, 500.0, *HIGHER[:8]], series=series)

    verdict = Verdict.objects.get(registration=registration)
    assert (verdict.n_before, verdict.n_after) == (12, 8)
    assert verdict.summary["after"]["mean"] == pytest.approx(21)


def test_a_definition_that_changed_in_between_makes_it_unclear():
    series = SeriesFactory()
    KpiVersionFactory(kpi=series.kpi, valid_from=weeks_before(4)[0], aggregation="max")
    registration = promised(series, weeks_ago=8)

    weekly_series(BEFORE + HIGHER[:8], series=series)

    verdict = Verdict.objects.get(registration=registration)
    assert (verdict.result, verdict.reason) == ("unclear", "definition_changed")


def test_a_definition_that_changed_later_does_not_matter():
    series = SeriesFactory()
    KpiVersionFactory(kpi=series.kpi, valid_from=weeks_before(2)[0], aggregation="max")
    registration = promised(series, weeks_ago=10)

    weekly_series(BEFORE + HIGHER[:10], series=series)

    assert Verdict.objects.get(registration=registration).result == "improved"


def test_two_changes_at_one_time_share_the_effect():
    series = SeriesFactory()
    one, other = promised(series, weeks_ago=8), promised(series, weeks_ago=6)

    weekly_series(BEFORE + HIGHER[:8], series=series)

    verdict = Verdict.objects.get(registration=one)
    assert (verdict.result, verdict.reason) == ("unclear", "shared")
    assert other.improvement.title not in verdict.sentence
    assert [one["title"] for one in verdict.circumstances] == [other.improvement.title]


def test_a_change_that_was_stopped_shares_nothing():
    series = SeriesFactory()
    one = promised(series, weeks_ago=8)
    promised(series, weeks_ago=6, state=ImprovementState.STOPPED)

    weekly_series(BEFORE + HIGHER[:8], series=series)

    assert Verdict.objects.get(registration=one).result == "improved"


def test_data_that_stopped_coming_makes_it_stale_with_time_alone():
    verdict = judged(BEFORE + HIGHER[:5], weeks_ago=5)

    judge_all(today=TODAY + timedelta(weeks=3), now=NOW)

    verdict.refresh_from_db()
    assert (verdict.result, verdict.reason) == ("unclear", "stale")


def test_late_data_gives_another_verdict_and_the_change_is_logged():
    verdict = judged(BEFORE + HIGHER[:8])
    series = verdict.registration.series

    observe(series, [(day + timedelta(days=1), -9.0) for day in weeks_before(8)])
    settle()

    verdict.refresh_from_db()
    assert verdict.result != "improved"
    assert ChangeEntry.objects.filter(kind="metrics.verdict", verb="judge").count() == 2


def test_nothing_is_written_where_nothing_changed():
    verdict = judged(BEFORE + HIGHER[:8])

    judge_all(today=TODAY, now=NOW + timedelta(hours=1))

    assert Verdict.objects.get().judged_at == verdict.judged_at


def test_an_improvement_is_judged_once_every_promise_is():
    series, other = SeriesFactory(), SeriesFactory()
    first = promised(series, weeks_ago=8)
    RegistrationFactory(improvement=first.improvement, series=other, locked_at=NOW)
    weekly_series(BEFORE + HIGHER[:8], series=series)
    first.improvement.refresh_from_db()
    assert first.improvement.state == ImprovementState.LIVE

    weekly_series(BEFORE + HIGHER[:8], series=other)

    first.improvement.refresh_from_db()
    assert first.improvement.state == ImprovementState.JUDGED


@pytest.mark.parametrize("state", [ImprovementState.IDEA, ImprovementState.APPROVED])
def test_what_is_not_live_is_not_judged(state):
    series = SeriesFactory()
    promised(series, weeks_ago=8, state=state)

    weekly_series(BEFORE + HIGHER[:8], series=series)

    assert not Verdict.objects.exists()


def test_what_was_never_promised_is_not_judged():
    series = SeriesFactory()
    improvement = ImprovementFactory(state=ImprovementState.LIVE, go_live_on=live_on(8))
    RegistrationFactory(improvement=improvement, series=series)

    weekly_series(BEFORE + HIGHER[:8], series=series)

    assert not Verdict.objects.exists()

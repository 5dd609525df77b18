from datetime import timedelta

import pytest

from metrics.actions.improvements import extend_windows
from metrics.actions.rechecks import answer_recheck, check_due
from metrics.choices import ImprovementState
from metrics.models import NotAllowed, Recheck
from productops.models import ChangeEntry
from tests.factories.metrics import NOW, TODAY, live_on, promised_on, settle, weekly_series
from tests.factories.objectives import KpiVersionFactory, SeriesFactory

pytestmark = pytest.mark.django_db
OLD = [10.0, 12.0, 11.0, 13.0, 9.0, 11.0, 12.0, 10.0, 11.0, 12.0, 10.0, 11.0]
NEW = [value + 10 for value in OLD[:8]]


def improved(then, **words):
    """An improvement that was confirmed 24 weeks ago, and what came since."""
    series = words.pop("series", None) or SeriesFactory()
    promise = promised_on(series, weeks_ago=8 + len(then), **words)
    weekly_series([*OLD, *NEW, *then], series=series)
    return promise


def checked(promise, days=90):
    check_due(today=TODAY, now=NOW)
    return Recheck.objects.get(registration=promise, days=days)


def test_what_improved_is_asked_about_again_after_90_and_180_days():
    promise = improved([])

    end = live_on(8) + timedelta(weeks=8)
    planned = Recheck.objects.filter(registration=promise)
    assert list(planned.values_list("days", "due_on", "result")) == [
        (90, end + timedelta(days=90), ""),
        (180, end + timedelta(days=180), ""),
    ]


def test_what_did_not_improve_is_not():
    series = SeriesFactory()
    promised_on(series, weeks_ago=8)
    weekly_series(OLD + OLD[:8], series=series)

    assert not Recheck.objects.exists()


def test_what_was_stopped_is_not():
    improved([], change_state=ImprovementState.STOPPED)

    assert not Recheck.objects.exists()


def test_the_level_reached_has_held():
    recheck = checked(improved(NEW * 3))

    assert recheck.result == "held"
    assert recheck.effect == pytest.approx(10, abs=1)
    assert recheck.checked_at == NOW
    assert "It has lasted." in recheck.sentence


def test_the_old_level_is_back():
    recheck = checked(improved(OLD * 2))

    assert recheck.result == "faded"
    assert ChangeEntry.objects.get(verb="recheck").after == {"result": "faded"}


def test_only_the_90_days_before_the_day_count():
    promise = improved([*NEW, *NEW[:4], *OLD[:12], *OLD[:2]])

    assert (checked(promise).result, checked(promise, 180).result) == ("held", "faded")


def test_where_the_series_rises_anyway_the_old_line_is_what_it_is_compared_with():
    rising = [10 + week / 2 + noise for week, noise in enumerate([0.3, -0.2, 0.1, -0.4, 0.2] * 8)]
    rising[12:20] = [value + 10 for value in rising[12:20]]
    series = SeriesFactory(chart="trend")
    promise = promised_on(series, weeks_ago=28)
    weekly_series(rising, series=series)

    recheck = checked(promise)

    assert recheck.result == "faded"
    assert abs(recheck.effect) < 2


def test_days_that_have_not_come_wait():
    promise = improved(NEW)

    assert check_due(today=TODAY, now=NOW) == 0
    assert set(Recheck.objects.filter(registration=promise).values_list("result")) == {("",)}


def test_it_is_asked_once_and_the_answer_stays():
    promise = improved(NEW * 2)
    first = checked(promise)

    assert check_due(today=TODAY, now=NOW + timedelta(days=1)) == 0
    first.refresh_from_db()
    assert first.checked_at == NOW


def test_a_longer_window_moves_the_days():
    promise = improved([])
    before = Recheck.objects.get(registration=promise, days=90).due_on

    promise.refresh_from_db()
    extend_windows(promise.improvement, by=promise.improvement.owner)
    settle()

    assert not Recheck.objects.filter(registration=promise, due_on=before).exists()


def test_a_definition_that_changed_since_leaves_it_unclear():
    series = SeriesFactory()
    KpiVersionFactory(kpi=series.kpi, valid_from=live_on(10))
    promise = improved(NEW * 2, series=series)

    recheck = checked(promise)

    assert (recheck.result, recheck.effect) == ("unclear", None)


def test_who_owns_what_faded_says_what_follows():
    promise = improved(OLD * 2)
    recheck, owner = checked(promise), promise.improvement.owner
    assert Recheck.objects.unanswered().get() == recheck

    answer_recheck(recheck=recheck, answer="We train the new ones.", by=owner)

    assert not Recheck.objects.unanswered().exists()
    entry = ChangeEntry.objects.get(kind="metrics.improvement", verb="answered")
    assert entry.after == {"answer": "We train the new ones.", "days": 90}


def test_nothing_is_answered_before_it_was_asked():
    promise = improved([])
    recheck = Recheck.objects.filter(registration=promise).first()

    with pytest.raises(NotAllowed):
        answer_recheck(recheck=recheck, answer="All is well.", by=promise.improvement.owner)


@pytest.mark.parametrize("count", [1, 3])
def test_many_are_checked_in_the_same_number_of_queries(count, django_assert_num_queries):
    for _each in range(count):
        improved(NEW * 2)

    with django_assert_num_queries(15):
        assert check_due(today=TODAY, now=NOW) == count

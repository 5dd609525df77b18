"""Promises: what they name, that nobody moves them, and what they could show beforehand."""

from datetime import timedelta

import pytest
from django.urls import reverse

from metrics.actions.improvements import approve
from metrics.actions.promises import fault_of_control, register, suggested_trigger
from metrics.choices import ImprovementState
from metrics.models import Improvement, NotAllowed, Registration
from productops import clock
from productops.models import ChangeEntry
from tests.factories.metrics import (
    ImprovementFactory,
    RegistrationFactory,
    weekly_series,
    weeks_before,
)
from tests.factories.objectives import SeriesFactory

STEADY = [10.0, 12.0, 11.0, 13.0, 9.0, 11.0, 12.0, 10.0, 11.0, 12.0, 10.0, 11.0] * 2
pytestmark = pytest.mark.django_db


@pytest.fixture
def series(checkout):
    return weekly_series(STEADY, clock.today(), subject=checkout.subject, version__direction="down")


@pytest.fixture
def beside(series, billing):
    """The same KPI of another product."""
    return SeriesFactory(kpi=series.kpi, subject=billing.subject)


@pytest.fixture
def idea(checkout, mia):
    return ImprovementFactory(title="Trunk", subject=checkout.subject, owner=mia)


def terms(series, **more):
    return {"series": series.pk, "direction": "", "window_periods": 8, "lag_periods": 0} | more


# What it names -----------------------------------------------------------------------------
def test_a_promise_keeps_its_control_and_what_is_expected_of_it(as_, ines, idea, series, beside):
    sent = terms(series, control=beside.pk, smallest_effect=1, expected_effect=2)
    response = as_(ines).post(reverse("metrics:registration-new", args=[idea.pk]), sent)

    promise = Registration.objects.get()
    assert response.status_code == 302
    assert (promise.method, promise.control) == ("controlled", beside)
    assert (promise.smallest_effect, promise.expected_effect) == (1, 2)
    assert promise.direction == "down"


def test_a_pm_compares_with_no_series_that_they_do_not_see(as_, mia, idea, series, beside):
    address = reverse("metrics:registration-new", args=[idea.pk])
    response = as_(mia).post(address, terms(series, control=beside.pk))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["control"]


def test_the_control_is_the_same_kpi_elsewhere(series):
    other = SeriesFactory()

    assert "same KPI" in fault_of_control(None, series, other)
    assert "itself" in fault_of_control(None, series, series)


def test_what_the_improvement_moves_itself_is_no_control(idea, series, beside):
    RegistrationFactory(improvement=idea, series=beside)

    assert "means to move it too" in fault_of_control(idea, series, beside)


def test_what_another_improvement_moves_now_is_no_control(idea, series, beside, ines):
    busy = ImprovementFactory(state=ImprovementState.APPROVED)
    RegistrationFactory(improvement=busy, series=beside)

    with pytest.raises(NotAllowed):
        register(improvement=idea, series=series, direction="down", by=ines, control=beside)


def test_a_control_that_got_moved_meanwhile_keeps_the_idea_from_approval(
    idea, series, beside, ines
):
    register(improvement=idea, series=series, direction="down", by=ines, control=beside)
    busy = ImprovementFactory(state=ImprovementState.APPROVED)
    RegistrationFactory(improvement=busy, series=beside)

    with pytest.raises(NotAllowed):
        approve(improvement=idea, by=ines)


def test_less_is_not_expected_than_is_worth_having(as_, ines, idea, series):
    sent = terms(series, smallest_effect=3, expected_effect=2)
    response = as_(ines).post(reverse("metrics:registration-new", args=[idea.pk]), sent)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["expected_effect"]


@pytest.mark.parametrize("size", ["-1", "abc", "nan", "1e200", "1e400"])
def test_a_size_that_is_none_is_refused_by_name_and_breaks_nothing(
    as_, api, mia, idea, series, size
):
    page = reverse("metrics:registration-new", args=[idea.pk])
    sent = as_(mia).post(page, terms(series, smallest_effect=size))
    body = {"improvement": idea.pk, "series": series.pk, "direction": "up", "smallest_effect": size}
    told = api(mia).post("/api/v1/registrations/", body, content_type="application/json")
    preview = as_(mia).get(reverse("metrics:promise-outlook"), terms(series, smallest_effect=size))

    assert (sent.status_code, told.status_code, preview.status_code) == (422, 400, 200)
    assert list(sent.context["form"].errors) == ["smallest_effect"]
    assert told.json()["errors"][0]["field"] == "smallest_effect"
    assert not idea.registrations.exists()


# Nobody moves the posts --------------------------------------------------------------------
@pytest.fixture
def locked(idea, series, ines):
    promise = register(improvement=idea, series=series, direction="down", by=ines)
    approve(improvement=idea, by=ines)
    promise.refresh_from_db()
    return promise


@pytest.mark.parametrize(
    "name",
    ["smallest_effect", "expected_effect", "window_periods", "lag_periods", "direction", "control"],
)
def test_no_program_moves_a_locked_promise(api, ines, locked, beside, name):
    value = {"direction": "up", "control": beside.pk}.get(name, 12)
    address = f"/api/v1/registrations/{locked.pk}/"
    response = api(ines).patch(address, {name: value}, content_type="application/json")

    before = getattr(locked, name)
    locked.refresh_from_db()
    assert response.status_code == 409
    assert getattr(locked, name) == before


def test_no_page_moves_a_locked_promise(as_, ines, locked, series):
    page = reverse("metrics:registration-edit", args=[locked.pk])
    for sent in (as_(ines).get(page), as_(ines).post(page, terms(series, window_periods=20))):
        assert sent.status_code == 409
    withdrawn = as_(ines).post(reverse("metrics:registration-withdraw", args=[locked.pk]))

    locked.refresh_from_db()
    assert withdrawn.status_code == 409
    assert locked.window_periods == 8


def test_who_read_the_idea_before_it_was_approved_is_refused_too(idea, series, ines):
    stale = Improvement.objects.get(pk=idea.pk)
    register(improvement=idea, series=series, direction="down", by=ines)
    approve(improvement=idea, by=ines)

    with pytest.raises(NotAllowed):
        register(improvement=stale, series=series, direction="up", by=ines)

    assert Registration.objects.get().direction == "down"


def test_the_dose_is_locked_with_the_promise(api, ines, locked, series):
    address = f"/api/v1/improvements/{locked.improvement_id}/"
    body = {"dose_series": series.pk, "dose_level": 80}
    response = api(ines).patch(address, body, content_type="application/json")

    assert response.status_code == 409


def test_what_was_promised_stands_in_the_change_log(idea, series, ines):
    register(
        improvement=idea, series=series, direction="down", by=ines, smallest_effect=2.0,
        expected_effect=4.0, window_periods=12,
    )  # fmt: skip

    after = ChangeEntry.objects.get(verb="promised").after
    assert after == {
        "series": str(series), "direction": "down", "smallest_effect": 2.0,
        "expected_effect": 4.0, "window_periods": 12, "method": "before_after",
    }  # fmt: skip


def test_who_changes_what_somebody_else_changed_meanwhile_sees_both(as_, ines, idea, series):
    promise = register(improvement=idea, series=series, direction="down", by=ines)
    page = reverse("metrics:registration-edit", args=[promise.pk])
    first = as_(ines).post(page, terms(series, window_periods=12, version=promise.version))
    second = as_(ines).post(page, terms(series, window_periods=20, version=promise.version))

    promise.refresh_from_db()
    assert (first.status_code, second.status_code) == (302, 409)
    assert promise.window_periods == 12
    assert "Somebody else saved this meanwhile" in second.content.decode()


# The day of the decision -------------------------------------------------------------------
@pytest.fixture
def alarming(checkout):
    """Less is better, and the last three weeks were bad."""
    return weekly_series(
        [*STEADY, 14.0, 14.5, 14.0],
        clock.today(),
        subject=checkout.subject,
        version__direction="down",
    )


def test_points_that_look_bad_are_found_to_be_the_cause(alarming):
    assert suggested_trigger(alarming, "down") == weeks_before(3, clock.today())[0]
    assert suggested_trigger(alarming, "up") is None


def test_a_promise_leaves_them_out_by_itself(as_, ines, idea, alarming):
    as_(ines).post(reverse("metrics:registration-new", args=[idea.pk]), terms(alarming))

    assert Registration.objects.get().trigger_on == weeks_before(3, clock.today())[0]


def test_the_day_may_be_changed_or_taken_away_until_approval(as_, ines, idea, alarming):
    promise = register(improvement=idea, series=alarming, direction="down", by=ines)
    page = reverse("metrics:registration-edit", args=[promise.pk])

    as_(ines).post(page, terms(alarming, trigger_on="", version=promise.version))

    promise.refresh_from_db()
    assert promise.trigger_on is None


def test_a_plan_that_begins_at_the_chart_shows_the_day(as_, ines, alarming):
    response = as_(ines).get(f"{reverse('metrics:improvement-new')}?series={alarming.pk}")

    form = response.context["form"]
    assert form.initial["trigger_on"] == weeks_before(3, clock.today())[0]


def test_points_as_usual_leave_the_day_empty(idea, series, ines):
    promise = register(improvement=idea, series=series, direction="down", by=ines)

    assert promise.trigger_on is None


# What it could show ------------------------------------------------------------------------
def outlook(client, series, **more):
    address = reverse("metrics:promise-outlook")
    return client.get(address, terms(series, **more)).content.decode()


def test_the_form_says_what_the_window_would_show_and_which_would_show_enough(as_, mia, series):
    text = outlook(as_(mia), series, smallest_effect=1)

    assert "With 8 weeks a change of" in text
    assert "You promise 1" in text
    assert "take" in text
    assert "Without any change an average that good over 8 weeks" in text


def test_a_large_promise_is_shown_by_the_shortest_window(as_, mia, series):
    assert "That is enough for the 6" in outlook(as_(mia), series, smallest_effect=6)


def test_a_series_of_others_says_nothing(as_, jonas, series):
    assert outlook(as_(jonas), series, smallest_effect=1).strip() == ""


def test_an_executive_plans_nothing(as_, astrid, series):
    assert as_(astrid).get(reverse("metrics:promise-outlook")).status_code == 403


def test_a_young_series_says_what_is_missing(as_, mia, checkout):
    young = weekly_series(STEADY[:5], clock.today(), subject=checkout.subject)

    assert "Only 5 weeks are known" in outlook(as_(mia), young, direction="up")


def test_a_program_is_told_the_same(api, mia, idea, series):
    promise = RegistrationFactory(
        improvement=idea, series=series, direction="down", smallest_effect=1
    )

    told = api(mia).get(f"/api/v1/registrations/{promise.pk}/outlook/").json()

    assert told["n"] == 24
    assert told["least"] > 1
    assert told["needs"] > 8
    assert 0 < told["chance"] < 0.2
    assert told["is_enough"] is False


def test_the_page_of_an_idea_says_it_too(as_, mia, idea, series):
    RegistrationFactory(improvement=idea, series=series, direction="down", smallest_effect=1)

    assert "With 8 weeks a change of" in as_(mia).get(idea.get_absolute_url()).content.decode()


# The dose ----------------------------------------------------------------------------------
def test_an_improvement_says_in_which_series_its_delivery_is_seen(as_, mia, checkout, series):
    sent = {
        "title": "Smaller batches", "kind": "structure", "subject": checkout.subject.pk,
        "owner": mia.pk, "dose_series": series.pk, "dose_level": "80", "dose_direction": "up",
    }  # fmt: skip
    response = as_(mia).post(f"{reverse('metrics:improvement-new')}?kind=structure", sent)

    improvement = Improvement.objects.get()
    assert response.status_code == 302
    assert (improvement.dose_series, improvement.dose_level) == (series, 80)


@pytest.mark.parametrize(
    ("given", "missing"), [({"dose_level": "80"}, "dose_series"), ({}, "dose_level")]
)
def test_half_a_dose_is_none(as_, mia, checkout, series, given, missing):
    sent = {
        "title": "Smaller batches", "kind": "structure", "subject": checkout.subject.pk,
        "owner": mia.pk,
    }  # fmt: skip
    sent |= given or {"dose_series": series.pk}
    response = as_(mia).post(f"{reverse('metrics:improvement-new')}?kind=structure", sent)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [missing]


def test_what_measures_such_a_change_is_offered_first(as_, mia, checkout, series):
    adoption = SeriesFactory(subject=checkout.subject, kpi__measure="processes.adoption")

    response = as_(mia).get(f"{reverse('metrics:improvement-new')}?kind=process")

    empty, (name, first), *_rest = response.context["form"].fields["dose_series"].choices
    assert (str(name), first) == ("Suggested", [(adoption.pk, str(adoption))])


def test_the_plan_for_a_week_ago_is_no_guess(idea, series, ines):
    """What the verb is told stands, whatever the points look like."""
    day = clock.today() - timedelta(days=7)
    promise = register(improvement=idea, series=series, direction="down", by=ines, trigger_on=day)

    assert promise.trigger_on == day

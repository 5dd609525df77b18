"""What is shown of a verdict: on pages and to programs, and as far as the reader may see."""

from datetime import timedelta

import pytest
from django.urls import reverse

from metrics import losses
from metrics.actions.judging import judge_all
from metrics.actions.rechecks import check_due
from metrics.models import Recheck, Verdict
from teams.models import Subject
from tests.factories.metrics import (
    NOW,
    TODAY,
    ImprovementFactory,
    RegistrationFactory,
    live_on,
    promised_on,
    weekly_series,
)
from tests.factories.objectives import CycleFactory, SeriesFactory

pytestmark = pytest.mark.django_db
BEFORE = [10.0, 12.0, 11.0, 13.0, 9.0, 11.0, 12.0, 10.0, 11.0, 12.0, 10.0, 11.0]
HIGHER = [value + 10 for value in BEFORE]


@pytest.fixture
def series(checkout):
    return SeriesFactory(subject=checkout.subject, kpi__name="Lead time")


@pytest.fixture
def judged(series, checkout, mia):
    promise = promised_on(
        series, weeks_ago=8, smallest_effect=5,
        change_subject=checkout.subject, change_owner=mia, change_title="Trunk",
    )  # fmt: skip
    weekly_series(BEFORE + HIGHER[:8], series=series)
    promise.refresh_from_db()
    return promise


def text_of(client, promise):
    return client.get(promise.improvement.get_absolute_url()).content.decode()


def verdict_of(client, promise):
    found = client.get(f"/api/v1/verdicts/?registration__improvement={promise.improvement_id}")
    return found.json()["results"][0]


# One verdict -------------------------------------------------------------------------------
def test_the_page_says_whether_it_is_worth_it(as_, mia, judged):
    assert "It is worth it: at least the 5 that were promised." in text_of(as_(mia), judged)


def test_both_bases_have_a_card_and_delivery_is_told_in_words(as_, mia, series, checkout):
    reach = SeriesFactory(subject=checkout.subject, kpi__name="Adoption")
    promise = promised_on(
        series, weeks_ago=9, change_subject=checkout.subject, change_owner=mia,
        change_dose_series=reach, change_dose_level=80,
    )  # fmt: skip
    weekly_series([0.0, *[90.0] * 8], series=reach)
    weekly_series(BEFORE + BEFORE[:1] + HIGHER[:8], series=series)

    text = text_of(as_(mia), promise)

    assert text.count("Lead time rose from") == 2
    assert "As decided" in text
    assert "As delivered" in text
    assert "It reached 80 on 4 May" in text


def test_what_arrived_at_once_has_one_card_for_both_bases(as_, mia, series, checkout):
    promise = promised_on(
        series, weeks_ago=8, change_subject=checkout.subject, change_owner=mia,
        change_dose_series=series, change_dose_level=8,
    )  # fmt: skip
    weekly_series(BEFORE + HIGHER[:8], series=series)

    text = text_of(as_(mia), promise)

    assert text.count("Lead time rose from") == 1
    assert "As decided and as delivered" in text


def test_what_was_never_delivered_is_no_verdict_on_the_idea(as_, mia, series, checkout):
    reach = SeriesFactory(subject=checkout.subject, kpi__name="Adoption")
    promise = promised_on(
        series, weeks_ago=8, change_subject=checkout.subject, change_owner=mia,
        change_dose_series=reach, change_dose_level=80,
    )  # fmt: skip
    weekly_series([10.0] * 12, series=reach)
    weekly_series(BEFORE + BEFORE[:8], series=series)

    text = text_of(as_(mia), promise)

    assert "Not implemented" in text
    assert "the change was not put into practice" in text
    assert "No detectable change" in text


def test_a_gain_from_a_bad_moment_says_what_came_back_by_itself(as_, mia, series, checkout):
    promise = promised_on(
        series, weeks_ago=8, trigger_on=live_on(10),
        change_subject=checkout.subject, change_owner=mia,
    )  # fmt: skip
    weekly_series([*BEFORE, 1.0, 1.0, *HIGHER[:8]], series=series)

    assert "of the 20 since then, 10 would have come back by itself" in text_of(as_(mia), promise)


def test_a_comparison_with_a_control_shows_both_means(as_, ines, series, billing):
    control = SeriesFactory(kpi=series.kpi, subject=billing.subject)
    promise = promised_on(series, weeks_ago=8, method="controlled", control=control)
    weekly_series([value - 3 for value in BEFORE[:10] * 2], series=control)
    weekly_series(BEFORE + HIGHER[:8], series=series)

    text = text_of(as_(ines), promise)

    assert f"Lead time beside {billing.subject}" in text
    assert f"Mean of {billing.subject}" in text


def test_long_series_get_a_second_opinion(as_, mia, series, checkout):
    promise = promised_on(
        series, weeks_ago=12, window_periods=12,
        change_subject=checkout.subject, change_owner=mia,
    )  # fmt: skip
    weekly_series(BEFORE + HIGHER, series=series)

    assert "A second opinion, which allows for the trend before" in text_of(as_(mia), promise)
    verdict = Verdict.objects.get()
    level, low, high = verdict.second_opinion["level"]
    assert low < level < high
    assert level == pytest.approx(10, abs=3)


def test_a_program_reads_all_that_the_page_tells(api, mia, judged):
    told = verdict_of(api(mia), judged)

    assert told["worth"] == "worth_it"
    assert told["provisional"] is False
    assert told["stands"] is True
    assert told["p_value"] < 0.001
    assert told["delivery"] == "unasked"
    assert (told["circumstances"], told["circumstances_hidden"]) == ([], 0)


# What else happened ------------------------------------------------------------------------
@pytest.fixture
def shared(judged, series, ines):
    """Another improvement of the same KPI for the whole organisation, which Mia may not see."""
    whole = SeriesFactory(kpi=series.kpi, subject=Subject.organisation())
    hidden = ImprovementFactory(
        title="Secret", state="live", go_live_on=live_on(4), subject=Subject.organisation()
    )
    RegistrationFactory(improvement=hidden, series=whole, locked_at=NOW)
    judge_all(today=TODAY, now=NOW)
    return hidden


def test_who_sees_it_reads_what_else_happened(as_, api, ines, judged, shared):
    text = text_of(as_(ines), judged)

    assert "What else happened" in text
    assert shared.get_absolute_url() in text
    assert verdict_of(api(ines), judged)["circumstances"] == [
        {"kind": "improvement", "id": shared.pk, "on": str(live_on(4)), "title": "Secret"}
    ]


def test_what_is_not_theirs_is_counted_and_not_named(as_, api, mia, judged, shared, billing):
    shared.subject = billing.subject
    shared.save()

    text = text_of(as_(mia), judged)

    assert "Secret" not in text
    assert "One more is not yours to see." in text
    told = verdict_of(api(mia), judged)
    assert (told["circumstances"], told["circumstances_hidden"]) == ([], 1)
    assert "Secret" not in str(told)


# Many verdicts -----------------------------------------------------------------------------
def doubtful(judged, count=12):
    """Many changes without effect beside one whose p is small, but not so small."""
    Verdict.objects.filter(registration=judged).update(p_value=0.03)
    for _number in range(count):
        other = promised_on(SeriesFactory(), weeks_ago=8)
        Verdict.objects.create(
            registration=other, result="no_change", p_value=0.6, data_sha256="0" * 64, judged_at=NOW
        )


def test_one_of_many_is_marked_as_perhaps_found_by_chance_and_stays_improved(as_, mia, judged):
    doubtful(judged)

    text = text_of(as_(mia), judged)

    assert "it may well be one of those found by chance" in text
    assert "Improved" in text
    assert Verdict.objects.get(registration=judged).result == "improved"


def test_alone_it_stands(as_, mia, judged):
    assert "found by chance" not in text_of(as_(mia), judged)


@pytest.fixture
def cycle():
    return CycleFactory(
        slug="q2", name="Q2", starts_on=TODAY.replace(month=4, day=1), ends_on=TODAY
    )


def test_a_program_asks_how_many_of_a_cycle_are_expected_to_be_false(api, ines, judged, cycle):
    doubtful(judged)

    told = api(ines).get(f"/api/v1/verdicts/discoveries/?cycle={cycle.slug}").json()

    assert (told["round"], told["n"], told["found"], told["q"]) == ("Q2", 13, 0, 0.1)
    assert told["by_chance"] == pytest.approx(13 * 0.05)
    assert told["expected_false"] == 0
    assert len(told["verdicts"]) == 13


def test_the_list_says_how_many_would_be_chance(as_, mia, judged, cycle):
    doubtful(judged, count=1)
    Verdict.objects.filter(registration=judged).update(p_value=0.001)

    text = as_(mia).get(reverse("metrics:improvement-list")).content.decode()

    assert "Q2: 2 changes were tested by their numbers, 1 found." in text
    assert "Of what was found at most 0.1 is expected to be false" in text
    assert "chance alone would have shown 0.1" in text


def test_a_cycle_that_is_none_is_refused_by_name(api, ines):
    response = api(ines).get("/api/v1/verdicts/discoveries/?cycle=never")

    assert (response.status_code, response.json()["errors"][0]["field"]) == (400, "cycle")


def test_a_stranger_gets_the_counts_and_no_verdict(api, jonas, judged, cycle):
    told = api(jonas).get("/api/v1/verdicts/discoveries/?cycle=q2").json()

    assert (told["n"], told["verdicts"]) == (1, [])


@pytest.mark.parametrize("count", [1, 3])
def test_verdicts_cost_a_program_the_same_for_any_number(
    api, ines, count, django_assert_num_queries
):
    for _number in range(count):
        promised_on(series := SeriesFactory(), weeks_ago=8)
        weekly_series(BEFORE + HIGHER[:8], series=series)
    client = api(ines)
    client.get("/api/v1/verdicts/")

    with django_assert_num_queries(5):
        assert len(client.get("/api/v1/verdicts/").json()["results"]) == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_promises(
    as_, ines, judged, count, django_assert_num_queries
):
    for _number in range(count - 1):
        other = SeriesFactory()
        RegistrationFactory(improvement=judged.improvement, series=other, locked_at=NOW)
        weekly_series(BEFORE + HIGHER[:8], series=other)
    client = as_(ines)
    client.get(judged.improvement.get_absolute_url())

    with django_assert_num_queries(15):
        client.get(judged.improvement.get_absolute_url())


# Whether it lasted -------------------------------------------------------------------------
@pytest.fixture
def faded(series, checkout, mia):
    promise = promised_on(
        series, weeks_ago=24, change_state="kept",
        change_subject=checkout.subject, change_owner=mia, change_title="Trunk",
    )  # fmt: skip
    weekly_series([*BEFORE, *HIGHER[:8], *BEFORE, *BEFORE[:4]], series=series)
    check_due(today=TODAY, now=NOW)
    return Recheck.objects.get(registration=promise, days=90)


def test_the_page_says_that_it_has_faded_and_when_it_is_asked_again(as_, mia, faded):
    text = text_of(as_(mia), faded.registration)

    assert "It has faded" in text
    assert "It is asked again on" in text


def test_its_owner_finds_it_in_their_work_until_they_say_what_follows(as_, mia, faded):
    page = reverse("metrics:recheck-answer", args=[faded.pk])
    assert page in as_(mia).get(reverse("work")).content.decode()

    response = as_(mia).post(page, {"answer": "We train the new ones."})

    assert response.status_code == 302
    assert page not in as_(mia).get(reverse("work")).content.decode()
    assert "We train the new ones." in text_of(as_(mia), faded.registration)


def test_an_answer_is_needed(as_, mia, faded):
    response = as_(mia).post(reverse("metrics:recheck-answer", args=[faded.pk]), {"answer": ""})

    assert response.status_code == 422


@pytest.mark.parametrize(("who", "status"), [("astrid", 403), ("jonas", 404)])
def test_others_do_not_answer(as_, api, faded, who, status, request):
    person = request.getfixturevalue(who)
    page = as_(person).post(reverse("metrics:recheck-answer", args=[faded.pk]), {"answer": "x"})
    body = {"answer": "x"}
    program = api(person).post(
        f"/api/v1/rechecks/{faded.pk}/answer/", body, content_type="application/json"
    )

    faded.refresh_from_db()
    assert (page.status_code, program.status_code) == (status, status)
    assert faded.answered_at is None


def test_a_program_reads_and_answers(api, mia, faded):
    client = api(mia)
    rows = client.get("/api/v1/rechecks/?result=faded").json()["results"]
    body = {"answer": "We train the new ones."}
    told = client.post(
        f"/api/v1/rechecks/{faded.pk}/answer/", body, content_type="application/json"
    ).json()

    assert [row["id"] for row in rows] == [faded.pk]
    assert (told["answer"], told["answered_by"]) == ("We train the new ones.", mia.email)


def test_what_changed_tells_of_it_for_a_week(faded, mia, checkout):
    found = losses.improvements_in_the_news(mia, TODAY - timedelta(days=7))
    assert [(one.title, one.lost_result, one.lost_days) for one in found] == [
        ("Trunk", "faded", 90)
    ]
    assert not losses.improvements_in_the_news(mia, TODAY + timedelta(days=1))

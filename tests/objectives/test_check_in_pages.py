"""Check-ins on pages: all that is due on one screen, drafted, corrected."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from metrics.models import SeriesState
from objectives.models import (
    CheckIn,
    KeyResult,
)
from productops import clock
from tests.factories.objectives import (
    CheckInFactory,
    KeyResultFactory,
    SeriesFactory,
)

# The list alone, without what other apps put into the page around it.
FRAGMENT = {"HX-Request": "true"}


def url(name, *args):
    return reverse(f"objectives:{name}", args=args)


def test_a_check_in_moves_progress_and_confidence(as_, mia, key_result):
    sent = {"value": "15", "confidence": "8", "on": clock.today().isoformat(), "changed": "Half"}

    response = as_(mia).post(url("check-in-new", key_result.pk), sent)

    row = as_(mia).get(key_result.get_absolute_url()).context["row"]
    assert response.status_code == 302
    assert (row.standing.progress, row.standing.confidence) == (0.5, 8)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"confidence": "11"}, "confidence"),
        ({"confidence": "7.5"}, "confidence"),
        ({"value": ""}, "value"),
        ({"value": "inf"}, "value"),
        ({"on": "2099-01-01"}, "on"),
        ({"on": "31.12.2026"}, "on"),
    ],
)
def test_a_check_in_that_cannot_be_meant_is_told_at_its_field(as_, mia, key_result, change, field):
    sent = {"value": "15", "confidence": "8", "on": clock.today().isoformat()}

    response = as_(mia).post(url("check-in-new", key_result.pk), sent | change)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not CheckIn.objects.exists()


def test_where_a_series_is_watched_the_value_comes_with_the_data(as_, mia, objective):
    series = SeriesFactory(subject=objective.subject)
    SeriesState.objects.create(series=series, latest=17, as_of=clock.start_of(clock.today()))
    key_result = KeyResultFactory(
        objective=objective, series=series, baseline=10, target=20, owner=mia
    )

    as_(mia).post(
        url("check-in-new", key_result.pk), {"confidence": "6", "on": clock.today().isoformat()}
    )

    assert CheckIn.objects.get().value == 17


def due(objective, owner, count, **fields):
    """Key results that want a word: nobody said one since they began a month ago."""
    old = clock.start_of(clock.today() - timedelta(30))
    made = [
        KeyResultFactory(objective=objective, owner=owner, title=f"KR {number}", **fields)
        for number in range(count)
    ]
    KeyResult.objects.filter(pk__in=[one.pk for one in made]).update(created_at=old)
    return made


SAID = {"value": "0.5", "confidence": "5", "then": "run"}


def test_all_that_is_due_stands_on_one_screen_and_leaves_it_when_said(as_, mia, objective):
    first, second = due(objective, mia, 2)
    client = as_(mia)

    before = client.get(url("check-in-run")).context["run"]
    said = SAID | {"on": clock.today().isoformat()}
    after = client.post(url("check-in-new", first.pk), said, follow=True).context["run"]

    assert [card.key_result for card in before.cards] == [first, second]
    assert [card.key_result for card in after.cards] == [second]
    assert [line.said.key_result for line in after.lines] == [first]
    assert (before.count, after.count) == ((0, 2), (1, 2))


def test_what_is_most_late_comes_first_and_says_how_late(as_, mia, objective):
    first, second = due(objective, mia, 2)
    CheckInFactory(key_result=first, on=clock.today() - timedelta(7), confidence=4)
    CheckInFactory(key_result=second, on=clock.today() - timedelta(10))

    cards = as_(mia).get(url("check-in-run")).context["run"].cards

    assert [card.key_result for card in cards] == [second, first]
    assert [card.late for card in cards] == ["3 days late", "due today"]


def test_what_is_not_due_can_be_reached_from_there(as_, mia, objective):
    result = KeyResultFactory(objective=objective, owner=mia)
    client = as_(mia)

    run = client.get(url("check-in-run")).context["run"]
    page = client.get(url("check-in-new", result.pk) + "?then=run")

    assert (run.cards, run.others) == ([], [result])
    assert page.context["then"] == "run"


def test_one_card_answers_for_itself(as_, mia, objective):
    (first,) = due(objective, mia, 1)
    said = SAID | {"on": clock.today().isoformat()}
    post = as_(mia).post

    refused = post(url("check-in-new", first.pk), said | {"confidence": "11"}, headers=FRAGMENT)
    taken = post(url("check-in-new", first.pk), said, headers=FRAGMENT)

    assert (refused.status_code, refused.context["card"].key_result) == (422, first)
    assert "<html" not in refused.text
    assert "0.5, confidence 5 of 10" in taken.text
    assert "1 of 1 said" in taken.text


# Undone, and said by two ---------------------------------------------------------------------
def test_what_was_just_said_is_undone_and_its_words_come_back(as_, mia, objective):
    (result,) = due(objective, mia, 1)
    client = as_(mia)
    sent = SAID | {"on": clock.today().isoformat(), "changed": "Half of it"}
    client.post(url("check-in-new", result.pk), sent, headers=FRAGMENT)
    said = CheckIn.objects.get()

    card = client.post(url("check-in-take-back", said.pk), headers=FRAGMENT).context["card"]

    assert not CheckIn.objects.exists()
    assert [card.form.initial[name] for name in ("value", "changed")] == [0.5, "Half of it"]
    assert client.get(url("check-in-run")).context["run"].count == (0, 1)


@pytest.mark.parametrize("why", ["long ago", "corrected", "another's"])
def test_history_is_corrected_and_not_undone(as_, mia, ines, key_result, why):
    said = CheckInFactory(key_result=key_result, author=ines if why == "another's" else mia)
    if why == "long ago":
        CheckIn.objects.filter(pk=said.pk).update(created_at=timezone.now() - timedelta(hours=2))
    if why == "corrected":
        said.correct(by=mia, confidence=6)

    response = as_(mia).post(url("check-in-take-back", said.pk))

    assert response.status_code == (403 if why == "another's" else 302)
    assert CheckIn.objects.filter(pk=said.pk).exists()


def test_the_second_sees_what_the_first_said_before_both_are_kept(as_, mia, ines, key_result):
    page = as_(ines).get(url("check-in-new", key_result.pk)).context["form"]
    sent = SAID | {"on": clock.today().isoformat(), "seen": page["seen"].value()}
    as_(mia).post(
        url("check-in-new", key_result.pk), sent | {"confidence": "7", "changed": "Nearly there"}
    )

    other = as_(ines).post(url("check-in-new", key_result.pk), sent | {"changed": "Far away"})
    again = sent | {"changed": "Far away", "seen": other.context["form"]["seen"].value()}
    kept = as_(ines).post(url("check-in-new", key_result.pk), again)

    assert (other.status_code, kept.status_code) == (409, 302)
    assert "Mia Brandt said 7 of 10 just now" in other.text
    assert "Nearly there" in other.text
    assert "Far away" in other.text
    assert [(one.author, one.confidence) for one in key_result.history()] == [(ines, 5), (mia, 7)]


def test_a_double_click_says_it_once(as_, mia, key_result):
    sent = SAID | {"on": clock.today().isoformat(), "seen": "0"}
    client = as_(mia)

    answers = [client.post(url("check-in-new", key_result.pk), sent) for _click in range(2)]

    assert [answer.status_code for answer in answers] == [302, 409]
    assert CheckIn.objects.count() == 1


# One tap -------------------------------------------------------------------------------------
def test_confidence_is_a_row_of_eleven_and_shows_where_it_was(as_, mia, key_result):
    CheckInFactory(key_result=key_result, confidence=7, value=12)

    page = as_(mia).get(url("check-in-new", key_result.pk)).text

    assert page.count('type="radio" name="confidence"') == 11
    assert "last time 7" in page
    assert "checked" not in page.split('name="confidence"', 1)[1].split("</fieldset>")[0]


def test_still_the_same_value_is_one_tap_and_confidence_is_said_anew(as_, mia, key_result):
    CheckInFactory(key_result=key_result, value=12.25, confidence=7)
    client, sent = as_(mia), {"value": "", "is_same": "on", "on": clock.today().isoformat()}

    without = client.post(url("check-in-new", key_result.pk), sent)
    both = client.post(url("check-in-new", key_result.pk), sent | {"value": "9", "confidence": "6"})
    kept = client.post(url("check-in-new", key_result.pk), sent | {"confidence": "6"})

    assert list(without.context["form"].errors) == ["confidence"]
    assert list(both.context["form"].errors) == ["value"]
    assert kept.status_code == 302
    newest = key_result.history().first()
    assert (newest.value, newest.confidence) == (12.25, 6)


@pytest.mark.parametrize("count", [1, 3])
def test_the_screen_costs_the_same_for_any_number(
    as_, mia, objective, count, django_assert_num_queries
):
    series = [SeriesFactory(subject=objective.subject) for _number in range(count)]
    for one in series:
        SeriesState.objects.create(series=one, latest=0.5, as_of=clock.start_of(clock.today()))
    for key_result, one in zip(due(objective, mia, count), series, strict=True):
        KeyResult.objects.filter(pk=key_result.pk).update(series=one)
    client = as_(mia)
    client.get(url("cycle-list"))

    with django_assert_num_queries(26, exact=False):
        response = client.get(url("check-in-run"))

    assert len(response.context["run"].cards) == count


def test_an_owner_without_a_role_checks_in_what_is_theirs(as_, rui, objective):
    key_result = KeyResultFactory(objective=objective, owner=rui, baseline=0, target=1)

    page = as_(rui).get(url("check-in-new", key_result.pk))
    sent = {"value": "0.4", "confidence": "5", "on": clock.today().isoformat()}
    response = as_(rui).post(url("check-in-new", key_result.pk), sent)

    assert (page.status_code, response.status_code) == (200, 302)
    assert as_(rui).get(objective.get_absolute_url()).status_code == 403


@pytest.mark.parametrize(("who", "status"), [("jonas", 404), ("astrid", 403), ("rui", 404)])
def test_others_may_not_check_in(as_, key_result, who, status, request):
    response = as_(request.getfixturevalue(who)).post(url("check-in-new", key_result.pk), {})

    assert response.status_code == status


def test_a_correction_keeps_what_was_said_and_a_stale_one_is_refused(as_, mia, key_result):
    said = CheckInFactory(key_result=key_result, author=mia, value=12, confidence=9)
    sent = {
        "value": "11",
        "confidence": "4",
        "on": said.on.isoformat(),
        "version": said.version,
    }

    first = as_(mia).post(url("check-in-edit", said.pk), sent)
    stale = as_(mia).post(url("check-in-edit", said.pk), sent | {"confidence": "1"})

    said.refresh_from_db()
    assert (first.status_code, stale.status_code) == (302, 409)
    assert (said.value, said.confidence) == (11, 4)
    assert [revision.content["value"] for revision in said.revisions.all()] == [12]


# History --------------------------------------------------------------------------------------
def test_the_history_tells_what_a_correction_changed_by_whom_and_when(as_, mia, ines, key_result):
    said = CheckInFactory(key_result=key_result, author=mia, value=12, confidence=9)
    said.correct(by=ines, value=11.0)
    said.correct(by=mia, confidence=4, changed="Less than we thought")

    page = as_(mia).get(key_result.get_absolute_url())

    (line,) = page.context["history"].lines
    assert [(one.by, one.changes) for one in line.corrections] == [
        (ines, [("Value", "12", "11")]),
        (mia, [("Confidence", "9", "4"), ("What changed", "–", "Less than we thought")]),
    ]
    assert "corrected 2 times" in page.text


def test_a_year_of_weeks_is_read_a_page_at_a_time(as_, mia, key_result):
    for week in range(30):
        CheckInFactory(key_result=key_result, on=clock.today() - timedelta(weeks=week), value=week)
    client, address = as_(mia), key_result.get_absolute_url()

    first, second = (client.get(f"{address}?page={n}").context["history"] for n in (1, 2))

    assert (len(first.lines), len(second.lines)) == (26, 4)
    assert second.lines[-1].said.value == 29


def test_progress_and_confidence_are_two_lines_over_the_same_days(as_, mia, key_result):
    today = clock.today()
    CheckInFactory(key_result=key_result, value=15, confidence=4, on=today - timedelta(7))
    CheckInFactory(key_result=key_result, value=20, confidence=8, on=today)

    picture = as_(mia).get(key_result.get_absolute_url()).context["history"].picture

    assert [(lane.label, lane.values) for lane in picture.lanes] == [
        ("Progress", (0.5, 1.0)),
        ("Confidence", (4, 8)),
    ]


def test_a_history_costs_the_same_for_any_number_of_corrections(
    as_, mia, ines, key_result, cost_of
):
    client, costs = as_(mia), []
    for number in range(3):
        CheckInFactory(key_result=key_result, value=number).correct(by=ines, value=number + 1.0)
        costs.append(cost_of(client, key_result.get_absolute_url()))

    assert costs[0] == costs[2]


# Programs -------------------------------------------------------------------------------------
def test_a_program_reads_what_corrections_changed(api, mia, key_result):
    said = CheckInFactory(key_result=key_result, value=12, confidence=9)
    said.correct(by=mia, confidence=4)

    (revision,) = api(mia).get(f"/api/v1/check-ins/{said.pk}/").json()["revisions"]

    assert (revision["number"], revision["by"], revision["content"]["confidence"]) == (1, mia.pk, 9)


def test_a_program_is_told_of_a_word_that_it_has_not_read(api, mia, key_result):
    said = CheckInFactory(key_result=key_result, value=12)
    body = {"key_result": key_result.pk, "value": 13, "confidence": 5}

    answers = [
        api(mia).post("/api/v1/check-ins/", body | {"seen": seen}, "application/json")
        for seen in (0, said.pk)
    ]

    assert [answer.status_code for answer in answers] == [409, 201]
    assert answers[0].json()["errors"][0]["field"] == "seen"


def test_a_program_takes_back_its_own_word_and_no_old_one(api, mia, key_result):
    said, old = (CheckInFactory(key_result=key_result, author=mia) for _number in range(2))
    CheckIn.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=1))

    answers = [api(mia).delete(f"/api/v1/check-ins/{one.pk}/") for one in (said, old)]

    assert [answer.status_code for answer in answers] == [204, 400]

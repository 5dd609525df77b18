"""Check-ins on pages: all that is due on one screen, drafted, corrected."""

from datetime import timedelta

import pytest
from django.urls import reverse

from metrics.models import SeriesState
from objectives import actions
from objectives.models import (
    CheckIn,
    KeyResult,
)
from productops import clock
from tests.factories.metrics import ImprovementFactory
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

    cards = client.get(url("check-in-run")).context["cards"]
    said = SAID | {"on": clock.today().isoformat()}
    left = client.post(url("check-in-new", first.pk), said, follow=True).context["cards"]

    assert [card.key_result for card in cards] == [first, second]
    assert [card.key_result for card in left] == [second]


def test_one_card_answers_for_itself(as_, mia, objective):
    (first,) = due(objective, mia, 1)
    said = SAID | {"on": clock.today().isoformat()}
    post = as_(mia).post

    refused = post(url("check-in-new", first.pk), said | {"confidence": "11"}, headers=FRAGMENT)
    taken = post(url("check-in-new", first.pk), said, headers=FRAGMENT)

    assert (refused.status_code, refused.context["card"].key_result) == (422, first)
    assert "<html" not in refused.text
    assert "Checked in" in taken.text


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

    with django_assert_num_queries(20, exact=False):
        response = client.get(url("check-in-run"))

    assert len(response.context["cards"]) == count


def test_a_check_in_is_drafted_from_what_happened(as_, mia, objective):
    (result,) = due(objective, mia, 1, series=SeriesFactory(version__unit="d"), target=10.0)
    CheckInFactory(key_result=result, value=4, on=clock.today() - timedelta(9))
    moment = clock.start_of(clock.today() - timedelta(2))
    SeriesState.objects.create(series=result.series, latest=6.0, variation="better", as_of=moment)
    improvement = ImprovementFactory(title="Pairing", go_live_on=clock.today() - timedelta(3))
    improvement.key_results.add(result)
    task = actions.add_action(
        objective=objective, key_result=result, title="Ask them", owner=mia, by=mia
    )
    task.finish(by=mia)

    (card,) = as_(mia).get(url("check-in-run")).context["cards"]

    lines = card.form.initial["changed"].splitlines()
    assert lines[0] == "It went from 4\N{NO-BREAK SPACE}d to 6\N{NO-BREAK SPACE}d."
    assert lines[1] == "The chart reads: better than usual."
    assert lines[2].startswith("“Pairing” went live on")
    assert lines[3] == "Done: Ask them."
    assert not CheckIn.objects.filter(on=clock.today()).exists()


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

"""The same objective about other subjects, or for the next quarter, without an end to this one."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from metrics.models import SeriesState
from objectives import actions
from objectives.choices import KeyResultKind, ObjectiveState
from objectives.models import KeyResult, Objective, Series
from productops import changelog, clock
from productops.models import OutboxMessage
from teams.models import Subject
from tests.factories.audits import GapFactory
from tests.factories.objectives import (
    CheckInFactory,
    CycleFactory,
    KeyResultFactory,
    KpiVersionFactory,
    ObjectiveFactory,
    SeriesFactory,
)
from tests.factories.teams import ProductFactory


def url(name, *args):
    return reverse(f"objectives:{name}", args=args)


def stands_at(series, value):
    day = clock.today() - timedelta(days=14)
    return SeriesState.objects.create(
        series=series,
        latest=value,
        latest_period=day,
        as_of=clock.start_of(clock.today()),
        recent=[[day.isoformat(), value, True, False]],
    )


@pytest.fixture
def watched(objective, kpi, mia):
    """A key result on lead time of Checkout: from 12 over 9 to 7 days, 5 at best."""
    series = SeriesFactory(kpi=kpi, subject=objective.subject)
    return KeyResultFactory(
        objective=objective,
        series=series,
        owner=mia,
        baseline=12,
        commit=9,
        target=7,
        stretch=5,
    )


def copy(objective, by, *subjects, **more):
    words = {"cycle": objective.cycle, "subjects": subjects, "by": by} | more
    return actions.copy_objective(objective=objective, **words)


# What is copied -----------------------------------------------------------------------------
def test_one_copy_is_made_about_each_subject_and_the_original_goes_on(ines, objective, billing):
    third = ProductFactory().subject

    made = copy(objective, ines, billing.subject, third).objectives

    objective.refresh_from_db()
    assert [(one.subject, one.title, one.state) for one in made] == [
        (billing.subject, "Decide on evidence", ObjectiveState.DRAFT),
        (third, "Decide on evidence", ObjectiveState.DRAFT),
    ]
    assert objective.state == ObjectiveState.ONGOING


def test_a_key_result_watches_the_same_kpi_of_the_new_subject(ines, watched, objective, billing):
    (made,) = copy(objective, ines, billing.subject, key_results=[watched]).objectives

    copied = made.key_results.get()
    assert (copied.series.kpi, copied.series.subject) == (watched.series.kpi, billing.subject)
    assert Series.objects.count() == 2


def test_a_series_that_is_there_is_watched(ines, watched, objective, billing):
    there = SeriesFactory(kpi=watched.series.kpi, subject=billing.subject)

    (made,) = copy(objective, ines, billing.subject, key_results=[watched]).objectives

    assert made.key_results.get().series == there


def test_a_number_of_somebody_else_stays_the_one_that_it_is(ines, kpi, objective, billing):
    ours = SeriesFactory(kpi=kpi, subject=Subject.organisation())
    result = KeyResultFactory(objective=objective, series=ours, baseline=12, target=7)

    (made,) = copy(objective, ines, billing.subject, key_results=[result]).objectives

    assert made.key_results.get().series == ours


@pytest.mark.parametrize(
    ("stands", "how", "expected", "is_kept"),
    [
        (11, "now", (11, 9, 7, 5), False),
        (8, "now", (8, "anew", 7, 5), False),  # past the commit: that follows anew
        (7, "now", (12, 9, 7, 5), True),  # no way is left
        (6, "now", (12, 9, 7, 5), True),  # beyond the target
        (None, "now", (12, 9, 7, 5), True),  # not known
        (11, "kept", (12, 9, 7, 5), False),
    ],
)
def test_a_copy_sets_out_where_its_number_stands_or_as_the_original_did(
    ines, watched, objective, billing, stands, how, expected, is_kept
):
    there = SeriesFactory(kpi=watched.series.kpi, subject=billing.subject)
    if stands is not None:
        stands_at(there, stands)

    made = copy(objective, ines, billing.subject, key_results=[watched], baselines=how)

    copied = made.objectives[0].key_results.get()
    numbers = (copied.baseline, copied.commit, copied.target, copied.stretch)
    if expected[1] == "anew":
        assert numbers[0] > numbers[1] > numbers[2]
        expected = (expected[0], numbers[1], *expected[2:])
    assert numbers == pytest.approx(expected)
    assert made.kept == ([watched] if is_kept else [])


def test_the_next_quarter_sets_out_from_the_last_check_in(ines, objective, key_result, cycle_after):
    CheckInFactory(key_result=key_result, value=14, on=clock.today())

    (made,) = copy(
        objective, ines, objective.subject, cycle=cycle_after, key_results=[key_result]
    ).objectives

    assert (made.cycle, made.key_results.get().baseline) == (cycle_after, 14)


def test_numbers_of_an_older_meaning_stay_together_with_it(ines, watched, objective, billing):
    stands_at(SeriesFactory(kpi=watched.series.kpi, subject=billing.subject), 11)
    older = watched.series.kpi.versions.get()
    KeyResult.objects.filter(pk=watched.pk).update(meant_by=older)
    watched.refresh_from_db()
    KpiVersionFactory(kpi=watched.series.kpi, valid_from=clock.today(), unit="h")

    (made,) = copy(objective, ines, billing.subject, key_results=[watched]).objectives

    copied = made.key_results.get()
    assert (copied.baseline, copied.meant_by) == (12, older)


def test_ranges_and_words_are_copied_as_they_are(ines, objective, kpi, billing):
    series = SeriesFactory(kpi=kpi, subject=objective.subject)
    kept = KeyResultFactory(
        objective=objective,
        kind=KeyResultKind.MAINTAIN,
        series=series,
        baseline=None,
        target=None,
        low=2,
        high=4,
    )
    worded = KeyResultFactory(
        objective=objective,
        kind=KeyResultKind.ORDINAL,
        baseline=None,
        target=None,
        zones={"target": "All teams"},
    )

    (made,) = copy(objective, ines, billing.subject, key_results=[kept, worded]).objectives

    first, second = made.key_results.order_by("pk")
    assert (first.low, first.high, second.zones) == (2, 4, {"target": "All teams"})


def test_actions_come_along_open_in_their_order_and_stay_here(
    ines, mia, objective, watched, billing
):
    words = {"objective": objective, "key_result": watched, "owner": mia, "by": mia}
    done, late = (actions.add_action(title=title, **words) for title in ("Done", "Late"))
    done.finish(by=mia)
    late.edit(by=mia, due_on=clock.today() - timedelta(days=1))
    actions.move_action(action=late, steps=-1, by=mia)
    actions.place_action(action=late, place=1, by=mia)
    mailed = OutboxMessage.objects.count()

    (made,) = copy(
        objective, ines, billing.subject, key_results=[watched], tasks=[done, late]
    ).objectives

    copies = made.actions.in_place()
    assert [(one.title, one.state, one.due_on) for one in copies] == [
        ("Late", "open", None),
        ("Done", "open", None),
    ]
    assert {one.key_result for one in copies} == {made.key_results.get()}
    assert [one.is_open for one in objective.actions.in_place()] == [True, False]
    assert OutboxMessage.objects.count() == mailed


def test_a_copy_about_another_subject_belongs_to_who_is_to_own_it(
    ines, jonas, mia, objective, watched, billing
):
    task = actions.add_action(objective=objective, title="Ask", owner=mia, by=mia)
    asked = {"key_results": [watched], "tasks": [task], "owner": jonas}

    (elsewhere,) = copy(objective, ines, billing.subject, **asked).objectives
    (next_one,) = copy(objective, ines, objective.subject, cycle=CycleFactory(), **asked).objectives

    for made, owners in ((elsewhere, (jonas, jonas, jonas)), (next_one, (jonas, mia, mia))):
        found = (made.owner, made.key_results.get().owner, made.actions.get().owner)
        assert found == owners


def test_gaps_are_answered_by_copies_about_the_same_subject_alone(ines, objective, billing):
    gap = GapFactory(subject=objective.subject)
    actions.answer_gaps(objective=objective, gaps=[gap], by=ines)

    (elsewhere,) = copy(objective, ines, billing.subject).objectives
    (next_one,) = copy(objective, ines, objective.subject, cycle=CycleFactory()).objectives

    assert (list(elsewhere.gaps.all()), list(next_one.gaps.all())) == ([], [gap])


@pytest.mark.parametrize("weight", [None, 2.0])
def test_copies_may_contribute_to_the_original(ines, objective, billing, weight):
    (made,) = copy(objective, ines, billing.subject, contributes=True, weight=weight).objectives

    tie = made.alignments.get()
    assert (tie.to_objective, tie.kind, tie.weight) == (objective, "contributes", weight)


def test_the_history_says_where_a_copy_came_from(ines, objective, billing):
    (made,) = copy(objective, ines, billing.subject).objectives

    there = [entry.after for entry in changelog.history_of(made) if entry.verb == "copied"]
    here = [entry.after for entry in changelog.history_of(objective) if entry.verb == "copied"]
    assert there == [{"from": f"objective {objective.pk}"}]
    assert here == [{"to": [f"objective {made.pk}"]}]


# All or nothing -----------------------------------------------------------------------------
def refused(objective, by, *subjects, **more) -> set[str]:
    before = (Objective.objects.count(), KeyResult.objects.count(), Series.objects.count())
    with pytest.raises(ValidationError) as found:
        copy(objective, by, *subjects, **more)
    after = (Objective.objects.count(), KeyResult.objects.count(), Series.objects.count())
    assert before == after
    return set(found.value.message_dict)


def test_one_that_is_there_already_refuses_all(ines, objective, watched, billing):
    third = ProductFactory().subject
    copy(objective, ines, third)

    assert refused(objective, ines, billing.subject, third, key_results=[watched]) == {"subjects"}


def test_what_cannot_be_copied_names_its_field(ines, objective, watched, billing, cycle_after):
    stranger = KeyResultFactory()
    strange = actions.add_action(objective=stranger.objective, title="x", owner=ines, by=ines)
    done = CycleFactory(state="closed")
    to = billing.subject

    assert refused(objective, ines) == {"subjects"}
    assert refused(objective, ines, objective.subject) == {"subjects"}
    assert refused(objective, ines, to, cycle=done) == {"cycle"}
    assert refused(objective, ines, to, key_results=[stranger]) == {"key_results"}
    assert refused(objective, ines, to, tasks=[strange]) == {"tasks"}
    assert refused(objective, ines, to, weight=1) == {"weight"}
    assert refused(objective, ines, to, contributes=True, weight=-1) == {"weight"}


def test_a_kpi_in_the_trash_begins_nowhere_else(ines, objective, watched, billing):
    watched.series.kpi.discard(by=ines)

    assert refused(objective, ines, billing.subject, key_results=[watched]) == {"key_results"}


def test_nothing_contributes_to_what_is_closed_but_it_may_be_copied(ines, objective, billing):
    actions.close_objective(
        objective=objective, outcome=ObjectiveState.ACHIEVED, learning="Ask early", by=ines
    )

    assert refused(objective, ines, billing.subject, contributes=True) == {"contributes"}
    assert len(copy(objective, ines, billing.subject).objectives) == 1


def test_no_more_than_a_page_of_copies_is_made_at_once(ines, objective, monkeypatch, billing):
    monkeypatch.setattr(actions.copying, "MOST_COPIES", 1)

    assert refused(objective, ines, billing.subject, objective.subject) == {"subjects"}


# Pages --------------------------------------------------------------------------------------
def sent(objective, *subjects, **more):
    words = {
        "title": objective.title,
        "cycle": objective.cycle_id,
        "subjects": [subject.pk for subject in subjects],
        "baselines": "now",
        "owner": "",
        "weight": "",
    }
    return words | more


def test_the_form_leads_to_the_one_copy_and_says_which_baselines_were_kept(
    as_, ines, objective, watched, billing
):
    response = as_(ines).post(
        url("objective-copy", objective.pk),
        sent(objective, billing.subject, key_results=[watched.pk]),
        follow=True,
    )

    made = Objective.objects.get(subject=billing.subject)
    assert response.redirect_chain[-1][0] == made.get_absolute_url()
    assert "Copied, as a draft." in response.text
    assert f"“{watched.title}”" in response.text


def test_several_copies_lead_to_their_list(as_, ines, objective, billing):
    third = ProductFactory().subject

    response = as_(ines).post(
        url("objective-copy", objective.pk), sent(objective, billing.subject, third)
    )

    assert response.status_code == 302
    listed = as_(ines).get(response.headers["Location"]).text
    assert all(
        one.get_absolute_url() in listed
        for one in Objective.objects.filter(subject__in=[billing.subject, third])
    )


def test_a_reader_copies_what_they_see_about_what_is_theirs(as_, jonas, billing, checkout):
    shared = ObjectiveFactory(subject=Subject.organisation(), title="Ship on evidence")
    client = as_(jonas)

    page = client.get(shared.get_absolute_url()).text
    theirs = client.post(url("objective-copy", shared.pk), sent(shared, checkout.subject))
    mine = client.post(url("objective-copy", shared.pk), sent(shared, billing.subject))

    assert url("objective-copy", shared.pk) in page
    assert (theirs.status_code, mine.status_code) == (422, 302)
    assert list(Objective.objects.exclude(pk=shared.pk).values_list("subject", flat=True)) == [
        billing.subject_id
    ]


@pytest.mark.parametrize(("who", "status"), [("jonas", 404), ("astrid", 403), ("rui", 403)])
def test_others_copy_nothing(as_, objective, billing, who, status, request):
    response = as_(request.getfixturevalue(who)).post(
        url("objective-copy", objective.pk), sent(objective, billing.subject)
    )

    assert response.status_code == status
    assert Objective.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"subjects": ["x"]},
        {"subjects": ["0"]},
        {"cycle": "0"},
        {"baselines": "elsewhere"},
        {"weight": "1e999"},
        {"weight": "1"},
        {"title": " "},
        {"key_results": ["-1"]},
    ],
)
def test_a_form_that_makes_no_sense_is_shown_again(as_, ines, objective, watched, billing, wrong):
    response = as_(ines).post(
        url("objective-copy", objective.pk), sent(objective, billing.subject) | wrong
    )

    assert response.status_code == 422
    assert Objective.objects.count() == 1


# The API ------------------------------------------------------------------------------------
def send(client, objective, body):
    path = f"/api/v1/objectives/{objective.pk}/copy/"
    return client.post(path, body, content_type="application/json")


def test_a_program_copies_about_several_subjects(api, ines, objective, watched, billing):
    third = ProductFactory(slug="third")
    body = {
        "cycle": objective.cycle.slug,
        "subjects": ["product:billing", third.subject.reference],
        "key_results": [watched.pk],
        "contributes": True,
        "weight": 1,
    }

    made = send(api(ines), objective, body)
    twice = send(api(ines), objective, body)

    assert made.status_code == 201
    assert [one["subject"] for one in made.json()["objectives"]] == body["subjects"]
    assert made.json()["kept_baselines"] == [watched.pk]
    assert (twice.status_code, twice.json()["errors"][0]["field"]) == (400, "subjects")
    assert Objective.objects.count() == 3


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "cycle"),
        ({"subjects": []}, "subjects"),
        ({"subjects": ["product:checkout"]}, "subjects"),
        ({"key_results": [0]}, "key_results"),
        ({"baselines": "x"}, "baselines"),
        ({"weight": "x"}, "weight"),
    ],
)
def test_a_copy_that_cannot_be_made_names_the_field(api, jonas, billing, body, field):
    shared = ObjectiveFactory(subject=Subject.organisation())
    whole = {"cycle": shared.cycle.slug, "subjects": ["product:billing"]}

    response = send(api(jonas), shared, (whole | body) if body else {})

    assert response.status_code == 400
    assert field in {error["field"] for error in response.json()["errors"]}
    assert Objective.objects.count() == 1


def test_a_program_of_a_reader_copies_about_its_own_product(api, jonas, astrid, billing):
    shared = ObjectiveFactory(subject=Subject.organisation())
    body = {"cycle": shared.cycle.slug, "subjects": ["product:billing"]}

    read_only = send(api(astrid), shared, body)
    made = send(api(jonas), shared, body)

    assert (read_only.status_code, made.status_code) == (403, 201)


def test_a_program_of_a_stranger_copies_nothing(api, jonas, objective):
    body = {"cycle": objective.cycle.slug, "subjects": ["product:billing"]}

    assert send(api(jonas), objective, body).status_code == 404
    assert Objective.objects.count() == 1

"""The list of objectives: its first sentence, how old its numbers are, and several at once."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from metrics.models import SeriesState
from objectives import ages
from objectives.choices import ObjectiveState
from objectives.models import Action, Objective, Pillar
from productops import clock
from tests.factories.objectives import (
    CheckInFactory,
    CycleFactory,
    KeyResultFactory,
    ObjectiveFactory,
    SeriesFactory,
)

FRAGMENT = {"HX-Request": "true"}
LIST = reverse("objectives:objective-list")
TODAY = date(2026, 11, 26)


@pytest.fixture
def now(db):
    return CycleFactory(
        slug="now",
        name="Now",
        starts_on=clock.today() - timedelta(49),
        ends_on=clock.today() + timedelta(50),
    )


def standing_at(value, cycle, days_old=0, **fields) -> Objective:
    """An objective whose only key result has come so far (0 to 1)."""
    objective = ObjectiveFactory(cycle=cycle, **fields)
    key_result = KeyResultFactory(objective=objective, owner=objective.owner)
    on = clock.today() - timedelta(days_old)
    CheckInFactory(key_result=key_result, value=value, on=on)
    return objective


def shown(client, view="list", **query):
    return client.get(LIST, {"view": view} | query)


# Ages ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("first", "cadence", "age"),
    [
        (date(2026, 11, 16), "week", ("22 Nov", "")),
        (date(2026, 11, 9), "week", ("15 Nov", "10 days old")),
        (date(2026, 10, 1), "month", ("31 Oct", "")),
        (date(2026, 7, 1), "quarter", ("30 Sep", "")),
        (date(2025, 12, 1), "month", ("31 Dec 2025", "329 days old")),
    ],
)
def test_a_number_says_its_last_day_and_how_old_it_is_once_the_next_one_is_late(
    first, cadence, age
):
    found = ages.of_period(first, cadence, TODAY)

    assert (found.when, found.late) == age


def test_a_progress_is_as_old_as_the_oldest_number_it_comes_from(now, ines, as_):
    objective = standing_at(0.5, now)
    second = KeyResultFactory(objective=objective)
    CheckInFactory(key_result=second, value=0.5, on=clock.today() - timedelta(12))

    (group,) = shown(as_(ines)).context["groups"]

    assert group.rows[0].age.late == "12 days old"


def test_a_result_on_a_series_is_as_old_as_its_newest_period(now, ines, as_):
    series = SeriesFactory(version__cadence="month")
    SeriesState.objects.create(
        series=series, latest=0.5, latest_period=date(2020, 1, 1), as_of=clock.start_of(TODAY)
    )
    KeyResultFactory(objective__cycle=now, series=series)

    (group,) = shown(as_(ines)).context["groups"]

    assert group.rows[0].age.when == "31 Jan 2020"
    assert group.rows[0].age.late


def test_nothing_said_has_no_age(now, ines, as_):
    KeyResultFactory(objective__cycle=now)

    page = shown(as_(ines))

    assert page.context["groups"][0].rows[0].age is None


# The first sentence -------------------------------------------------------------------------
@pytest.mark.parametrize("view", ["list", "tree", "map"])
def test_the_page_begins_with_how_many_stand_how_and_what_to_talk_about(now, ines, as_, view):
    worst = standing_at(0.0, now, title="Worst of all")
    standing_at(0.3, now, title="Not so bad")
    standing_at(0.1, now, title="Bad too")
    standing_at(0.9, now, title="Fine")

    lead = shown(as_(ines), view).context["lead"]

    assert lead.begins == "4 objectives in Now, with 50% of the time gone"
    assert lead.counts == [("bad", "3 at risk,"), ("good", "1 on track.")]
    assert [each.title for each in lead.first] == ["Worst of all", "Bad too"]
    assert lead.first[0] == worst


def test_drafts_and_what_is_closed_are_counted_and_not_talked_about(now, ines, as_):
    standing_at(0.0, now, state=ObjectiveState.DRAFT)
    standing_at(0.0, now, state=ObjectiveState.MISSED, closed_on=clock.today())

    lead = shown(as_(ines)).context["lead"]

    assert sorted(lead.counts) == [("bad", "1 missed."), ("flat", "1 draft,")]
    assert lead.first == []


def test_what_other_pages_hold_is_counted_as_well(now, ines, as_, monkeypatch):
    monkeypatch.setattr("objectives.views.objectives.PER_PAGE", 1)
    standing_at(0.9, now, title="A")
    worst = standing_at(0.0, now, title="B")
    standing_at(0.5, now, title="C", state=ObjectiveState.DRAFT)

    lead = shown(as_(ines), sort="title").context["lead"]

    assert lead.begins == "3 objectives in Now, with 50% of the time gone"
    assert sorted(words.strip(",.") for _kind, words in lead.counts) == [
        "1 at risk",
        "1 draft",
        "1 on track",
    ]
    assert lead.first == [worst]


@pytest.mark.parametrize(
    ("sort", "titles"),
    [("progress", "DBCA"), ("-progress", "ACBD"), ("status", "BCDA"), ("-status", "ADCB")],
)
def test_rows_stand_in_the_order_of_what_is_computed_across_pages(
    now, ines, as_, monkeypatch, sort, titles
):
    monkeypatch.setattr("objectives.views.objectives.PER_PAGE", 3)
    standing_at(0.9, now, title="A")
    standing_at(0.1, now, title="B")
    standing_at(0.4, now, title="C")
    ObjectiveFactory(cycle=now, title="D")
    client = as_(ines)

    pages = [shown(client, sort=sort, page=number).context["groups"] for number in (1, 2)]

    found = "".join(row.objective.title for (group,) in pages for row in group.rows)
    assert found == titles


def test_of_several_cycles_none_is_named(now, ines, as_):
    standing_at(0.5, now)
    standing_at(0.5, CycleFactory())

    assert shown(as_(ines), cycle="all").context["lead"].begins == "2 objectives"


def test_an_empty_list_has_no_first_sentence(now, ines, as_):
    assert shown(as_(ines)).context["lead"] is None


# Whose, under what, in which order ----------------------------------------------------------
def test_mine_are_those_i_own(now, ines, mia, as_):
    mine = standing_at(0.5, now, owner=ines)
    standing_at(0.5, now, owner=mia)

    page = shown(as_(ines), owner="me")

    assert [row.pk for row in page.context["page"]] == [mine.pk]
    assert "Owner: Me" in page.text


def test_only_those_under_a_pillar_are_asked_for(now, ines, as_):
    pillar = Pillar.objects.create(name="Grow")
    under = ObjectiveFactory(cycle=now, pillar=pillar)
    ObjectiveFactory(cycle=now)

    page = shown(as_(ines), pillar=pillar.pk)

    assert [row.pk for row in page.context["page"]] == [under.pk]
    assert "Pillar: Grow" in page.text


@pytest.mark.parametrize(
    ("group", "names"),
    [
        ("owner", ["Ines Keller", "Mia Brandt"]),
        ("subject", ["Billing", "Checkout"]),
        ("pillar", ["Under no pillar"]),
        ("none", [""]),
        ("moon", ["Billing", "Checkout"]),
    ],
)
def test_rows_stand_under_what_is_asked_for(now, ines, mia, as_, checkout, billing, group, names):
    standing_at(0.5, now, owner=mia, subject=checkout.subject)
    standing_at(0.5, now, owner=ines, subject=billing.subject)
    standing_at(0.5, now, owner=ines, subject=checkout.subject)

    groups = shown(as_(ines), group=group).context["groups"]

    assert [one.name for one in groups] == names


def test_a_group_says_the_mean_of_what_is_known(now, ines, as_):
    standing_at(0.2, now)
    standing_at(0.4, now)
    ObjectiveFactory(cycle=now)

    (group,) = shown(as_(ines)).context["groups"]

    assert round(group.progress, 9) == 0.3


@pytest.mark.parametrize(("sort", "titles"), [("title", "ABC"), ("-title", "CBA"), ("x", "BCA")])
def test_rows_of_a_group_stand_in_the_order_asked_for(now, ines, as_, sort, titles):
    for title in "BCA":
        ObjectiveFactory(cycle=now, title=title)

    (group,) = shown(as_(ines), sort=sort).context["groups"]

    assert "".join(row.objective.title for row in group.rows) == titles


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_a_pm_costs_the_same_for_any_number(
    now, mia, as_, checkout, count, django_assert_num_queries
):
    for _number in range(count):
        standing_at(0.5, now, subject=checkout.subject)
    client = as_(mia)
    client.get(LIST)

    with django_assert_num_queries(13):
        client.get(LIST, {"group": "pillar"}, headers=FRAGMENT)


# Several at once ----------------------------------------------------------------------------
def several(what, *objectives):
    keys = "&".join(f"objective={each.pk}" for each in objectives)
    return reverse("objectives:objective-several", args=[what]) + f"?{keys}&back=group%3Downer"


def test_ticked_objectives_lead_to_the_page_that_asks_for_the_rest(now, ines, as_):
    first, second = ObjectiveFactory(cycle=now), ObjectiveFactory(cycle=now)

    response = as_(ines).post(
        reverse("objectives:objective-choose"),
        {"objective": [first.pk, second.pk], "then": "owner", "back": "group=owner"},
    )

    assert response.headers["Location"] == several("owner", first, second)


def test_all_of_them_get_the_new_owner_and_one_comes_back_to_the_same_list(now, ines, mia, as_):
    chosen = [ObjectiveFactory(cycle=now), ObjectiveFactory(cycle=now)]

    response = as_(ines).post(several("owner", *chosen), {"owner": mia.pk})

    assert response.headers["Location"] == LIST + "?group=owner"
    assert set(Objective.objects.values_list("owner", "version")) == {(mia.pk, 2)}


def test_where_one_cannot_move_none_does_and_the_page_says_which(now, ines, as_):
    running = ObjectiveFactory(cycle=now)
    closed = ObjectiveFactory(
        cycle=now, title="Over", state=ObjectiveState.MISSED, closed_on=clock.today()
    )
    later = CycleFactory()

    response = as_(ines).post(several("cycle", running, closed), {"cycle": later.pk})

    assert response.status_code == 422
    assert "Over: This objective is closed." in response.text
    assert set(Objective.objects.values_list("cycle", flat=True)) == {now.pk}


def test_several_are_carried_over_with_their_results_and_open_actions(now, ines, as_):
    chosen = [standing_at(0.5, now), standing_at(0.2, now)]
    Action.objects.create(objective=chosen[0], title="Ask", owner=ines)
    later = CycleFactory()

    as_(ines).post(several("carry", *chosen), {"cycle": later.pk})

    drafts = Objective.objects.filter(cycle=later)
    assert [each.carried_from for each in drafts] == chosen
    assert [each.key_results.count() for each in drafts] == [1, 1]
    assert [each.actions.open().count() for each in drafts] == [1, 0]


@pytest.mark.parametrize(("who", "status"), [("jonas", 404), ("astrid", 403), ("rui", 403)])
@pytest.mark.parametrize("what", ["owner", "cycle", "pillar", "carry"])
def test_others_change_not_even_one_of_several(
    now, objective, as_, request, who, status, what, billing
):
    own = ObjectiveFactory(cycle=now, subject=billing.subject)

    response = as_(request.getfixturevalue(who)).post(several(what, objective, own), {"owner": "1"})

    assert response.status_code == status


def test_a_pm_may_tick_only_what_is_theirs(now, mia, as_, checkout):
    ours = ObjectiveFactory(cycle=now, subject=checkout.subject)
    everybodys = ObjectiveFactory(cycle=now)

    page = shown(as_(mia))

    assert f'name="objective" value="{ours.pk}"' in page.text
    assert f'name="objective" value="{everybodys.pk}"' not in page.text


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"then": "owner"}, 302),
        ({"then": "owner", "objective": "9" * 30}, 302),
        ({"then": "moon", "objective": "1"}, 404),
        ({"objective": "999999", "then": "owner"}, 404),
    ],
)
def test_what_cannot_be_meant_changes_nothing(now, ines, as_, sent, status):
    response = as_(ines).post(reverse("objectives:objective-choose"), sent)

    assert response.status_code == status

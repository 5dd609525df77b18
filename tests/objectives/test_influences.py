"""What people believe drives what: said, taken back, drawn, and over the API."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from objectives.actions import say_influence, take_back_influence
from objectives.causes import columns_of, laid_out, leading_back
from objectives.models import KpiInfluence
from productops.changelog import history_of
from productops.charts import chain
from productops.charts.shapes import Box, Chain, Tie
from tests.factories.objectives import KpiVersionFactory


@pytest.fixture
def kpis(db):
    """Three KPIs: a, b and c."""
    return [
        KpiVersionFactory(kpi__slug=slug, kpi__name=f"KPI {slug.upper()}").kpi for slug in "abc"
    ]


def url(name, *args):
    return reverse(f"objectives:{name}", args=args)


# Layout -------------------------------------------------------------------------------------
def test_each_stands_to_the_right_of_all_that_drives_it():
    layout = laid_out([(1, 2), (2, 3), (1, 3)])

    assert [layout.places[key][0] for key in (1, 2, 3)] == [0, 1, 2]
    assert (layout.columns, layout.rows) == (3, 2)


def test_a_tie_across_columns_passes_beside_the_boxes_between():
    layout = laid_out([(1, 2), (2, 3), (1, 3)])

    (stop,) = layout.ways[1, 3]
    assert stop[0] == 1
    assert stop != layout.places[2]


def test_of_a_circle_one_tie_leads_back():
    assert leading_back([1, 2, 3], [(1, 2), (2, 3), (3, 2)]) == {(3, 2)}
    assert len(leading_back([1, 2], [(1, 2), (2, 1)])) == 1


def test_a_long_row_of_causes_is_no_fault():
    ties = [(number, number + 1) for number in range(3_000)]

    assert columns_of(range(3_001), ties)[3_000] == 3_000
    assert leading_back(range(3_001), ties) == set()


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), max_size=25))
def test_any_beliefs_are_laid_out_once_each_with_no_two_in_one_place(pairs):
    layout = laid_out(pairs)

    ties = {pair for pair in pairs if pair[0] != pair[1]}
    taken = [*layout.places.values(), *(stop for way in layout.ways.values() for stop in way)]
    assert set(layout.places) == {key for pair in ties for key in pair}
    assert set(layout.ways) == ties
    assert len(set(taken)) == len(taken)
    assert all(column < layout.columns and row < layout.rows for column, row in taken)


def test_raising_and_lowering_differ_without_colour():
    boxes = (Box(0, 0, "A"), Box(1, 0, "B"))
    raises, lowers = (
        chain(Chain("Map", ("", ""), boxes, (Tie(0, 1, kind),), 1)) for kind in ("raises", "lowers")
    )

    assert "ch-raises" in raises
    assert ">+</text>" in raises
    assert "ch-lowers" in lowers
    assert ">\N{MINUS SIGN}</text>" in lowers


# Verbs --------------------------------------------------------------------------------------
def test_what_is_said_again_holds_and_both_cards_remember(kpis, ines):
    first, second, _third = kpis

    _belief, is_new = say_influence(cause=first, effect=second, by=ines, why="Seen in May")
    _belief, differs = say_influence(cause=first, effect=second, by=ines, kind="lowers")
    _belief, differs_again = say_influence(cause=first, effect=second, by=ines, kind="lowers")

    belief = KpiInfluence.objects.get()
    assert (is_new, differs, differs_again) == (True, True, False)
    assert (belief.kind, belief.why) == ("lowers", "")
    assert [history_of(kpi).count() for kpi in (first, second)] == [2, 2]


def test_beliefs_may_lead_in_a_circle_but_not_to_themselves(kpis, ines):
    first, second, _third = kpis
    say_influence(cause=first, effect=second, by=ines)
    say_influence(cause=second, effect=first, by=ines)

    with pytest.raises(ValidationError) as refused:
        say_influence(cause=first, effect=first, by=ines)

    assert list(refused.value.message_dict) == ["effect"]
    assert KpiInfluence.objects.count() == 2


def test_what_is_taken_back_is_gone_and_remembered(kpis, ines):
    first, second, _third = kpis
    belief, _differs = say_influence(cause=first, effect=second, by=ines, after_days=30)

    take_back_influence(influence=belief, by=ines)

    assert not KpiInfluence.objects.exists()
    assert history_of(second)[0].verb == "took_back_influence_on"
    assert history_of(second)[0].before["after_days"] == 30


# Pages --------------------------------------------------------------------------------------
def test_a_belief_is_said_on_the_page_of_either_end(kpis, ines, as_):
    sent = {"side": "driven", "other": "b", "kind": "lowers", "after_days": "14", "why": "So it is"}

    response = as_(ines).post(url("influence-new", "a"), sent)
    page = as_(ines).get(url("kpi-detail", "a")).text

    belief = KpiInfluence.objects.get()
    assert response.status_code == 302
    assert (belief.cause.slug, belief.effect.slug, belief.after_days) == ("b", "a", 14)
    assert "is lowered by" in page
    assert "after 14 days · So it is" in page


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"other": "a"}, "other"),
        ({"other": "nobody"}, "other"),
        ({"other": ""}, "other"),
        ({"side": "beside"}, "side"),
        ({"kind": "moves"}, "kind"),
        ({"after_days": "-1"}, "after_days"),
        ({"after_days": "9" * 30}, "after_days"),
        ({"why": "a\x07b"}, "why"),
        ({"why": "x" * 2_001}, "why"),
    ],
)
def test_a_belief_that_cannot_be_meant_is_told_at_its_field(kpis, ines, as_, change, field):
    sent = {"side": "drives", "other": "b", "kind": "raises"} | change

    response = as_(ines).post(url("influence-new", "a"), sent)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not KpiInfluence.objects.exists()


@pytest.mark.parametrize("who", ["mia", "astrid", "rui"])
def test_only_operations_say_what_drives_what(kpis, ines, as_, who, request):
    belief, _differs = say_influence(cause=kpis[0], effect=kpis[1], by=ines)
    client = as_(request.getfixturevalue(who))
    sent = {"side": "drives", "other": "c", "kind": "raises"}

    said = client.post(url("influence-new", "a"), sent)
    taken = client.post(url("influence-take-back", belief.pk))

    assert (said.status_code, taken.status_code) == (403, 403)
    assert KpiInfluence.objects.count() == 1


def test_taking_back_leads_to_where_it_was_asked_and_only_once(kpis, ines, as_):
    belief, _differs = say_influence(cause=kpis[0], effect=kpis[1], by=ines)
    client = as_(ines)

    first = client.post(url("influence-take-back", belief.pk), {"from": "b"})
    second = client.post(url("influence-take-back", belief.pk), {"from": "b"})

    assert first.headers["Location"] == url("kpi-detail", "b")
    assert second.status_code == 404


def test_a_kpi_in_the_trash_is_on_no_map(kpis, ines, as_):
    say_influence(cause=kpis[0], effect=kpis[1], by=ines)
    kpis[1].discard(by=ines)

    page = as_(ines).get(url("cause-map"))

    assert "KPI B" not in page.text
    assert "Nobody has said yet what drives what" in page.text


@pytest.mark.parametrize("count", [1, 3])
def test_map_and_card_cost_the_same_for_any_number_of_beliefs(
    kpis, ines, as_, count, django_assert_num_queries
):
    first, second, third = kpis
    for cause, effect in [(first, second), (second, third), (third, first)][:count]:
        say_influence(cause=cause, effect=effect, by=ines, why="<b>So</b>")
    client = as_(ines)
    client.get(url("cause-map"))
    client.get(url("kpi-detail", "a"))

    with django_assert_num_queries(8):
        page = client.get(url("cause-map"))
    with django_assert_num_queries(12):
        client.get(url("kpi-detail", "a"))

    assert len(page.context["chain"].ties) == count
    assert "<b>So</b>" not in page.text


# API ----------------------------------------------------------------------------------------
def post(client, body):
    return client.post("/api/v1/kpi-influences/", json.dumps(body), "application/json")


def test_programs_say_read_and_take_back(kpis, ines, mia, api):
    body = {"cause": "a", "effect": "b", "kind": "lowers", "after_days": 7, "why": "Seen"}

    made = post(api(ines), body)
    read = api(mia).get("/api/v1/kpi-influences/", {"cause__slug": "a"})
    kept = api(mia).delete(f"/api/v1/kpi-influences/{made.json()['id']}/")
    gone = api(ines).delete(f"/api/v1/kpi-influences/{made.json()['id']}/")

    assert made.status_code == 201, made.content
    assert made.json() == body | {"id": made.json()["id"], "version": 1}
    assert read.json()["results"] == [made.json()]
    assert (kept.status_code, gone.status_code) == (403, 204)
    assert not KpiInfluence.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"effect": "a"},
        {"effect": "nobody"},
        {"effect": [1]},
        {"kind": "moves"},
        {"after_days": -1},
        {"after_days": 99_999},
        {"why": 7},
        {"mood": "good"},
    ],
)
def test_a_program_is_told_what_cannot_be_meant(kpis, ines, api, change):
    response = post(api(ines), {"cause": "a", "effect": "b"} | change)

    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == list(change)
    assert not KpiInfluence.objects.exists()

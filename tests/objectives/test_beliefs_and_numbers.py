"""Beliefs beside the numbers: whether they move together, the part of the map around one KPI, and
changing one's mind."""

import json
import random
from datetime import date, timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from metrics.models import SeriesState
from objectives.actions import say_influence
from objectives.causes import around
from objectives.linkage import LEAST, Says, interval, linkage, spearman
from objectives.models import KpiInfluence
from productops import clock
from productops.changelog import history_of
from teams.models import Subject
from tests.factories.objectives import KpiVersionFactory, SeriesFactory

FIRST = date(2026, 1, 5)


def weeks(values, first=FIRST):
    return [(first + timedelta(weeks=at), value) for at, value in enumerate(values)]


def walk(seed, steps=26):
    draw = random.Random(seed)
    return [draw.gauss(0, 1) for _step in range(steps)]


def url(name, *args):
    return reverse(f"objectives:{name}", args=args)


# Arithmetic ---------------------------------------------------------------------------------
def test_ranks_correlate_as_published():
    """Spearman (1904) as worked in every textbook: IQ and hours of television, rho = -29/165."""
    iq = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110]
    hours = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17]

    assert spearman(iq, hours) == pytest.approx(-29 / 165)


def test_equal_values_share_their_ranks():
    assert spearman([1, 2, 2, 3], [1, 2, 2, 3]) == pytest.approx(1)
    assert spearman([5, 5, 5], [1, 2, 3]) is None


@given(st.floats(-1, 1), st.integers(4, 500))
def test_an_interval_holds_its_correlation_and_stays_within_one(r, n):
    low, high = interval(r, n)

    assert -1 <= low <= r + 1e-5
    assert r - 1e-5 <= high <= 1


@pytest.mark.parametrize(
    ("factor", "raises", "says"),
    [(1, True, Says.AGREES), (-1, True, Says.OPPOSITE), (-1, False, Says.AGREES)],
)
def test_an_effect_that_follows_after_the_delay_speaks_for_or_against(factor, raises, says):
    cause = walk(1)
    effect = [0.0, 0.0] + [factor * value for value in cause[:-2]]

    found = linkage(weeks(cause), weeks(effect), raises=raises, cadence="week", after_days=14)

    assert (found.says, found.n) == (says, 23)
    assert found.last == FIRST + timedelta(weeks=25)


def test_without_the_delay_nothing_is_to_be_seen():
    cause = walk(1)
    effect = [0.0, 0.0] + cause[:-2]

    found = linkage(weeks(cause), weeks(effect), raises=True, cadence="week", after_days=0)

    assert found.says == Says.NOTHING


def test_what_only_drifts_together_is_no_link():
    cause = [at + noise / 4 for at, noise in enumerate(walk(2))]
    effect = [at + noise / 4 for at, noise in enumerate(walk(3))]

    found = linkage(weeks(cause), weeks(effect), raises=True, cadence="week", after_days=0)

    assert found.says == Says.NOTHING


def test_few_numbers_say_nothing_and_gaps_are_no_changes():
    points = weeks(walk(4))
    with_gaps = [one for at, one in enumerate(points) if at % 3]

    found = linkage(points, with_gaps, raises=True, cadence="week", after_days=0)

    assert (found.says, found.n) == (Says.TOO_FEW, 8)
    assert found.n < LEAST


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9)), max_size=25))
def test_what_lies_around_grows_with_each_step_up_to_what_is_tied(pairs):
    near = [around(pairs, 5, steps) for steps in range(5)]

    assert near[0] == {5}
    assert all(less <= more for less, more in zip(near, near[1:], strict=False))


def test_in_a_circle_both_ways_go_as_far():
    pairs = [(1, 3), (2, 1), (3, 5), (4, 3), (5, 2)]

    assert around(pairs, 5, 2) == {1, 2, 3, 4, 5}
    assert around(pairs, 5, 3) == {1, 2, 3, 4, 5}


def test_around_are_causes_of_causes_and_effects_of_effects_and_no_cousins():
    pairs = [(1, 2), (2, 3), (3, 4), (1, 9), (8, 4)]

    assert around(pairs, 3, 1) == {2, 3, 4}
    assert around(pairs, 3, 2) == {1, 2, 3, 4}


# Pages --------------------------------------------------------------------------------------
@pytest.fixture
def kpis(db):
    return [
        KpiVersionFactory(kpi__slug=slug, kpi__name=f"KPI {slug.upper()}").kpi for slug in "abc"
    ]


def measured(kpi, values, subject=None):
    """Numbers of the organisation, the newest of them of last week."""
    series = SeriesFactory(kpi=kpi, subject=subject or Subject.organisation())
    monday = clock.today() - timedelta(clock.today().weekday())
    points = weeks(values, monday - timedelta(weeks=len(values)))
    SeriesState.objects.create(
        series=series,
        latest=values[-1],
        latest_period=points[-1][0],
        recent=[[day.isoformat(), value, True, False, ""] for day, value in points],
        as_of=clock.start_of(clock.today()),
    )
    return series


def test_the_table_says_beside_a_belief_what_the_numbers_say_from_how_many(kpis, ines, as_):
    first, second, third = kpis
    measured(first, walk(1))
    measured(second, walk(1))
    belief, _differs = say_influence(cause=first, effect=second, by=ines, after_days=0)
    say_influence(cause=second, effect=third, by=ines)

    page = as_(ines).get(url("cause-map"))

    seen = {line.pk: line.seen for line in page.context["lines"]}[belief.pk]
    assert (seen.kind, seen.words, seen.basis) == (
        "good",
        "The numbers agree",
        "r = +1.00, from 25 weeks",
    )
    assert seen.age.late == ""
    assert "1 is not measured on both sides" in page.text


def test_a_stranger_hears_nothing_of_numbers_they_do_not_see(kpis, ines, jonas, as_, checkout):
    measured(kpis[0], walk(1), checkout.subject)
    measured(kpis[1], walk(1), checkout.subject)
    say_influence(cause=kpis[0], effect=kpis[1], by=ines)

    def seen_by(person):
        return as_(person).get(url("cause-map")).context["lines"][0].seen

    assert seen_by(ines).kind == "good"
    assert seen_by(jonas) is None


@pytest.mark.parametrize(
    ("query", "ties"),
    [
        ({"kpi": "a", "steps": "1"}, 1),
        ({"kpi": "a"}, 2),
        ({"kpi": "b", "steps": "1"}, 2),
        ({"kpi": "nobody"}, 2),
        ({"steps": "x"}, 2),
    ],
)
def test_the_map_is_narrowed_to_what_lies_around_a_kpi(kpis, ines, as_, query, ties):
    first, second, third = kpis
    say_influence(cause=first, effect=second, by=ines)
    say_influence(cause=second, effect=third, by=ines)

    page = as_(ines).get(url("cause-map"), query)

    assert len(page.context["chain"].ties) == len(page.context["lines"]) == ties


@pytest.mark.parametrize("count", [1, 3])
def test_the_map_costs_the_same_for_any_number_of_series(
    kpis, ines, as_, count, django_assert_num_queries
):
    first, second, third = kpis
    for cause, effect in [(first, second), (second, third), (third, first)][:count]:
        say_influence(cause=cause, effect=effect, by=ines)
    for kpi in kpis[: count + 1]:
        measured(kpi, walk(1))
    client = as_(ines)
    client.get(url("cause-map"))

    with django_assert_num_queries(9):
        client.get(url("cause-map"))


# Changing one's mind ------------------------------------------------------------------------
@pytest.fixture
def belief(kpis, ines):
    return say_influence(cause=kpis[0], effect=kpis[1], by=ines, after_days=30, why="Seen")[0]


def test_a_belief_is_edited_and_both_cards_remember(belief, ines, as_):
    sent = {"version": 1, "kind": "lowers", "after_days": "60", "why": "Seen twice"}

    response = as_(ines).post(url("influence-edit", belief.pk), sent)

    belief.refresh_from_db()
    assert response.headers["Location"] == belief.cause.get_absolute_url()
    assert (belief.kind, belief.after_days, belief.why, belief.version) == (
        "lowers",
        60,
        "Seen twice",
        2,
    )
    assert [history_of(end)[0].before["why"] for end in (belief.cause, belief.effect)] == [
        "Seen",
        "Seen",
    ]


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(belief, ines, as_):
    say_influence(cause=belief.cause, effect=belief.effect, by=ines, why="Other words")

    response = as_(ines).post(
        url("influence-edit", belief.pk), {"version": 1, "kind": "lowers", "why": "Mine"}
    )

    belief.refresh_from_db()
    assert response.status_code == 409
    assert belief.why == "Other words"
    assert "Mine" in response.text


@pytest.mark.parametrize(
    ("change", "field"),
    [({"kind": "moves"}, "kind"), ({"after_days": "-1"}, "after_days"), ({"why": "\x07"}, "why")],
)
def test_an_edit_that_cannot_be_meant_is_told_at_its_field(belief, ines, as_, change, field):
    sent = {"version": 1, "kind": "raises"} | change

    response = as_(ines).post(url("influence-edit", belief.pk), sent)

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])


@pytest.mark.parametrize("who", ["mia", "astrid", "rui"])
def test_only_operations_edit_beliefs(belief, as_, api, who, request):
    person = request.getfixturevalue(who)
    sent = {"version": 1, "kind": "lowers"}

    page = as_(person).post(url("influence-edit", belief.pk), sent)
    program = patch(api(person), belief, {"kind": "lowers"})

    assert page.status_code == 403
    assert program.status_code in (403, 404)
    assert KpiInfluence.objects.get().kind == "raises"


def patch(client, belief, body, **headers):
    address = f"/api/v1/kpi-influences/{belief.pk}/"
    return client.patch(address, json.dumps(body), "application/json", **headers)


def test_a_program_edits_a_belief_and_keeps_what_it_does_not_name(belief, ines, api):
    response = patch(api(ines), belief, {"after_days": 7})

    assert response.status_code == 200, response.content
    assert response.json() | {"id": 0} == {
        "id": 0,
        "cause": "a",
        "effect": "b",
        "kind": "raises",
        "after_days": 7,
        "why": "Seen",
        "version": 2,
    }


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"version": 7, "why": "x"}, 409, "version"),
        ({"effect": "c"}, 400, "effect"),
        ({"after_days": -1}, 400, "after_days"),
        ({"kind": []}, 400, "kind"),
    ],
)
def test_a_program_is_told_why_an_edit_is_refused(belief, ines, api, body, status, field):
    response = patch(api(ines), belief, body)

    assert response.status_code == status
    assert field in response.text
    assert KpiInfluence.objects.get().version == 1

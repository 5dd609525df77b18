"""Key results whose KPI is redefined: numbers of two meanings are never put side by side."""

import io
import json
from datetime import date, timedelta

import pytest
from django.urls import reverse

from metrics.models import SeriesState
from objectives import access, actions
from objectives.choices import ObjectiveState, Pace
from objectives.columns import columns_of_key_results
from objectives.exchange import objectives
from objectives.models import KeyResult, Series
from objectives.models.kpi import BEGINNING
from objectives.pages.evidence import evidence_of
from objectives.progress.meaning import Compared, counted_from, counting, differs
from objectives.work import meanings
from productops import clock
from productops.exchange import Refused
from tests.factories.objectives import (
    CheckInFactory,
    CycleFactory,
    KeyResultFactory,
    KpiVersionFactory,
    SeriesFactory,
)

CHANGE = date(2026, 3, 2)


def version(number, valid_from=BEGINNING, unit="d", restates=False):
    words = ("", "", "", "", unit, "down", "week", "mean", "gap")
    return Compared(number * 10, number, valid_from, restates, *words)


FIRST = version(1)
HOURS = version(2, CHANGE, unit="h")
TARGET_ONLY = version(2, CHANGE)
RESTATED = version(2, CHANGE, unit="h", restates=True)
BACK = version(3, date(2026, 5, 4))
BEFORE, AFTER, LATER = date(2026, 2, 23), date(2026, 3, 2), date(2026, 5, 4)


@pytest.mark.parametrize(
    ("versions", "period", "counts"),
    [
        ([FIRST], BEFORE, FIRST),
        ([HOURS, FIRST], BEFORE, FIRST),
        ([HOURS, FIRST], AFTER, HOURS),
        ([RESTATED, FIRST], BEFORE, RESTATED),
        ([BACK, RESTATED, FIRST], BEFORE, RESTATED),
        ([BACK, RESTATED, FIRST], LATER, BACK),
        ([], BEFORE, None),
    ],
)
def test_a_period_is_counted_by_what_held_when_it_began(versions, period, counts):
    assert counting(versions, period) == counts


@pytest.mark.parametrize(
    ("versions", "meant_by", "period", "is_otherwise"),
    [
        ([FIRST], 10, AFTER, False),
        ([FIRST], None, AFTER, False),
        ([HOURS, FIRST], 10, BEFORE, False),
        ([HOURS, FIRST], 10, AFTER, True),
        ([HOURS, FIRST], None, AFTER, True),  # nobody said: the first
        ([HOURS, FIRST], 20, AFTER, False),
        ([HOURS, FIRST], 20, BEFORE, True),  # written before its first period is over
        ([TARGET_ONLY, FIRST], 10, AFTER, False),
        ([RESTATED, FIRST], 10, BEFORE, True),
        ([BACK, HOURS, FIRST], 10, LATER, False),  # it means again what it meant
        ([], None, AFTER, False),
    ],
)
def test_numbers_are_meant_otherwise_where_another_meaning_counts(
    versions, meant_by, period, is_otherwise
):
    assert differs(versions, meant_by, period) == is_otherwise


@pytest.mark.parametrize(
    ("versions", "meant_by", "begins"),
    [
        ([FIRST], None, None),
        ([HOURS, FIRST], 10, None),
        ([HOURS, FIRST], 20, CHANGE),
        ([TARGET_ONLY, FIRST], 20, None),
        ([RESTATED, FIRST], 20, None),
    ],
)
def test_periods_count_from_where_they_mean_the_same(versions, meant_by, begins):
    assert counted_from(versions, meant_by) == begins


# Rows --------------------------------------------------------------------------------------
@pytest.fixture
def series(checkout):
    first = KpiVersionFactory(
        kpi__slug="lead-time", kpi__name="Lead time", unit="d", formula="From commit to release"
    )
    series = SeriesFactory(kpi=first.kpi, subject=checkout.subject)
    SeriesState.objects.create(
        series=series,
        n=12,
        centre=62,
        mr_centre=4,
        latest=15,
        latest_period=BEFORE,
        recent=[[BEFORE.isoformat(), 15.0, True, False, ""]],
        as_of=clock.start_of(clock.today()),
    )
    return series


def watching(series, objective, person, **numbers):
    about = {"title": "Faster", "owner": person, "by": person}
    series = Series.objects.get(pk=series.pk)  # as it is known now
    return actions.add_key_result(objective=objective, series=series, **about, **numbers)


@pytest.fixture
def key_result(objective, series, mia):
    return watching(series, objective, mia, baseline=10, target=20)


def redefine(series, **more):
    """The KPI is counted in hours, and the first period that is so is over."""
    made = KpiVersionFactory(
        kpi=series.kpi, unit="h", valid_from=CHANGE, reason="Waiting counts too.",
        formula="From commit to use", **more,
    )  # fmt: skip
    recent = [*series.state.recent, [AFTER.isoformat(), 400.0, True, False, ""]]
    SeriesState.objects.filter(series=series).update(latest=400, latest_period=AFTER, recent=recent)
    return made


def fresh(key_result):
    return KeyResult.objects.with_standing().get(pk=key_result.pk)


def test_where_the_meaning_changed_nothing_is_known(key_result, series):
    before = fresh(key_result).standing(clock.today())

    redefine(series)

    found = fresh(key_result)
    after = found.standing(clock.today())
    assert before.progress == 0.5
    assert (after.progress, after.pace, after.status) == (None, None, Pace.UNKNOWN)
    assert found.zone_reached(clock.today()) is None
    assert (found.unit, found.meant_unit) == ("h", "d")


def test_what_only_counts_knows_it_as_what_is_shown_does(key_result, series):
    redefine(series)

    columns = list(columns_of_key_results(KeyResult.objects.all(), clock.today()))

    assert columns[0].numbers.meant_otherwise
    assert columns[0].standing(clock.today()) == fresh(key_result).standing(clock.today())


def test_a_definition_that_counts_no_period_yet_changes_nothing(key_result, series):
    KpiVersionFactory(kpi=series.kpi, unit="h", valid_from=CHANGE)

    assert fresh(key_result).standing(clock.today()).progress == 0.5


def test_numbers_that_differ_are_meant_by_what_counts_now(key_result, series, mia):
    second = redefine(series)
    actions.plan_way(key_result=key_result, steps=[(date(2026, 6, 1), 15.0)], by=mia)

    numbers = {"baseline": 500, "target": 300, "commit": None, "stretch": None}
    actions.change_key_result(key_result=fresh(key_result), by=mia, **numbers)

    found = fresh(key_result)
    assert (found.meant_by, found.plan) == (second, [])
    assert found.standing(clock.today()).progress == 0.5


def test_the_same_numbers_again_say_nothing_of_what_they_mean(key_result, series, mia):
    first = key_result.meant_by
    redefine(series)

    changed = actions.change_key_result(
        key_result=fresh(key_result), by=mia, baseline=10, target=20, title="Much faster"
    )

    assert changed
    assert fresh(key_result).meant_by == first


def test_whoever_says_so_means_the_numbers_that_stand_by_the_new_definition(
    key_result, series, mia
):
    second = redefine(series)

    actions.change_key_result(key_result=fresh(key_result), by=mia, anew=True)

    assert fresh(key_result).meant_by == second
    assert not fresh(key_result).is_meant_otherwise


def test_a_range_kept_counts_only_periods_of_its_own_meaning(objective, series, mia):
    redefine(series)
    kept = watching(series, objective, mia, kind="maintain", high=100)

    assert fresh(kept).progress(clock.today()) == 0  # 400 h; the 15 d before do not count


def test_a_copy_means_what_its_numbers_meant(key_result, series, objective, mia):
    first = key_result.meant_by
    redefine(series)

    carried = actions.carry_over(
        objective=objective, cycle=CycleFactory(), by=mia, key_results=[key_result]
    )

    assert carried.key_results.get().meant_by == first


def test_a_close_grades_nothing_where_the_meaning_changed(key_result, series, objective, mia):
    redefine(series)

    actions.close_objective(
        objective=access.objective_to_read(mia, objective.pk),
        outcome=ObjectiveState.MISSED,
        learning="Definitions move",
        by=mia,
    )

    graded = fresh(key_result)
    assert (graded.final_progress, graded.final_zone) == (None, "")
    assert not graded.is_meant_otherwise


# Pages -------------------------------------------------------------------------------------
SENTENCE = "The meaning of Lead time changed on 2 Mar (Waiting counts too): write the numbers anew."


def said_on(client, *addresses):
    return [SENTENCE in client.get(address).content.decode() for address in addresses]


def test_page_row_check_in_and_work_say_it_and_lead_to_the_form(as_, mia, key_result, series):
    CheckInFactory(key_result=key_result, author=mia, on=clock.today() - timedelta(days=30))
    redefine(series)
    client = as_(mia)
    edit = reverse("objectives:key-result-edit", args=[key_result.pk])

    page = client.get(key_result.get_absolute_url())
    told = said_on(
        client,
        key_result.get_absolute_url(),
        key_result.objective.get_absolute_url(),
        reverse("objectives:check-in-new", args=[key_result.pk]),
        edit,
    )

    assert told == [True] * 4
    assert f'href="{edit}"' in page.content.decode()
    assert page.context["row"].meaning_change.lines == [
        ("Formula in words", "From commit to release", "From commit to use"),
        ("Unit", "d", "h"),
    ]
    assert page.context["realism"] == ""
    assert [task.url for task in meanings(mia, clock.today())] == [key_result.get_absolute_url()]


def test_nothing_is_said_where_the_meaning_is_the_same(as_, mia, key_result):
    client = as_(mia)

    page = client.get(reverse("objectives:key-result-edit", args=[key_result.pk]))

    assert "anew" not in page.context["form"].fields
    assert page.context["change"] is None
    assert list(meanings(mia, clock.today())) == []


@pytest.mark.parametrize(("ticked", "is_otherwise"), [({}, True), ({"anew": "on"}, False)])
def test_the_form_takes_the_numbers_that_stand_only_by_a_tick(
    as_, mia, key_result, series, ticked, is_otherwise
):
    redefine(series)
    sent = {
        "title": "Faster", "kind": "metric", "kpi": "lead-time", "subject": series.subject_id,
        "owner": mia.pk, "weight": "1", "baseline": "10", "target": "20",
        "commit": str(key_result.commit), "stretch": str(key_result.stretch),
        "version": str(key_result.version),
    }  # fmt: skip
    address = reverse("objectives:key-result-edit", args=[key_result.pk])

    response = as_(mia).post(address, sent | ticked)

    assert response.status_code == 302
    assert fresh(key_result).is_meant_otherwise == is_otherwise


@pytest.mark.parametrize("count", [1, 3])
def test_pages_cost_the_same_for_any_number_of_changed_meanings(
    as_, mia, objective, series, count, cost_of
):
    KeyResultFactory.create_batch(count, objective=objective, owner=mia, series=series)
    redefine(series)
    client = as_(mia)

    assert len(list(meanings(mia, clock.today()))) == count
    assert cost_of(client, objective.get_absolute_url()) == 16


# Programs ----------------------------------------------------------------------------------
def test_the_api_says_what_changed_and_takes_the_word_of_whoever_means_it_anew(
    api, mia, key_result, series
):
    redefine(series)
    address = f"/api/v1/key-results/{key_result.pk}/"
    client = api(mia)

    told = client.get(address).json()
    renewed = client.patch(address, json.dumps({"anew": True}), "application/json").json()

    assert told["meaning"] == {
        "meant_by": 1,
        "counted_by": 2,
        "changed": True,
        "changed_on": "2026-03-02",
        "reason": "Waiting counts too.",
    }
    assert (told["standing"]["status"], told["realism"]) == ("unknown", None)
    assert (renewed["meaning"]["meant_by"], renewed["meaning"]["changed"]) == (2, False)


# Files and drafts --------------------------------------------------------------------------
def row_of(beside, /, **change):
    row = {
        "cycle": beside.objective.cycle.slug, "objective": beside.objective.title,
        "about": "product:checkout", "key_result": "Faster", "kind": "metric", "kpi": "lead-time",
        "measured_for": "product:checkout", "baseline": "10", "target": "20",
    } | change  # fmt: skip
    return io.BytesIO(f"{','.join(row)}\n{','.join(row.values())}\n".encode())


def test_the_same_file_again_does_not_mean_its_numbers_anew(key_result, series, mia):
    first = key_result.meant_by
    redefine(series)

    same = objectives.take(row_of(key_result), "x.csv", mia, {})
    kept = fresh(key_result).meant_by
    other = objectives.take(row_of(key_result, target="300"), "x.csv", mia, {})

    assert (same.unchanged, kept) == (1, first)
    assert (other.updated, fresh(key_result).meant_by.number) == (1, 2)


def test_a_file_with_a_target_alone_sets_out_once(key_result, series, mia):
    row = {"key_result": "Later", "baseline": "", "target": "20"}
    objectives.take(row_of(key_result, **row), "x.csv", mia, {})
    SeriesState.objects.filter(series=series).update(latest=17)

    again = objectives.take(row_of(key_result, **row), "x.csv", mia, {})

    made = KeyResult.objects.get(title="Later")
    assert (again.unchanged, made.baseline, made.meant_by) == (1, 15, key_result.meant_by)


@pytest.mark.parametrize("text", ["nan", "inf", "1e999", '"1,5"', "٧٠", "7" * 5000])
def test_a_file_with_a_number_that_is_none_is_refused_at_its_cell(key_result, series, mia, text):
    with pytest.raises(Refused) as caught:
        objectives.take(row_of(key_result, target=text), "x.csv", mia, {})

    assert [found.column for found in caught.value.report.refused] == ["target"]


def test_a_draft_puts_nothing_of_two_meanings_side_by_side(key_result, series):
    redefine(series)
    known = KeyResult.objects.with_evidence(key_result.owner).get(pk=key_result.pk)

    found = evidence_of(known, clock.today())

    assert (found.before, found.way, found.now) == (None, None, 400)

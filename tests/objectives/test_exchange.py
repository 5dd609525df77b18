"""Objectives and KPIs in and out as files."""

import io

import pytest

from objectives.choices import KeyResultKind, ObjectiveState
from objectives.exchange import kpis, objectives
from objectives.models import Cycle, KeyResult, Kpi, KpiVersion, Objective
from productops.exchange import Refused
from productops.tables import write_csv
from tests.factories.objectives import (
    CycleFactory,
    KeyResultFactory,
    KpiVersionFactory,
    ObjectiveFactory,
    SeriesFactory,
)

HEADER = "cycle,objective,about,owner,key_result,kpi,baseline,target"


def file_of(*lines: str) -> io.BytesIO:
    return io.BytesIO("\n".join(lines).encode())


def taken(kind, *lines, by=None, name="x.csv", **options):
    report = kind.take(file_of(*lines), name, by, options)
    return report.created, report.updated, report.unchanged


def refused(kind, *lines, by=None, name="x.csv", **options):
    with pytest.raises(Refused) as caught:
        kind.take(file_of(*lines), name, by, options)
    return [(found.row, found.column) for found in caught.value.report.refused]


def given(kind) -> list[str]:
    out, rows = io.BytesIO(), iter(kind.give(None, {}))
    write_csv(out, next(rows), rows)
    return out.getvalue().decode().splitlines()


# Objectives ---------------------------------------------------------------------------------
def test_objectives_come_in_with_their_key_results_and_the_same_file_changes_nothing(
    ines, checkout
):
    KpiVersionFactory(kpi__slug="lead-time")
    lines = [
        HEADER,
        "2027-Q1,Ship faster,product:checkout,ines@halden.example,Lead time,lead-time,12,7",
        "2027-Q1,Ship faster,product:checkout,ines@halden.example,Fewer handovers,,5,2",
        "2027-Q1,Hire well,,,,,,",
    ]

    first = taken(objectives, *lines)
    second = taken(objectives, *lines)

    cycle = Cycle.objects.get()
    watched = KeyResult.objects.get(series__isnull=False)
    assert (first, second) == ((3, 0, 0), (0, 0, 3))
    assert (str(cycle.starts_on), str(cycle.ends_on)) == ("2027-01-01", "2027-03-31")
    assert (watched.series.subject, watched.target) == (checkout.subject, 7)
    assert Objective.objects.get(title="Hire well").owner == ines


def test_what_goes_out_comes_back_unchanged(ines, mia, checkout):
    series = SeriesFactory(subject=checkout.subject)
    ours = ObjectiveFactory(subject=checkout.subject, owner=mia, why="=1+1\nand more")
    KeyResultFactory(
        objective=ours, series=series, owner=mia, baseline=0, commit=3, target=7, stretch=10
    )
    KeyResultFactory(
        objective=ours,
        kind=KeyResultKind.ORDINAL,
        baseline=None,
        target=None,
        zones={"target": "All teams"},
        weight=0,
    )
    KeyResultFactory(
        objective=ours,
        kind=KeyResultKind.MAINTAIN,
        series=series,
        baseline=None,
        target=None,
        low=3,
    )
    closed = ObjectiveFactory(cycle=ours.cycle, owner=ines)
    closed.close(outcome=ObjectiveState.MISSED, learning="Too much", by=ines)
    lines = given(objectives)

    counts = taken(objectives, *lines)

    assert counts == (0, 0, 4)
    assert given(objectives) == lines


def test_a_file_of_another_installation_makes_the_same_rows(ines, checkout):
    series = SeriesFactory(subject=checkout.subject)
    ours = ObjectiveFactory(subject=checkout.subject, owner=ines)
    KeyResultFactory(
        objective=ours, series=series, owner=ines, baseline=0, commit=3, target=7, stretch=10
    )
    KeyResultFactory(
        objective=ours, owner=ines, baseline=0, commit=3, target=7, stretch=10, title="Last"
    )
    ours.close(outcome=ObjectiveState.ACHIEVED, learning="Small steps", by=ines)
    lines = given(objectives)
    KeyResult.with_trash.all().delete()
    Objective.with_trash.all().delete()

    counts = taken(objectives, *lines)

    assert counts == (2, 0, 0)
    assert given(objectives) == lines


@pytest.mark.parametrize("target", ["Above 95%", "", "Identified in a chart"])
def test_a_target_in_words_or_none_is_legal(ines, target):
    taken(objectives, HEADER, f"2027-Q1,Run well,,,Pipeline stability,,,{target}")

    made = KeyResult.objects.get()
    assert made.kind == KeyResultKind.ORDINAL
    assert made.zones == ({"target": target} if target else {})


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("someday,Run well,,,,,,", (2, "cycle")),
        ("2027-Q1,,,,,,,", (2, "objective")),
        ("2027-Q1,Run,product:unknown,,,,,", (2, "about")),
        ("2027-Q1,Run,,nobody@halden.example,,,,", (2, "owner")),
        ("2027-Q1,Run,,,KR,unknown,1,2", (2, "kpi")),
        ("2027-Q1,Run,,,KR,,1e999,2", (2, "baseline")),
        ("2027-Q1,Run,,,KR,,2,2", (2, "target")),
        (f"2027-Q1,{'x' * 301},,,,,,", (2, "objective")),
        ("9999-Q1,Run,,,,,,", (2, "cycle")),
    ],
)
def test_a_wrong_cell_refuses_the_whole_file_by_row_and_column(ines, line, place):
    found = refused(objectives, HEADER, line, "2027-Q1,Fine,,,,,,")

    assert found == [place]
    assert not Objective.objects.exists()


def test_an_unknown_column_stops_and_asks(ines):
    assert refused(objectives, HEADER + ",mood", "2027-Q1,Run,,,,,,,") == [(1, "mood")]


def test_a_pm_brings_in_only_what_is_theirs(mia, billing):
    CycleFactory(slug="2027-q1")
    line = "2027-q1,Run,product:billing,,,,,"

    assert refused(objectives, HEADER, line, by=mia) == [(2, "about")]


@pytest.mark.reference
@pytest.mark.parametrize(
    ("file", "columns", "key_results"),
    [
        (
            "sourced_okrs.csv",
            "cycle=quarter,objective=sub_objective,key_result=key_result",
            148,
        ),
        (
            "gitlab_okrs.csv",
            "cycle=quarter,objective=objective,key_result=key_result_text",
            377,
        ),
    ],
)
def test_published_objectives_come_in_whole(shared_data, ines, file, columns, key_results):
    with (shared_data / "okr" / file).open("rb") as opened:
        objectives.take(opened, file, None, {"map": columns})

    with (shared_data / "okr" / file).open("rb") as opened:
        again = objectives.take(opened, file, None, {"map": columns})

    assert KeyResult.objects.count() == key_results
    assert (again.created, again.updated) == (0, 0)


# KPIs ---------------------------------------------------------------------------------------
def test_the_catalogue_goes_out_and_comes_back_unchanged(ines):
    KpiVersionFactory(kpi__slug="lead-time", unit="d", formula="a\nb", low=None, high=7)
    KpiVersionFactory(kpi__family="flow", kpi__owner=ines)
    lines = given(kpis)

    counts = taken(kpis, *lines)

    assert counts == (0, 0, 2)
    assert KpiVersion.objects.count() == 2


def test_a_changed_meaning_in_a_file_is_a_version(ines):
    KpiVersionFactory(kpi__slug="lead-time", kpi__name="Lead time", unit="d")

    counts = taken(kpis, "slug,name,unit", "lead-time,Lead time,h")

    assert counts == (0, 1, 0)
    assert list(KpiVersion.objects.order_by("number").values_list("unit", flat=True)) == ["d", "h"]


def test_the_shipped_library_is_a_file_like_any_other(ines):
    library = kpis.actions.library.LIBRARY.read_text()

    first = taken(kpis, library, name="kpis.yaml")
    second = taken(kpis, library, name="kpis.yaml")

    assert first[0] >= 24
    assert second == (0, 0, first[0])
    assert set(Kpi.objects.filter(family="").values_list("slug")) == set()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("kpis: 7", (None, "kpis")),
        ("[1, 2", (None, "kpis")),
        ("kpis: [{name: X, mood: 1}]", (1, "mood")),
        ("kpis: [{name: X, unit: [1]}]", (1, "unit")),
        ("kpis: [{slug: x}]", (1, "name")),
        ("kpis: [{name: X, direction: sideways}]", (1, "direction")),
        ("kpis: [{name: X, low: 3, high: 2}]", (1, "high")),
        ("kpis: [{name: '–'}]", (1, "name")),
    ],
)
def test_a_wrong_catalogue_is_refused_by_place(ines, text, place):
    assert refused(kpis, text, name="x.yaml") == [place]
    assert not Kpi.objects.exists()


@pytest.mark.reference
def test_a_published_catalogue_with_targets_in_words_comes_in_whole(shared_data, ines):
    columns = "name=kpi,target=target_text"
    with (shared_data / "okr" / "gitlab_kpi_catalogue.csv").open("rb") as opened:
        report = kpis.take(opened, "catalogue.csv", None, {"map": columns})

    stability = Kpi.objects.get(slug="master-pipeline-stability")
    assert report.created == 51
    assert stability.purpose == "Target as it was written: Above 95%"
    assert stability.definition.target is None

"""Real objectives of two companies and a real catalogue of KPIs, taken in as users would."""

import csv
import json
from collections import defaultdict
from pathlib import Path
from statistics import fmean

import pytest
from django.core.management import call_command

from objectives.models import CheckIn, Cycle, KeyResult, Kpi, Objective
from objectives.pages import cycle_page
from productops import clock

OKR = Path(__file__).resolve().parents[3] / "shared" / "data" / "okr"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not OKR.is_dir(), reason="the folder of reference data is not here"),
]
SOURCED = "cycle=quarter,part_of=objective,objective=sub_objective,key_result=key_result,done=done"
GITLAB = "cycle=quarter,objective=objective,key_result=key_result_text"
REPORTED = f"{GITLAB},percent_done=reported_result_pct"


def take(kind, name, columns, capsys):
    call_command("import", kind, str(OKR / name), map=columns, json=True)
    return json.loads(capsys.readouterr().out)


def expected(name):
    return json.loads((OKR / name).read_text(encoding="utf-8"))


def rows(name):
    with (OKR / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_goals_of_a_quarter_count_as_their_owners_counted(ines, capsys):
    told = take("objectives", "sourced_okrs.csv", SOURCED, capsys)

    wanted = expected("sourced_okrs_expected.json")
    found = defaultdict(lambda: [0, 0])
    for each in KeyResult.objects.with_standing():
        upper = each.objective.alignments.get().to_objective
        found[upper.title][0] += 1
        found[upper.title][1] += each.progress(clock.today()) == 1
    assert told["refused"] == []
    assert KeyResult.objects.count() == wanted["rows"]
    assert dict(found) == {
        one["objective"]: [one["key_results"], one["done"]] for one in wanted["by_objective"]
    }


def test_what_is_done_rolls_up_to_the_top(ines, capsys):
    take("objectives", "sourced_okrs.csv", SOURCED, capsys)

    cycle = Cycle.objects.get(slug="2018-q3")
    page = cycle_page(cycle, Objective.objects.with_standing().in_order(), clock.today())

    quarter = expected("sourced_okrs_expected.json")["by_quarter"]["2018-Q3"]
    assert page.whole.key_results == quarter["key_results"]
    assert page.whole.zones["target"] == quarter["done"]
    top = Objective.objects.filter(aligned__isnull=False).distinct()
    assert {each.title for each in top} == {row["objective"] for row in rows("sourced_okrs.csv")}


@pytest.mark.parametrize(
    ("name", "columns"), [("sourced_okrs.csv", SOURCED), ("gitlab_okrs.csv", REPORTED)]
)
def test_taken_a_second_time_nothing_changes(name, columns, ines, capsys):
    first = take("objectives", name, columns, capsys)

    again = take("objectives", name, columns, capsys)

    assert again["created"] == again["updated"] == 0
    assert again["unchanged"] == sum(first[what] for what in ("created", "updated", "unchanged"))


def test_reported_results_are_kept_as_they_were_reported(ines, capsys):
    told = take("objectives", "gitlab_okrs.csv", REPORTED, capsys)

    wanted = expected("gitlab_okrs_expected.json")
    values = list(CheckIn.objects.values_list("value", flat=True))
    assert told["created"] + told["updated"] + told["unchanged"] == wanted["rows"]
    assert len(values) == wanted["with_reported_pct"]
    assert fmean(values) == pytest.approx(wanted["mean_reported_pct"])
    assert max(values) <= 100
    assert set(CheckIn.objects.values_list("confidence", flat=True)) == {None}
    assert sorted(Objective.objects.values_list("title", flat=True)) == wanted["objectives"]


def test_kpis_whose_target_is_text_or_missing_are_legal_and_have_no_target(ines, capsys):
    told = take("kpis", "gitlab_kpi_catalogue.csv", "name=kpi,target=target_text", capsys)

    catalogue = rows("gitlab_kpi_catalogue.csv")
    assert (told["created"], told["refused"]) == (len(catalogue), [])
    for row in catalogue:
        kpi = Kpi.objects.get(name=row["kpi"])
        assert kpi.definition.target is None
        assert not row["target_text"] or row["target_text"] in kpi.purpose

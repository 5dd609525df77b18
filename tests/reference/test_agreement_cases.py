"""Agreement and reliability: published values, and runs of R's multilevel and psych packages."""

import csv
import json
from collections import defaultdict
from statistics import fmean, median

import pytest

from audits.agreement import average_deviation, cronbach_alpha, krippendorff_alpha, rwg_j

pytestmark = pytest.mark.reference


@pytest.fixture
def cases(shared_data):
    text = (shared_data / "scoring/agreement_and_alpha_cases.json").read_text("utf-8")
    return {case["id"]: case for case in json.loads(text)}


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def groups_of(path, case, key):
    """Ratings (rows) over the case's items (columns) of each of its groups."""
    groups = defaultdict(list)
    for row in rows_of(path):
        groups[row[key]].append([float(row[item]) for item in case["options"]["items"]])
    return [groups[name] for name in case["groups"]]


def test_agreement_over_items_equals_multilevel(shared_data, cases):
    case = cases["rwg_lq2002_lead_odd"]
    groups = groups_of(shared_data / "scoring/lq2002_odd_companies.csv", case, "COMPID")

    found = [rwg_j(group, 5) for group in groups]

    assert [len(group) for group in groups] == case["n_per_group"]
    assert found == pytest.approx(case["expected"]["rwg_j"], abs=1e-9)
    assert fmean(found) == pytest.approx(case["expected"]["mean_rwg_j"], abs=1e-9)
    assert median(found) == pytest.approx(case["expected"]["median_rwg_j"], abs=1e-9)


def test_every_case_is_known_here(cases):
    assert set(cases) == {"rwg_lq2002_lead_odd", "rwg_cohesion_platoons", "alpha_attitude"}


def test_average_deviation_equals_multilevel(shared_data, cases):
    case = cases["rwg_lq2002_lead_odd"]
    groups = groups_of(shared_data / "scoring/lq2002_odd_companies.csv", case, "COMPID")

    found = [
        fmean(average_deviation(item) for item in zip(*group, strict=True)) for group in groups
    ]

    assert found == pytest.approx(case["expected"]["ad_mean_per_group"], abs=1e-9)


def test_consistency_of_the_leadership_scale_equals_multilevel(shared_data, cases):
    case = cases["rwg_lq2002_lead_odd"]
    groups = groups_of(shared_data / "scoring/lq2002_odd_companies.csv", case, "COMPID")

    found = cronbach_alpha([rater for group in groups for rater in group])

    assert found == pytest.approx(case["expected"]["cronbach_alpha"], abs=1e-9)


def test_agreement_of_small_platoons_equals_multilevel(shared_data, cases):
    case = cases["rwg_cohesion_platoons"]
    groups = groups_of(shared_data / "scoring/cohesion.csv", case, "G")

    assert [rwg_j(group, 5) for group in groups] == pytest.approx(case["expected"]["rwg_j"])


def test_consistency_of_the_attitude_survey_equals_psych(shared_data, cases):
    rows = [list(map(float, row.values())) for row in rows_of(shared_data / "scoring/attitude.csv")]

    found = cronbach_alpha(rows)

    assert found == pytest.approx(cases["alpha_attitude"]["expected"]["cronbach_raw_alpha"])


def test_alpha_equals_krippendorffs_published_values(shared_data):
    text = (shared_data / "scoring/krippendorff_cases.json").read_text("utf-8")

    for case in json.loads(text):
        for level, published in case["published"].items():
            found = krippendorff_alpha(case["raters_by_units"], level)

            assert found == pytest.approx(published, abs=5e-4)
            assert found == pytest.approx(case["tool"]["values"][level], abs=1e-7)

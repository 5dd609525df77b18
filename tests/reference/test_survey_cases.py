"""SUS and NPS: worked examples of the literature and of other tools' test-suites."""

import json

import pytest

from teams.surveys import enps, sus

pytestmark = pytest.mark.reference


def cases_of(path):
    return {case["id"]: case for case in json.loads(path.read_text("utf-8"))}


def test_sus_equals_the_worked_examples(shared_data):
    cases = cases_of(shared_data / "scoring/sus_cases.json")

    found = {name: sus(case["responses_q1_to_q10"]) for name, case in cases.items()}

    assert found == {name: case["expected"] for name, case in cases.items()}
    assert len(found) == 2


def test_the_net_promoter_score_equals_the_published_example(shared_data):
    case = cases_of(shared_data / "scoring/nps_cases.json")["nps_10_30_60"]
    counts = case["counts"]
    ratings = [0] * counts["detractors"] + [7] * counts["passives"] + [10] * counts["promoters"]

    assert enps(ratings).score == case["expected"]


def test_ratings_fall_into_the_published_groups(shared_data):
    case = cases_of(shared_data / "scoring/nps_cases.json")["nps_class"]
    scores = {"detractor": -100, "passive": 0, "promoter": 100}

    for rating, group in case["classification"].items():
        assert enps([int(rating)]).score == scores[group]


def test_the_bounds_are_those_of_the_other_tools(shared_data):
    case = cases_of(shared_data / "scoring/nps_cases.json")["nps_bounds"]

    for one in case["cases"]:
        assert enps(one["ratings"]).score == one["expected"]
    for rating in case["invalid"]:
        with pytest.raises(ValueError, match="ratings"):
            enps([rating])

"""SAMM 2: the official toolbox's own formulas, evaluated on three answer vectors."""

import json

import pytest

from audits.scoring import score

pytestmark = pytest.mark.reference

# The toolbox's score sheet calls two practices otherwise than its question sheet.
QUESTION_SHEET = {
    "Secure Architecture": "Security Architecture",
    "Requirements Testing": "Requirements-driven Testing",
}
THREE_LEVELS = {"min": 0, "max": 3}


@pytest.fixture
def model(shared_data):
    return json.loads((shared_data / "questionnaires/samm2_model.json").read_text("utf-8"))


@pytest.fixture
def runs(shared_data):
    return json.loads((shared_data / "scoring/samm2_toolbox_runs.json").read_text("utf-8"))["runs"]


def samm(model):
    """Functions hold practices, practices three levels, a level the questions of two streams."""
    nodes = {}
    for question in model["questions"]:
        function, practice = question["business_function"], question["practice"]
        level = f"{practice} {question['maturity_level']}"
        nodes[function] = {"key": function, "type": "section", **THREE_LEVELS}
        nodes[practice] = {"key": practice, "type": "section", "parent": function, **THREE_LEVELS}
        nodes[level] = {"key": level, "type": "section", "parent": practice, "min": 0, "max": 1}
        choices = [
            {"value": choice["text"], "score": choice["value"]}
            for choice in model["answer_sets"][question["answer_set"]]
        ]
        code = question["code"]
        nodes[code] = {"key": code, "type": "single", "parent": level, "choices": choices}
    return {"scale": THREE_LEVELS, "nodes": list(nodes.values())}


def ratings(card, expected):
    """Each practice's rating with its three levels, and each function's rating."""
    names = [QUESTION_SHEET.get(row["practice"], row["practice"]) for row in expected["practices"]]
    practices = [
        (card[name].score, *(card[f"{name} {level}"].score for level in (1, 2, 3)))
        for name in names
    ]
    return practices, {name: card[name].score for name in expected["business_functions"]}


def test_every_rating_equals_the_toolbox(model, runs):
    for run in runs:
        card = score(samm(model), {row["code"]: [row["answer"]] for row in run["answers"]})

        practices, functions = ratings(card, run["expected"])

        for found, row in zip(practices, run["expected"]["practices"], strict=True):
            published = (row["rating"], row["level1"], row["level2"], row["level3"])
            assert found == pytest.approx(published)
        assert functions == pytest.approx(run["expected"]["business_functions"])
        assert card.overall.expected == len(run["answers"])
    assert len(runs) == 3


def test_an_answer_left_out_counts_as_no_in_the_toolbox(model, runs):
    run = runs[0]
    given = {row["code"]: [row["answer"]] for row in run["answers"] if row["value"] != 0}

    card = score(samm(model), given, unanswered="lowest")

    _, functions = ratings(card, run["expected"])
    assert len(given) < len(run["answers"])
    assert functions == pytest.approx(run["expected"]["business_functions"])

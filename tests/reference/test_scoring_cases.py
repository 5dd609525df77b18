"""SAMM 2: the official toolbox's own formulas, evaluated on three answer vectors; DORA's statements
of 1 to 5 as 0 to 10. From the figures, and through files, replies and tables."""

import json
from datetime import date
from statistics import fmean

import pytest

from audits.asked import Reply, asked_of
from audits.framework_file import read_framework_file, write_framework_file
from audits.questionnaire import read_questionnaire
from audits.replies import read_reply
from audits.scoring import rescale, score
from productops.parsing import to_slug
from tests.factories.audits import framework_version

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


# Through a file, replies and tables --------------------------------------------------------
ON = date(2026, 11, 26)


def samm_file(model):
    """The same tree as a questionnaire's file has it, keys in its words."""
    functions: dict[str, dict] = {}
    for question in model["questions"]:
        function = functions.setdefault(
            question["business_function"],
            section(question["business_function"], **THREE_LEVELS),
        )
        practice = inside(function, question["practice"], **THREE_LEVELS)
        level = inside(
            practice, f"{question['practice']} {question['maturity_level']}", min=0, max=1
        )
        offered = model["answer_sets"][question["answer_set"]]
        level["children"].append(
            {
                "key": to_slug(question["code"]),
                "type": "single",
                "text": question["question"],
                "choices": [
                    {"value": one["text"], "name": one["text"], "score": one["value"]}
                    for one in offered
                ],
            }
        )
    head = {"key": "samm-2", "title": "SAMM 2", "target": 2, "scale": THREE_LEVELS}
    return write_framework_file({**head, "nodes": list(functions.values())})


def section(title, **more):
    return {"key": to_slug(title), "title": title, "children": [], **more}


def inside(parent, title, **more):
    """The section of this name in the other one, made where it is not there yet."""
    for child in parent["children"]:
        if child["title"] == title:
            return child
    parent["children"].append(section(title, **more))
    return parent["children"][-1]


def test_every_rating_equals_the_toolbox_through_a_file_and_replies(model, runs, db):
    version = framework_version(samm_file(model))
    nodes = {node.key: node for node in version.nodes.questions()}
    assert len(nodes) == len(model["questions"])
    for run in runs:
        replies = [
            Reply("mia", None, key, read_reply(nodes[key], row["answer"]))
            for row in run["answers"]
            if (key := to_slug(row["code"]))
        ]

        asked = asked_of(version.questionnaire, replies, today=ON)
        card = score(version.content, asked.answers, hidden=asked.hidden)

        for row in run["expected"]["practices"]:
            name = to_slug(QUESTION_SHEET.get(row["practice"], row["practice"]))
            found = (card[name].score, *(card[f"{name}-{level}"].score for level in (1, 2, 3)))
            published = (row["rating"], row["level1"], row["level2"], row["level3"])
            assert found == pytest.approx(published)
        for name, rating in run["expected"]["business_functions"].items():
            assert card[to_slug(name)].score == pytest.approx(rating)


def test_samm_is_written_and_read_back_the_same(model):
    file = read_framework_file(samm_file(model))

    assert read_framework_file(write_framework_file(file.content)) == file


@pytest.fixture
def dora(shared_data):
    path = shared_data / "questionnaires/dora_capability_prioritization.json"
    return json.loads(path.read_text("utf-8"))["items"]


def dora_content(items):
    agree = [{"value": level, "name": f"{level}"} for level in range(1, 6)]
    capabilities = [
        {
            "key": item["shortname"],
            "title": item["capability"],
            "children": [
                {
                    "key": f"{item['shortname']}-{question['number']}",
                    "type": "level",
                    "text": question["question_text"],
                    "choices": agree,
                    "min": 1,
                    "max": 5,
                }
                for question in item["questions"]
            ],
        }
        for item in items
    ]
    head = {"key": "dora", "title": "DORA", "target": 7, "scale": {"min": 0, "max": 10}}
    return read_framework_file(write_framework_file({**head, "nodes": capabilities})).content


@pytest.mark.parametrize("first", [1, 3, 5])
def test_a_capability_is_the_mean_of_its_statements_from_0_to_10(dora, first):
    content = dora_content(dora)
    questionnaire = read_questionnaire(content)
    given = {
        item.key: (first + place) % 5 + 1
        for place, item in enumerate(item for item in questionnaire.items if item.is_question)
    }

    card = score(content, given)

    assert sum(len(item["questions"]) for item in dora) == len(given) == 17
    capabilities = [
        fmean(
            rescale(given[f"{item['shortname']}-{one['number']}"], source=(1, 5), result=(0, 10))
            for one in item["questions"]
        )
        for item in dora
    ]
    assert [card[item["shortname"]].score for item in dora] == pytest.approx(capabilities)
    assert card.overall.score == pytest.approx(fmean(capabilities))

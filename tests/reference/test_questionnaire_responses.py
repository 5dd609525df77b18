"""Real answers through the real way in: the questionnaire as a file, then the table as it came."""

import csv
import io
import json
from collections import Counter

import pytest

from audits.framework_file import read_content, write_framework_file
from audits.framework_formats import WRITERS, read_frameworks, write_frameworks
from audits.models import Answer, Audit, Score
from productops.exchange import kind_named
from productops.imports import run_import
from productops.parsing import to_slug
from tests.factories.audits import framework_version
from tests.reference.test_scoring_cases import QUESTION_SHEET, samm_file

pytestmark = [pytest.mark.reference, pytest.mark.django_db]

SURVEY = "questionnaires/cncf_paap_survey_responses.csv"
# Options that hold the commas which part the others.
WITH_COMMAS = (
    "Software-defined infrastructure: compute, network and storage",
    "Artifact storage services: image registries, software package repositories",
    "Messaging services: brokers, queues, topics",
    "Security services: vulnerability management, policy management",
    "Data services: databases, caches, object stores",
    "Documentation (quickstart, howto, wiki, etc)",
    "Analyzing quantitative date (eg. usage, errors, etc..)",
    "Individual messages (Email, Chat, etc.)",
    "Developer Experience ( Eg. eNPS, Satisfying user jobs)",
)
SEVERAL = (7, 9, 10, 11, 12, 13, 14, 17, 22, 23, 24, 27, 29, 30)  # columns with many answers
ONE = (1, 2, 4, 15, 16, 18, 19, 20, 21, 25, 26, 28, 31, 33, 34, 35)
LONGEST_SHOWN = 80  # characters of the commonest answer in the published figures


@pytest.fixture
def table(shared_data):
    with (shared_data / SURVEY).open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return header, rows


def parts(cell):
    """What was ticked in one cell."""
    found = []
    rest = cell.strip()
    while rest:
        whole = next((option for option in WITH_COMMAS if rest.startswith(option)), None)
        piece = whole or rest.split(", ", 1)[0]
        found.append(piece)
        rest = rest[len(piece) :].removeprefix(", ")
    return found


def in_order(cells):
    """Options named by two people or more, each after those that stand before it somewhere."""
    lists = [parts(cell) for cell in cells]
    count = Counter(piece for found in lists for piece in found)
    left = [piece for piece, number in count.items() if number > 1]
    before = {
        piece: {one for found in lists if piece in found for one in found[: found.index(piece)]}
        for piece in left
    }
    options = []
    while left:
        free = next(one for one in left if not before[one] & set(left) - {one})
        options.append(free)
        left.remove(free)
    return options


def question(number, text, cells):
    node = {"key": f"q{number}", "text": text, "required": False, "weight": 0}
    if number in SEVERAL:
        options = in_order(cells)
        kind = {"type": "multiple", "other": True}
    elif number in ONE:
        options = sorted({cell.strip() for cell in cells if cell.strip()})
        kind = {"type": "single"}
    else:
        return node | {"type": "text"}
    return node | kind | {"choices": [{"value": option, "name": option} for option in options]}


def survey(header, rows):
    nodes = [
        question(number, text.strip(), [row[number] for row in rows])
        for number, text in enumerate(header)
    ]
    content = {
        "key": "platforms",
        "title": "Platforms as products",
        "target": 3,
        "scale": {"min": 0, "max": 4},
        "nodes": [{"key": "survey", "title": "Survey", "children": nodes}],
    }
    return write_framework_file(content)


def said(answer):
    """The answer as the survey tool had written it."""
    if not answer.chosen:
        return answer.text
    names = [value for value in answer.chosen if value != "other"]
    return ", ".join(names + ([answer.text] if answer.text else []))


@pytest.fixture
def answers(shared_data, table, ines):
    header, rows = table
    framework_version(survey(header, rows))
    with (shared_data / SURVEY).open("rb") as file:
        _run, report = run_import(
            kind=kind_named("responses"),
            file=file,
            name="responses.csv",
            options={"framework": "platforms", "nameless": True},
        )
    assert report.refused == []
    found = {f"q{number}": [] for number in range(len(header))}
    for answer in Answer.objects.select_related("node"):
        found[answer.node.key].append(said(answer))
    return found


def test_the_figures_of_every_question_equal_the_published_ones(shared_data, answers, table):
    header, rows = table
    path = shared_data / "questionnaires/cncf_paap_survey_expected.json"
    expected = json.loads(path.read_text("utf-8"))

    assert (len(rows), len(header)) == (expected["respondents"], expected["questions"])
    for number, published in enumerate(expected["per_question"]):
        given = [text.strip() for text in answers[f"q{number}"]]
        counts = Counter(given)
        found = {
            "question": header[number],
            "answered": len(given),
            "blank": len(rows) - len(given),
            "distinct": len(counts),
        }
        assert found == {name: published[name] for name in found}
        text, times = published["top"]
        assert times == max(counts.values()), header[number]
        commonest = [one[:LONGEST_SHOWN].strip() for one in counts if counts[one] == times]
        assert text.strip() in commonest, header[number]


def test_everybody_who_answered_is_one_person_without_a_name(answers):
    audit = Audit.objects.get()

    assert audit.is_anonymous
    assert audit.invitations.submitted().count() == 22


# Models of maturity -------------------------------------------------------------------------
@pytest.fixture
def maturity(shared_data):
    """Five aspects, a question each, with four levels; its fingerprints in every format."""
    path = shared_data / "questionnaires/cncf_platform_maturity_matrix.json"
    matrix = json.loads(path.read_text("utf-8"))
    nodes = [
        {
            "key": to_slug(aspect["aspect"]),
            "title": aspect["aspect"],
            "children": [
                {
                    "key": f"{to_slug(aspect['aspect'])}-level",
                    "type": "level",
                    "text": aspect["question"],
                    "choices": [
                        {"value": number, "name": name, "text": text}
                        for number, (name, text) in enumerate(
                            zip(matrix["level_names"], aspect["levels"], strict=True), 1
                        )
                    ],
                }
            ],
        }
        for aspect in matrix["aspects"]
    ]
    head = {"key": "platform-maturity", "title": "Platform maturity", "target": 3}
    return head | {"scale": {"min": 1, "max": 4}, "nodes": nodes}


def test_the_maturity_matrix_comes_back_the_same_in_every_format(maturity):
    file = read_content(maturity)

    for form in WRITERS:
        data = write_frameworks([file.content], form)
        assert read_frameworks(data, f"matrix.{form}") == [file]
    assert sum(len(node["children"]) for node in file.content["nodes"]) == 5


def test_levels_that_teams_name_give_the_scores_of_the_aspects(maturity, ines, checkout):
    version = framework_version(write_framework_file(maturity))
    keys = [node.key for node in version.nodes.questions()]
    rows = [["Provisional", "2", "3", "4", "Consistent"], ["2", "2", "Scalable", "4", "4"]]
    table = "\n".join(",".join(row) for row in [keys, *rows]).replace("Consistent", "Operational")

    _run, report = run_import(
        kind=kind_named("responses"),
        file=io.BytesIO(table.encode()),
        name="teams.csv",
        options={
            "framework": "platform-maturity",
            "nameless": True,
            "closed_on": "2026-03-31",
            "subject": "product:checkout",
        },
    )

    assert report.refused == []
    scores = dict(Score.objects.values_list("node__key", "mean"))
    assert [scores[to_slug(key.removesuffix("-level"))] for key in keys] == [1.5, 2, 3, 4, 3]
    assert (scores["all"], Score.objects.get(node__key="all").minimum) == (2.7, 1.5)


@pytest.fixture
def samm(shared_data):
    path = shared_data / "questionnaires/samm2_model.json"
    return json.loads(path.read_text("utf-8"))


def test_the_toolboxs_own_answers_give_its_ratings_through_a_file(shared_data, samm, ines):
    path = shared_data / "scoring/samm2_toolbox_runs.json"
    runs = json.loads(path.read_text("utf-8"))["runs"]
    framework_version(samm_file(samm))

    for run in runs:
        audit = taken_in(run)

        means = dict(Score.objects.of_audit(audit).values_list("node__key", "mean"))
        for row in run["expected"]["practices"]:
            name = to_slug(QUESTION_SHEET.get(row["practice"], row["practice"]))
            found = [means[name], *(means[f"{name}-{level}"] for level in (1, 2, 3))]
            assert found == pytest.approx(
                [row["rating"], row["level1"], row["level2"], row["level3"]]
            )
        for name, rating in run["expected"]["business_functions"].items():
            assert means[to_slug(name)] == pytest.approx(rating)
    assert Audit.objects.count() == len(runs) == 3


def taken_in(run):
    """A closed audit of what the toolbox was told, as a wide table with one row."""
    page = io.StringIO()
    writer = csv.writer(page)
    writer.writerow([to_slug(row["code"]) for row in run["answers"]])
    writer.writerow([row["answer"] for row in run["answers"]])
    _run, report = run_import(
        kind=kind_named("responses"),
        file=io.BytesIO(page.getvalue().encode()),
        name="samm.csv",
        options={
            "framework": "samm-2",
            "nameless": True,
            "closed_on": "2026-03-31",
            "title": run.get("name", "run"),
        },
    )
    assert report.refused == []
    assert report.created == len(run["answers"]) == 90
    return Audit.objects.latest("pk")

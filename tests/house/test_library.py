"""The shipped content: whole, unique in itself, and pointing only at what exists."""

from functools import cache
from pathlib import Path

import pytest
import yaml

from audits.choices import QUESTION_KINDS, Cause, Importance, NodeKind
from audits.scoring import score
from objectives.choices import Family as KpiFamily
from processes.choices import Family as ProcessFamily
from productops.measures import Aggregation, Cadence, Direction, Empty, all_measures
from teams.choices import Profile, SubjectKind

ROOT = Path(__file__).resolve().parents[2]
FRAMEWORKS = sorted(path.stem for path in ROOT.glob("audits/library/*.yaml"))
PROCESSES = sorted(path.stem for path in ROOT.glob("processes/library/*.yaml"))
AREAS = {"tools", "technologies", "methodologies"}
# The rows of the dashboard in the design, which the demo organisation shows.
DASHBOARD_KPIS = {
    "activation-within-7-days",
    "net-revenue-retention",
    "defects-reported-by-customers",
    "outcome-goals-met",
    "lead-time-for-change",
    "discovery-to-decision",
    "unplanned-work",
    "release-predictability",
    "process-adoption",
    "check-ins-on-time",
    "audit-actions-overdue",
    "tool-spend-per-pm",
}
LONGEST_LEVEL = 120  # more than that is not read on a phone in 20 seconds a question


class OneKeyOnce(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Refuses a mapping that names a key twice; plain YAML silently keeps the last."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key) for key, _ in node.value]
        assert len(keys) == len(set(keys)), f"A key stands twice: {keys}, {node.start_mark}"
        return super().construct_mapping(node, deep)


@cache
def load(path):
    # Read once for all tests: none of them changes what it is given.
    return yaml.load((ROOT / path).read_text(encoding="utf-8"), OneKeyOnce)


def framework(key):
    return load(f"audits/library/{key}.yaml")


def process(slug):
    return load(f"processes/library/{slug}.yaml")


def nodes(tree):
    for node in tree:
        yield node
        yield from nodes(node.get("children", []))


def questions(key):
    return [node for node in nodes(framework(key)["nodes"]) if "children" not in node]


def levels(key):
    return [question for question in questions(key) if question["type"] == NodeKind.LEVEL]


def kpis():
    return load("objectives/library/kpis.yaml")["kpis"]


def skills():
    return load("teams/library/skills.yaml")["skills"]


def roles():
    return load("teams/library/roles.yaml")["roles"]


def criteria():
    return load("tooling/library/criteria.yaml")


def capabilities():
    return load("tooling/library/capabilities.yaml")


def slugs(rows):
    return {row["slug"] for row in rows}


def lacking(rows, fields):
    """Which row lacks which field: a list of pairs, empty when all is there."""
    return [(row.get("slug", row), field) for row in rows for field in fields if not row.get(field)]


def kebab(text):
    return "".join(sign if sign.isascii() and sign.isalnum() else " " for sign in text.lower())


# Questionnaires


def test_the_five_questionnaires_are_shipped():
    assert FRAMEWORKS == [
        "methodologies",
        "pm-time",
        "product-practice",
        "team-health",
        "tools-and-technologies",
    ]


@pytest.mark.parametrize("key", FRAMEWORKS)
def test_a_questionnaire_says_what_it_is_and_how_long_it_takes(key):
    content = framework(key)

    assert content["key"] == key
    assert content["title"]
    assert content["description"]
    assert content["version"] >= 1
    assert content["language"] == "en"
    assert content["minutes"] >= 1
    assert content["scale"]["min"] < content["target"] <= content["scale"]["max"]


@pytest.mark.parametrize("key", FRAMEWORKS)
def test_a_questionnaire_uses_each_key_once(key):
    keys = [node["key"] for node in nodes(framework(key)["nodes"])]

    assert [key for key in keys if keys.count(key) > 1] == []
    assert "all" not in keys  # the root, which the loader adds


@pytest.mark.parametrize("key", FRAMEWORKS)
def test_keys_are_lower_case_words_with_hyphens(key):
    keys = [node["key"] for node in nodes(framework(key)["nodes"])]

    assert [key for key in keys if "-".join(kebab(key).split()) != key] == []


@pytest.mark.parametrize("key", FRAMEWORKS)
def test_a_section_has_a_title_a_description_a_weight_and_questions(key):
    sections = [node for node in nodes(framework(key)["nodes"]) if "children" in node]

    assert lacking(sections, ("title", "description", "children")) == []
    assert all(section["weight"] >= 0 for section in sections)


@pytest.mark.parametrize("key", FRAMEWORKS)
def test_a_question_has_a_type_a_text_a_hint_and_an_importance(key):
    for question in questions(key):
        assert question["type"] in QUESTION_KINDS, question["key"]
        assert question["importance"] in Importance.values, question["key"]
        assert question["text"][-1] in "?.", question["key"]
        assert question["hint"], question["key"]
        assert question["weight"] >= 0, question["key"]
        assert isinstance(question["required"], bool), question["key"]


@pytest.mark.parametrize("key", FRAMEWORKS)
def test_each_level_question_describes_every_level_of_the_scale(key):
    scale = framework(key)["scale"]
    expected = list(range(scale["min"], scale["max"] + 1))

    assert len(expected) == 5
    assert [level["value"] for level in scale["levels"]] == expected
    for question in levels(key):
        choices = question["choices"]
        assert [choice["value"] for choice in choices] == expected, question["key"]
        assert [choice["score"] for choice in choices] == expected, question["key"]


@pytest.mark.parametrize("key", FRAMEWORKS)
def test_levels_are_short_whole_sentences_and_differ(key):
    for question in levels(key):
        texts = [choice["text"] for choice in question["choices"]]
        names = [choice["name"] for choice in question["choices"]]
        assert len(set(texts)) == len(set(names)) == 5, question["key"]
        assert all(text[0].isupper() and text[-1] in "." for text in texts), question["key"]
        assert max(map(len, texts)) <= LONGEST_LEVEL, question["key"]


@pytest.mark.parametrize("key", FRAMEWORKS)
def test_suggestions_name_a_cause_and_things_that_exist(key):
    known_kpis, known_skills = slugs(kpis()), slugs(skills())

    for question in levels(key):
        suggests = question["suggests"]
        assert suggests["cause"] in Cause.values, question["key"]
        assert suggests["kpis"], question["key"]
        assert set(suggests["kpis"]) <= known_kpis, question["key"]
        assert suggests.get("process", PROCESSES[0]) in PROCESSES, question["key"]
        assert suggests.get("skill", "coaching") in known_skills, question["key"]


@pytest.mark.parametrize(("end", "ratio"), [("min", 0), ("max", 1)])
@pytest.mark.parametrize("key", FRAMEWORKS)
def test_the_lowest_and_highest_answers_reach_the_ends_of_the_scale(key, end, ratio):
    content = framework(key)
    answers = {question["key"]: [content["scale"][end]] for question in levels(key)}

    card = score(content, answers)

    assert card.overall.ratio == ratio
    assert card.overall.score == content["scale"][end]
    assert card.overall.answered == card.overall.expected == len(levels(key))


@pytest.mark.parametrize(
    ("key", "count"),
    [("product-practice", 35), ("tools-and-technologies", 26), ("methodologies", 19)],
)
def test_the_large_questionnaires_have_their_level_questions(key, count):
    assert len(levels(key)) == count
    assert all(question["weight"] == 0 for question in questions(key) if "target" not in question)


@pytest.mark.parametrize("key", ["product-practice", "tools-and-technologies", "methodologies"])
def test_a_level_can_be_shown_and_a_gap_has_its_title_ready(key):
    assert lacking(levels(key), ("evidence", "area")) == []
    assert {question["area"] for question in levels(key)} <= AREAS
    titles = [question["suggests"]["gap"] for question in levels(key)]
    assert len(set(titles)) == len(titles)


def test_product_practice_covers_all_of_the_work_with_two_questions_or_more():
    dimensions = framework("product-practice")["nodes"]

    asked = {dimension["key"]: len(dimension["children"]) for dimension in dimensions}
    assert set(asked) >= {
        *("strategy-and-goals", "customer-discovery", "prioritisation", "planning"),
        *("delivery-flow", "measurement", "communication", "collaboration", "tooling", "data"),
    }
    assert min(asked.values()) >= 2
    every = {question["area"] for question in questions("product-practice")}
    assert every == AREAS


@pytest.mark.parametrize("key", FRAMEWORKS)
def test_the_number_beside_an_answer_is_one_that_the_house_counts(key):
    known = {measure.key for measure in all_measures()}

    for question in questions(key):
        if measure := question.get("measure"):
            assert measure in known, question["key"]
            assert len(question["fact"]["levels"]) == len(question["choices"]), question["key"]


@pytest.mark.parametrize("key", FRAMEWORKS)
def test_what_is_said_to_be_asked_elsewhere_is_asked_there(key):
    for question in questions(key):
        for place in question.get("maps", ()):
            there = [node["key"] for node in nodes(framework(place["framework"])["nodes"])]
            assert place["key"] in there, question["key"]


def test_what_is_asked_depends_on_how_a_team_works_and_on_what_it_has():
    skipping = [
        question["key"] for question in questions("methodologies") if "relevant" in question
    ]
    repeated = {
        section["repeat"]
        for key in FRAMEWORKS
        for section in framework(key)["nodes"]
        if "repeat" in section
    }

    assert "planning-timebox" in skipping
    assert repeated == {"product", "tool"}


@pytest.mark.parametrize("key", ["product-practice", "methodologies"])
def test_every_dimension_has_a_mandatory_question(key):
    scored = [section for section in framework(key)["nodes"] if section["weight"] > 0]
    for dimension in scored:
        importances = [question["importance"] for question in dimension["children"]]
        assert Importance.MANDATORY in importances, dimension["key"]


def test_pm_time_asks_for_shares_that_make_a_hundred():
    shares = framework("pm-time")["nodes"][0]

    assert shares["sum"] == 100
    assert {question["type"] for question in shares["children"]} == {NodeKind.NUMBER}
    assert {(question["min"], question["max"]) for question in shares["children"]} == {(0, 100)}
    assert {question["unit"] for question in shares["children"]} == {"%"}
    counted = {question["counts_as"] for question in shares["children"]}
    assert counted == {"strategic", "delivery", "operational", "other"}


def test_numbers_and_wishes_of_pm_time_describe_and_do_not_score():
    unscored = [question for question in questions("pm-time") if question["type"] != "level"]

    assert {question["weight"] for question in unscored} == {0}
    assert all(question["weight"] > 0 for question in levels("pm-time"))


def test_team_health_is_a_pulse_of_ten_items_without_names():
    content = framework("team-health")

    assert content["anonymous"] is True
    assert (content["scale"]["min"], content["scale"]["max"]) == (1, 5)
    assert len(levels("team-health")) == 10


# KPIs


def test_the_kpi_catalogue_is_large_enough_and_holds_the_dashboard():
    assert len(kpis()) >= 24
    assert slugs(kpis()) >= DASHBOARD_KPIS


def test_kpi_slugs_are_unique_and_made_from_the_name():
    made = ["-".join(kebab(row["name"]).split()) for row in kpis()]

    assert [row["slug"] for row in kpis()] == made
    assert len(set(made)) == len(made)


def test_a_kpi_card_is_complete():
    fields = ("name", "purpose", "formula", "source_hint", "pitfalls")

    assert lacking(kpis(), fields) == []


def test_kpi_cards_use_the_words_of_the_model():
    for row in kpis():
        assert row["family"] in KpiFamily.values, row["slug"]
        assert row["direction"] in Direction.values, row["slug"]
        assert row["cadence"] in Cadence.values, row["slug"]
        assert row["aggregation"] in Aggregation.values, row["slug"]
        assert row["empty"] in Empty.values, row["slug"]
        assert row["subject_kind"] in SubjectKind.values, row["slug"]


def test_every_family_has_kpis():
    assert {row["family"] for row in kpis()} == set(KpiFamily.values)


def test_a_ratio_states_both_halves_and_a_band_both_ends():
    for row in kpis():
        is_ratio = row["aggregation"] == Aggregation.RATIO
        assert is_ratio == bool(row.get("numerator")) == bool(row.get("denominator")), row["slug"]
        assert (row["direction"] == Direction.BAND) == ("band" in row), row["slug"]
        assert "band" not in row or row["band"]["low"] < row["band"]["high"], row["slug"]


def test_a_period_without_data_is_zero_only_for_what_is_counted_or_stocked():
    zero = {row["aggregation"] for row in kpis() if row["empty"] == Empty.ZERO}

    assert zero <= {Aggregation.SUM, Aggregation.LAST}


# Processes


def test_the_eight_processes_are_shipped():
    assert PROCESSES == [
        "discovery-cadence",
        "intake-and-triage",
        "launch-tiering",
        "prioritisation-review",
        "product-incident",
        "quarterly-planning",
        "release-communication",
        "weekly-business-review",
    ]


def test_every_family_of_processes_is_served():
    assert {process(slug)["family"] for slug in PROCESSES} == set(ProcessFamily.values)


@pytest.mark.parametrize("slug", PROCESSES)
def test_a_process_is_complete_and_names_roles_and_kpis_that_exist(slug):
    content = process(slug)

    assert content["slug"] == slug
    assert lacking([content], ("title", "purpose", "trigger", "inputs", "outputs", "kpis")) == []
    assert content["criticality"] in (1, 2, 3)
    assert 1 <= content["review_months"] <= 60
    assert content["owner_role"] in slugs(roles())
    assert set(content["kpis"]) <= slugs(kpis())


@pytest.mark.parametrize("slug", PROCESSES)
def test_a_step_says_who_what_why_and_what_shows_it(slug):
    steps = process(slug)["steps"]
    names = {row["name"] for row in roles()}

    assert 5 <= len(steps) <= 10
    assert lacking(steps, ("title", "role", "text", "why", "evidence", "time_box_minutes")) == []
    assert {step["role"] for step in steps} <= names
    assert len({step["title"] for step in steps}) == len(steps)


@pytest.mark.parametrize("slug", PROCESSES)
def test_steps_are_due_in_their_order(slug):
    due = [step["due_days"] for step in process(slug)["steps"]]

    assert due == sorted(due)
    assert due[0] >= 0


# Teams


def test_skills_describe_every_level_and_have_a_profile():
    for row in skills():
        assert list(row["levels"]) == [0, 1, 2, 3, 4], row["slug"]
        assert len(set(row["levels"].values())) == 5, row["slug"]
        assert row["profile"] in Profile.values, row["slug"]
        assert isinstance(row["critical"], bool), row["slug"]
    assert lacking(skills(), ("name", "category", "description")) == []


@pytest.mark.parametrize("rows", [skills, roles], ids=["skills", "roles"])
def test_slugs_of_people_content_are_unique_and_made_from_the_name(rows):
    made = ["-".join(kebab(row["name"]).split()) for row in rows()]

    assert [row["slug"] for row in rows()] == made
    assert len(set(made)) == len(made)


def test_roles_of_the_team_cover_the_four_profiles():
    in_team = [row for row in roles() if row["in_team"]]

    assert {row["profile"] for row in in_team} == set(Profile.values)
    assert lacking(roles(), ("name", "purpose", "responsibilities", "requires")) == []


def test_roles_require_skills_that_exist_at_a_level_that_exists():
    for row in roles():
        assert set(row["requires"]) <= slugs(skills()), row["slug"]
        assert set(row["requires"].values()) <= {1, 2, 3, 4}, row["slug"]


def test_every_skill_is_required_by_some_role():
    required = {skill for row in roles() for skill in row["requires"]}

    assert slugs(skills()) - required == set()


def test_a_team_to_begin_with_reaches_its_own_targets_once_its_roles_are_met():
    requires = {row["slug"]: row["requires"] for row in roles()}

    for template in load("teams/library/roles.yaml")["templates"]:
        for target in template["targets"]:
            able = sum(
                seat["count"]
                for seat in template["seats"]
                if requires[seat["role"]].get(target["skill"], 0) >= target["level"]
            )
            assert able >= target["people"], (template["slug"], target)


def test_no_critical_skill_of_the_full_team_hangs_on_one_person():
    full = load("teams/library/roles.yaml")["templates"][-1]

    highest = [target for target in full["targets"] if target["criticality"] == 3]
    assert highest
    assert all(target["people"] >= 2 for target in highest)


# Tooling


def test_a_criterion_says_what_zero_and_ten_mean_before_anyone_scores():
    for row in criteria()["criteria"]:
        assert list(row["anchors"]) == [0, 10], row["slug"]
        assert all(row["anchors"].values()), row["slug"]
        assert row["direction"] == Direction.UP, row["slug"]
        assert row["weight"] > 0, row["slug"]
        assert row["group"] in criteria()["groups"], row["slug"]
    assert lacking(criteria()["criteria"], ("name", "question", "how_to_test")) == []


def test_gates_can_be_passed_or_not_and_keeping_what_there_is_stands_on_every_list():
    assert lacking(criteria()["gates"], ("name", "question", "passed_when")) == []
    assert "keep-as-is" in slugs(criteria()["standing_options"])


def test_capabilities_have_a_group_an_area_and_a_purpose():
    for row in capabilities()["capabilities"]:
        assert row["group"] in capabilities()["groups"], row["slug"]
        assert row["area"] in ("tools", "technologies"), row["slug"]
    assert lacking(capabilities()["capabilities"], ("name", "purpose")) == []


@pytest.mark.parametrize(
    "rows",
    [
        lambda: criteria()["criteria"],
        lambda: criteria()["gates"],
        lambda: capabilities()["capabilities"],
    ],
    ids=["criteria", "gates", "capabilities"],
)
def test_slugs_of_tool_content_are_unique_and_made_from_the_name(rows):
    made = ["-".join(kebab(row["name"]).split()) for row in rows()]

    assert [row["slug"] for row in rows()] == made
    assert len(set(made)) == len(made)

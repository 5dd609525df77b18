import pytest

from audits.framework_file import read_framework_file
from audits.gap_rule import Rule, dimensions, found_gaps
from audits.scoring import score
from tests.factories.audits import KINDS, SMALL

CONTENT = read_framework_file(SMALL).content


def cards(**scopes):
    """``cards(a=(1, 2, 3))``: the levels of baseline, dashboards and interviews in scope a."""
    keys = ("baseline", "dashboards", "interviews")
    return {
        scope: score(CONTENT, {k: [v] for k, v in zip(keys, levels, strict=True) if v is not None})
        for scope, levels in scopes.items()
    }


def gaps(criticality=None, **scopes):
    return found_gaps(CONTENT, cards(**scopes), criticality or {})


def test_a_dimension_that_reaches_its_target_everywhere_is_no_gap():
    assert gaps(a=(3, 3, 3), b=(4, 3, 4)) == []


def test_there_is_one_gap_for_each_weak_dimension_most_urgent_first():
    found = gaps(a=(0, 0, 2), b=(1, 1, 3))

    assert [gap.dimension.title for gap in found] == ["Measurement", "Customer discovery"]
    assert found[0].levels == {"a": 0, "b": 1}
    assert found[1].levels == {"a": 2}


def test_the_level_of_a_gap_is_the_mean_of_where_it_was_seen():
    (gap,) = gaps(a=(1, 1, 3), b=(2, 2, 3), c=(3, 3, 3))

    assert gap.level == pytest.approx(1.5)
    assert gap.priority.coverage == pytest.approx(2 / 3)


def test_the_priority_is_the_product_of_its_parts():
    (gap,) = gaps({"a": 3}, a=(1, 1, 3), b=(3, 3, 3))

    parts = gap.priority
    assert (parts.weight, parts.criticality, parts.coverage, parts.effort) == (2, 3, 0.5, 3)
    assert parts.shortfall == pytest.approx((3 - 1) / 4)
    assert parts.priority == pytest.approx(2 * 0.5 * 3 * 0.5 / 3)


def test_a_scope_without_answers_counts_neither_way():
    (gap,) = gaps(a=(1, 1, 3), b=(None, None, None))

    assert gap.levels == {"a": 1}
    assert gap.priority.coverage == 1


def test_findings_name_the_weakest_questions_first_with_the_level_reached():
    (gap,) = gaps(a=(1, 2, 3), b=(0, 2, 3))

    first, second = gap.findings
    assert (first.question["key"], first.below, first.asked) == ("baseline", 2, 2)
    assert first.level_name == "Not at all"
    assert second.level_name == "Agreed"
    assert gap.cause == "data"


def test_a_questionnaire_with_one_section_that_counts_is_judged_by_its_questions():
    found = dimensions(read_framework_file(KINDS).content)

    assert [one.key for one in found] == ["planned"]


def by_rule(kind, level=None, targets=None, **scopes):
    rule = Rule(kind, level, targets or {})
    return [gap.dimension.title for gap in found_gaps(CONTENT, cards(**scopes), {}, rule=rule)]


def test_by_question_each_mandatory_one_at_or_below_the_level_is_a_gap():
    assert by_rule("question", 1, a=(1, 0, 2)) == ["No baseline before a change"]
    assert by_rule("question", 2, a=(1, 0, 2)) == ["No baseline before a change", "Few interviews"]


def test_by_question_without_a_level_what_lies_below_its_target_is_a_gap():
    assert by_rule("question", a=(3, 0, 2)) == ["Few interviews"]


def test_by_both_rules_dimensions_and_questions_are_found_and_none_twice():
    found = by_rule("both", 1, a=(0, 0, 1))

    assert sorted(found) == [
        "Customer discovery",
        "Few interviews",
        "Measurement",
        "No baseline before a change",
    ]


def test_by_no_rule_nothing_becomes_a_gap_by_itself():
    assert by_rule("none", a=(0, 0, 0)) == []


def test_a_question_weighs_what_its_dimension_and_it_make_together():
    (gap,) = found_gaps(CONTENT, cards(a=(0, 4, 4)), {}, rule=Rule("question", 1))

    assert gap.priority.weight == 2 * 2


def test_what_a_single_subject_wants_takes_the_place_of_the_frameworks_target():
    assert by_rule("dimension", targets={("a", "measurement"): 1}, a=(2, 2, 4)) == []
    assert by_rule("dimension", targets={("a", "discovery"): 4}, a=(4, 4, 3)) == [
        "Customer discovery"
    ]


def test_where_nobody_was_asked_there_is_no_gap():
    assert found_gaps(CONTENT, {"a": {}}, {}, rule=Rule("both", 4)) == []

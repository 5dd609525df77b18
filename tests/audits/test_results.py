from dataclasses import dataclass

import pytest

from audits.choices import View
from audits.framework_file import read_framework_file
from audits.heat import heatmap
from audits.pages.comparing import movement
from audits.results import result_of
from tests.factories.audits import SMALL

CONTENT = read_framework_file(SMALL).content


@dataclass
class Scored:
    mean: float | None
    spread: float | None = None
    respondents: int = 3
    scope_id: int = 0
    target: float | None = None
    documented: float | None = None
    agreement: float | None = None
    dont_know: int = 0
    mean_of_means: float | None = None
    minimum: float | None = None


def result(scores, former=None, **options):
    rows = {(scope, key): Scored(*row) for (scope, key), row in scores.items()}
    return result_of(CONTENT, rows, former or {}, **options)


BOTH = {
    (1, "measurement"): (1.0, 2.0),
    (1, "discovery"): (2.5,),
    (1, "all"): (1.5,),
    (2, "measurement"): (3.0, 1.0),
    (2, "discovery"): (3.5,),
    (2, "all"): (3.2,),
}


def test_rows_and_scopes_stand_weakest_first():
    found = result(BOTH)

    assert [row.dimension.key for row in found.rows] == ["measurement", "discovery"]
    assert found.scopes == [1, 2]


def test_every_scope_counts_the_same_in_a_row():
    assert result(BOTH).rows[0].level == pytest.approx(2.0)


def test_the_honest_figure_is_the_weakest_dimension():
    found = result(BOTH)

    assert found.weakest.dimension.key == "measurement"
    assert found.largest_gap.shortfall == pytest.approx(1.0)
    assert found.below == 1


def test_least_agreement_names_where_answers_lie_furthest_apart():
    row = result(BOTH).least_agreement

    assert (row.dimension.key, row.spread, row.most_divided) == ("measurement", 2.0, 1)


def test_a_change_counts_only_what_both_audits_asked():
    found = result(BOTH, {(1, "measurement"): 0.5})

    assert found.rows[0].change == pytest.approx(0.5)
    assert found.rows[1].change is None


@pytest.mark.parametrize(
    ("before", "reading"),
    [
        ([0.9, 1.0, 1.1], "Better"),
        ([3.0, 3.1, 2.9], "Worse"),
        ([0.5, 3.5, 1.9], "About as then"),
        ([2.0, 2.0], "Too few to tell"),
        ([], "Not asked then"),
    ],
)
def test_a_change_that_may_be_chance_is_not_called_better_or_worse(before, reading):
    scores = {(scope, key): (2.0,) for scope in range(3) for key in ("measurement", "all")}

    found = result(scores, {(scope, "measurement"): level for scope, level in enumerate(before)})

    row = next(row for row in found.rows if row.dimension.key == "measurement")
    assert movement(row)[1] == reading


def test_what_may_not_be_shown_counts_in_no_mean():
    found = result(BOTH, hidden={(1, "measurement")})

    row = next(row for row in found.rows if row.dimension.key == "measurement")
    assert row.cells[1].is_hidden
    assert (row.cells[1].level, row.level, found.hidden) == (None, 3.0, 1)


def test_each_place_is_measured_by_its_own_target():
    rows = {(scope, key): Scored(*row) for (scope, key), row in BOTH.items()}
    rows[1, "measurement"].target, rows[2, "measurement"].target = 1.0, 4.0

    found = result_of(CONTENT, rows, {})

    row = next(row for row in found.rows if row.dimension.key == "measurement")
    assert (row.target, row.shortfall, row.below) == (2.5, 0.5, 1)
    shown = heatmap(found, View.LEVEL, {1: "A", 2: "B"}, lambda **_: "")
    cells = {row["name"]: [cell["step"] for cell in row["cells"]] for row in shown["rows"]}
    assert cells["Measurement"] == [0, -2]


def test_what_is_written_down_stands_beside_what_is_done_where_both_are_known():
    rows = {(scope, key): Scored(*row) for (scope, key), row in BOTH.items()}
    rows[1, "measurement"].documented = 3.0

    found = result_of(CONTENT, rows, {})

    row = next(row for row in found.rows if row.dimension.key == "measurement")
    assert (row.documented, row.practised, row.paper) == (3.0, 1.0, 2.0)
    shown = heatmap(found, View.PAPER, {1: "A", 2: "B"}, lambda **_: "")
    first = next(row for row in shown["rows"] if row["name"] == "Measurement")["cells"][0]
    assert (first["text"], first["words"]) == ("+2.0", "2.0 levels more written down than done")


def test_without_scores_there_is_nothing_to_say():
    found = result({})

    assert (found.level, found.weakest, found.largest_gap, found.below) == (None, None, None, 0)


def test_the_heatmap_says_colour_in_words():
    shown = heatmap(result(BOTH), View.LEVEL, {1: "Checkout", 2: "Billing"}, lambda **_: "/a")

    first = shown["rows"][0]["cells"][0]
    assert (first["text"], first["step"], first["words"]) == ("1.0", -3, "2.0 below target")
    assert shown["rows"][0]["extra"] == ["2.0", "3.0", "–"]
    assert shown["rows"][-1]["is_sum"]


def test_the_heatmap_of_spread_colours_disagreement():
    shown = heatmap(result(BOTH), View.SPREAD, {1: "A", 2: "B"}, lambda **_: "")

    cells = {row["name"]: [cell["step"] for cell in row["cells"]] for row in shown["rows"]}
    assert cells["Measurement"] == [-2, 0]
    assert cells["Customer discovery"] == [None, None]

"""Where boxes and ties of a chain lie."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from productops.charts.chain_grid import NARROWEST, ROOM, Grid, lanes_of, lines_of
from productops.charts.shapes import Box, Chain, Tie


def chain_of(columns, ties=(), title="Word"):
    boxes = tuple(Box(column, 0, title) for column in range(columns))
    return Chain("Map", ("",) * columns, boxes, ties, 1)


def in_one_column(pairs):
    boxes = tuple(Box(0, row, f"Box {row}") for row in range(12))
    return Chain("Map", ("",), boxes, tuple(Tie(*pair, "depends") for pair in pairs), 12)


@pytest.mark.parametrize("columns", range(1, 10))
def test_up_to_nine_columns_fit_the_page(columns):
    assert Grid(chain_of(columns)).across <= ROOM + 5


def test_more_columns_are_no_narrower_than_words_need():
    assert Grid(chain_of(30)).width == NARROWEST


def test_fewer_columns_have_room_for_whole_titles():
    title = "Nine of ten questions are answered by the first person who reads them"

    (lines, *_others) = Grid(chain_of(3, title=title)).lines

    assert " ".join(lines) == title


pairs = st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda pair: pair[0] != pair[1])


@given(st.lists(pairs, max_size=25, unique=True))
def test_no_two_ties_of_a_column_lie_upon_each_other(found):
    shape = in_one_column(found)
    lanes = lanes_of(shape)

    spans = [(lanes[number], *sorted(pair)) for number, pair in enumerate(found)]
    for (lane, low, high), (other, from_row, to_row) in combinations(spans, 2):
        assert lane != other or high <= from_row or to_row <= low


@given(st.lists(pairs, max_size=40))
def test_lanes_stay_beside_their_column(found):
    grid = Grid(in_one_column(found))

    assert all(0 < grid.lane(number, 0) < grid.lefts[0] for number in grid.lanes)


@given(st.text(max_size=200), st.integers(4, 60), st.integers(1, 3))
def test_a_title_takes_no_more_room_than_it_has(text, room, most):
    lines = lines_of(text, room, most)

    assert 1 <= len(lines) <= most
    assert all(len(line) <= room for line in lines)

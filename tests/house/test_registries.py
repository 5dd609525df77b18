"""House rules for what apps tell the kernel: how much each may ask of the database."""

import pytest

from productops.clock import today
from productops.search import all_finders
from productops.trace import all_edges, all_nouns
from productops.work import all_askers


@pytest.mark.parametrize("who", ["olga", "mia", "rui"])
@pytest.mark.parametrize("finder", all_finders(), ids=lambda finder: finder.kind)
def test_a_finder_asks_the_database_once(
    finder, who, request, billing_team, django_assert_max_num_queries
):
    person = request.getfixturevalue(who)

    with django_assert_max_num_queries(1):
        hits = list(finder.find(person, ["Bill", "%_'\\"], 8))

    assert hits == []


@pytest.mark.parametrize("who", ["olga", "mia", "rui"])
@pytest.mark.parametrize("asker", all_askers(), ids=lambda asker: asker.name)
def test_open_work_is_counted_in_one_question(asker, who, request, django_assert_max_num_queries):
    person = request.getfixturevalue(who)

    with django_assert_max_num_queries(1):
        count = asker.count(person, today())

    assert count == len(list(asker.tasks(person, today())))


@pytest.mark.parametrize("noun", all_nouns(), ids=lambda noun: noun.kind)
def test_a_noun_of_the_trace_asks_once_and_hides_what_is_not_there(
    noun, olga, django_assert_max_num_queries
):
    with django_assert_max_num_queries(1):
        nodes = list(noun.nodes(olga, {0, 999_999_999}))

    assert nodes == []


@pytest.mark.parametrize("edge", all_edges(), ids=lambda edge: f"{edge.newer}-{edge.older}")
def test_an_edge_of_the_trace_joins_known_nouns_and_asks_once_each_way(
    edge, db, django_assert_num_queries
):
    kinds = {noun.kind for noun in all_nouns()}

    with django_assert_num_queries(2):
        found = [*edge.pairs({999_999_999}, None), *edge.pairs(None, {999_999_999})]

    assert {edge.newer, edge.older} <= kinds
    assert found == []

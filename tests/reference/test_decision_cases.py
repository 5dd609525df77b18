"""Published decision examples, and runs of other tools on the same figures."""

import json

import pytest

from tooling.decision import ahp_weights, topsis, weighted_sum

pytestmark = pytest.mark.reference


@pytest.fixture
def cases(shared_data):
    text = (shared_data / "tools/mcda_cases.json").read_text("utf-8")
    return {case["id"]: case for case in json.loads(text)}


def directions(case):
    return ["up" if kind == 1 else "down" for kind in case["types"]]


def anchors(case):
    """Each criterion's own lowest and highest value: what the other tool's min-max uses."""
    columns = zip(*case["matrix"], strict=True)
    return [(min(column), max(column)) for column in columns]


@pytest.mark.parametrize("name", ["topsis_tzeng_2011", "topsis_opricovic_2004"])
def test_closeness_equals_pymcdm_with_vector_normalisation(cases, name):
    case = cases[name]
    expected = case["tool"]["results"]["topsis_vector"]

    found = topsis(case["matrix"], case["weights"], directions(case))

    assert found.scores == pytest.approx(expected["score"], abs=1e-8)
    assert list(found.ranking) == expected["rank"]


def test_closeness_equals_the_published_example(cases):
    case = cases["topsis_tzeng_2011"]

    found = topsis(case["matrix"], case["weights"], directions(case))

    published = case["published"]
    assert found.scores == pytest.approx(published["similarity"], abs=published["tolerance"])
    assert list(found.ranking) == published["rank"]


@pytest.mark.parametrize("name", ["topsis_tzeng_2011", "topsis_opricovic_2004"])
def test_the_weighted_sum_equals_pymcdm_on_the_same_anchors(cases, name):
    case = cases[name]
    expected = case["tool"]["results"]["wsm_minmax"]

    found = weighted_sum(case["matrix"], case["weights"], directions(case), anchors=anchors(case))

    assert found.scores == pytest.approx(expected["score"], abs=1e-8)


def test_pairwise_weights_equal_saatys_drinks(cases):
    case = cases["ahp_saaty_drinks"]
    published = case["published"]
    names = list(published["weights"])
    ratios = [[1.0] * len(names) for _ in names]
    for one, other, ratio in case["pairwise"]:
        ratios[names.index(one)][names.index(other)] = ratio
        ratios[names.index(other)][names.index(one)] = 1 / ratio

    found = ahp_weights(ratios)

    rounded = [round(weight, published["precision"]) for weight in found.weights]
    assert rounded == list(published["weights"].values())
    assert round(found.ratio, published["precision"]) == published["consistency_ratio"]


def test_pairwise_weights_of_a_consistent_matrix_equal_the_published_ones(cases):
    case = cases["ahp_3x3"]

    found = ahp_weights(case["matrix"])

    assert found.weights == pytest.approx(case["published"]["weights"])
    assert found.ratio == pytest.approx(case["published"]["consistency_ratio"], abs=1e-12)

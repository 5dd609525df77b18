from types import SimpleNamespace

import pytest
from django.urls import reverse

from metrics.models import Improvement, Verdict
from metrics.what_works import size_in_sigma
from tests.factories.metrics import NOW, promised_on, weekly_series
from tests.factories.objectives import SeriesFactory

BEFORE = [10.0, 12.0, 11.0, 13.0, 9.0, 11.0, 12.0, 10.0, 11.0, 12.0, 10.0, 11.0]
HIGHER = [value + 10 for value in BEFORE]


def verdict(**more):
    known = {
        "summary": {"before": {"mr": 1.128}}, "effect": 2.0, "ci_low": 1.0, "ci_high": 3.0,
        "n_before": 12, "n_after": 8, "r1": 0.0, "reason": "",
    }  # fmt: skip
    return SimpleNamespace(**(known | more))


def test_an_effect_is_told_in_sigma_of_the_time_before():
    g, v = size_in_sigma(verdict(), "up")

    assert g == pytest.approx(2)
    # The interval reaches 1 to both sides: t times the error. By hand: r = 0.1, so that the
    # variance is 1.222 times as large and 14.36 degrees of freedom are left; t is 2.1395.
    assert v == pytest.approx((1 / 2.1395) ** 2, rel=1e-3)


def test_above_zero_is_better_whatever_the_direction():
    assert size_in_sigma(verdict(effect=-2.0, ci_low=-3.0, ci_high=-1.0), "down")[0] > 0


@pytest.mark.parametrize(
    "why", [{"ci_low": None}, {"reason": "shared"}, {"summary": {}}, {"ci_high": 1.0}]
)
def test_what_was_not_measured_has_no_size(why):
    assert size_in_sigma(verdict(**why), "up") is None


def tried(values, **words):
    series = SeriesFactory()
    promise = promised_on(series, weeks_ago=8, **words)
    weekly_series(values, series=series)
    return promise


@pytest.fixture
def five(db):
    """Two that worked, two that did not, one that was never put into practice."""
    made = [tried(BEFORE + HIGHER[:8], change_title=f"Good {n}") for n in range(2)]
    made += [tried(BEFORE + BEFORE[:8], change_title=f"Nothing {n}") for n in range(3)]
    Improvement.objects.filter(pk=made[-1].improvement_id).update(delivery="not_implemented")
    return made


def levers(client):
    return client.get("/api/v1/what-works/").json()["levers"]


def test_five_that_were_tried_are_pooled_with_where_the_next_one_is_expected(api, ines, five):
    (lever,) = levers(api(ines))

    assert (lever["kind"], lever["tried"], lever["measured"]) == ("structure", 5, 5)
    pooled = lever["pooled"]
    assert 0 < pooled["mean"] < 10
    assert pooled["prediction"][0] < pooled["interval"][0] < pooled["mean"]
    shrunken = [case["shrunken"] for case in lever["cases"]]
    effects = [case["effect"] for case in lever["cases"]]
    assert all(abs(s - pooled["mean"]) < abs(e - pooled["mean"])
               for s, e in zip(shrunken, effects, strict=True))  # fmt: skip


def test_what_was_never_implemented_and_what_did_nothing_count_too(api, ines, five):
    (lever,) = levers(api(ines))

    endings = sorted(case["ending"] for case in lever["cases"])
    assert endings == [
        "Improved", "Improved", "No detectable change", "No detectable change", "Not implemented",
    ]  # fmt: skip


def test_four_are_listed_and_not_summed_up(api, ines, five):
    Verdict.objects.filter(registration=five[0]).update(ci_low=None)

    (lever,) = levers(api(ines))

    assert (lever["tried"], lever["measured"], lever["pooled"]) == (5, 4, None)


def test_the_page_lists_all_and_draws_what_is_expected(as_, ines, five):
    text = as_(ines).get(reverse("metrics:what-works")).content.decode()

    assert "The next one is expected between" in text
    assert text.count("<svg") >= 6
    assert "2 Improved, 2 No detectable change, 1 Not implemented" in text


def test_a_stranger_sees_nothing_of_it(as_, api, jonas, five):
    assert levers(api(jonas)) == []
    text = as_(jonas).get(reverse("metrics:what-works")).content.decode()
    assert "Nothing was tried yet" in text


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_for_any_number(as_, ines, count, django_assert_num_queries):
    for _number in range(count):
        promise = promised_on(SeriesFactory(), weeks_ago=8)
        Verdict.objects.create(
            registration=promise, result="no_change", data_sha256="0" * 64, judged_at=NOW
        )
    client = as_(ines)
    client.get(reverse("metrics:what-works"))

    with django_assert_num_queries(5):
        client.get(reverse("metrics:what-works"))

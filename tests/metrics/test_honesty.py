"""Signals and chance: rates against simulation, the surprise of one series, the balance of many."""

from random import Random

import pytest
from django.urls import reverse

from metrics import honesty
from metrics.actions import dashboards as actions
from metrics.candour import candour_of
from metrics.honesty import Watched
from metrics.scorecard import rows_of, with_readings
from metrics.spc import analyse
from objectives.models import Series
from productops import clock
from tests.factories.metrics import weekly_series
from tests.factories.objectives import KpiFactory, KpiVersionFactory

STEADY = [10, 11, 9, 10, 12, 10, 9, 11, 10, 11, 9, 10, 11, 10]


def watched(key: str = "a", **more) -> Watched:
    said = {
        "rule_set": "wheeler", "n": 24, "r1": 0.0, "places": (0.5, -0.5, 0.2), "points": 1,
        "signals": 0,
    }  # fmt: skip
    return Watched(key, **said | more)


# Rates -------------------------------------------------------------------------------------
@pytest.mark.parametrize("rule_set", ["wheeler", "nhs", "western_electric", "nelson"])
def test_a_rate_is_how_often_a_quiet_series_calls_out(rule_set):
    luck, runs = Random(f"quiet {rule_set}"), 1500
    series = [[luck.gauss(0, 1) for _point in range(25)] for _run in range(runs)]

    calls = sum(
        bool(analyse(values, rule_set=rule_set, baseline=24).points[-1].signals)
        for values in series
    )

    assert calls / runs == pytest.approx(honesty.rate(rule_set, 24, 0.0), abs=0.02)


@pytest.mark.parametrize(
    ("n", "r1", "expected"),
    [
        (12, 0.0, 0.024), (24, 0.0, 0.027), (18, 0.0, 0.0255), (6, 0.0, 0.024), (400, 0.3, 0.096),
        (24, 0.15, 0.0615), (24, 0.9, 0.291), (24, -0.5, 0.027), (24, None, 0.027),
    ],
)  # fmt: skip
def test_between_the_simulated_rates_lies_a_straight_line(n, r1, expected):
    assert honesty.rate("wheeler", n, r1) == pytest.approx(expected)


def test_a_rule_set_that_marks_no_points_expects_none():
    assert honesty.rate("anhoej", 24, 0.0) == 0.0


# One series --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("places", "length"),
    [((), 0), ((1,), 1), ((-1, 1, 2), 2), ((1, 0, 2), 2), ((1, 2, -1), 1), ((0, 0), 0)],
)
def test_a_run_is_counted_from_its_newest_point_and_skips_ties(places, length):
    assert honesty.run_of(places) == length


def test_a_surprise_is_smaller_the_less_is_known_of_the_past():
    far = (0.2, -0.3, 4.0)

    assert honesty.p_newest(watched(places=far, n=6)) > honesty.p_newest(watched(places=far, n=24))


def test_a_run_of_eight_surprises_as_much_as_it_should():
    places = (-0.1, *[0.1] * 8)

    assert honesty.p_newest(watched(places=places)) == pytest.approx(2 * 2 * 0.5**8)


@pytest.mark.parametrize("places", [(), (0.0,)])
def test_what_says_nothing_surprises_nobody(places):
    assert honesty.p_newest(watched(places=places)) == 1.0


# The portfolio -----------------------------------------------------------------------------
def test_a_hundred_quiet_series_expect_their_false_signals():
    found = honesty.portfolio([watched(str(n)) for n in range(100)])

    assert found.expected == pytest.approx(2.7)
    assert (found.series, found.points, found.seen, found.chance) == (100, 100, 0, 1.0)
    assert found.stands == ()


def test_what_is_far_out_stands_and_what_is_hardly_out_does_not_among_many():
    quiet = [watched(str(n)) for n in range(100)]
    far = watched("far", places=(0.1, -0.2, 9.0), signals=1)
    hardly = watched("hardly", places=(0.1, -0.2, 3.2), signals=1)

    found = honesty.portfolio([*quiet, far, hardly])

    assert found.stands == ("far",)
    assert found.seen == 2
    # Poisson with mean 2.754: 1 - e^-m (1 + m)
    assert found.chance == pytest.approx(0.7612, abs=5e-4)


def test_alone_the_same_point_stands():
    assert honesty.portfolio([watched(places=(0.1, -0.2, 3.2), signals=1)]).stands == ("a",)


def test_nobody_watched_expects_nothing():
    found = honesty.portfolio([])

    assert (found.expected, found.seen, found.chance, found.stands) == (0, 0, 1.0, ())


# From the tables ---------------------------------------------------------------------------
@pytest.fixture
def dashboard(ines, checkout):
    dashboard = actions.make_dashboard(title="Health", slug="health", chair=ines, by=ines)
    for name, values in (("Quiet", STEADY), ("Loud", [*STEADY, 40])):
        kpi = KpiFactory(name=name)
        KpiVersionFactory(kpi=kpi, direction="down")
        series = weekly_series(values, clock.today(), kpi=kpi, subject=checkout.subject)
        actions.add_row(dashboard=dashboard, series=series, group="", by=ines)
    return dashboard


def test_states_are_weighed_without_a_query(dashboard, django_assert_num_queries):
    today = clock.today()
    rows = rows_of(with_readings(Series.objects.order_by("pk")), today=today)

    with django_assert_num_queries(0):
        found = candour_of(rows, today)

    assert (found.portfolio.series, found.portfolio.points, found.portfolio.seen) == (2, 2, 1)
    assert [(row.name, stands) for row, stands in found.signals] == [("Loud", True)]


@pytest.mark.parametrize("address", ["/d/health/chance/", "/metrics/chance/"])
def test_the_page_says_what_chance_explains(as_, astrid, dashboard, address):
    text = as_(astrid).get(address).content.decode()

    assert "2 new points of 2 series this week: about 0.05 signals would come by chance" in text
    assert "stands out from all of them" in text


def test_the_panel_is_a_part_of_the_same_address(as_, astrid, dashboard):
    response = as_(astrid).get("/d/health/chance/", headers={"HX-Request": "true"})

    assert "<html" not in response.content.decode()


def test_a_reader_weighs_what_they_may_see(as_, jonas, dashboard):
    response = as_(jonas).get("/d/health/chance/")

    assert response.context["candour"].portfolio.series == 0
    assert "Loud" not in response.content.decode()


def test_the_api_weighs_them_too(api, astrid, dashboard):
    found = api(astrid).get(f"/api/v1/dashboards/{dashboard.pk}/chance/").json()

    assert (found["seen"], len(found["stands"])) == (1, 1)


@pytest.mark.parametrize("count", [1, 3])
def test_weighing_all_costs_the_same_for_any_number(as_, ines, dashboard, count, cost_of):
    for _number in range(count):
        kpi = KpiFactory()
        KpiVersionFactory(kpi=kpi)
        weekly_series(STEADY, clock.today(), kpi=kpi)

    assert cost_of(as_(ines), reverse("metrics:kpi-candour")) == 6

"""Definitions of computed KPIs: every door reads them alike, and none closes a circle."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from objectives.actions import change_definition, define_kpi, series_for
from objectives.exchange import kpis as exchange
from objectives.models import Kpi, KpiVersion, Series
from productops import clock, trash
from productops.exchange import Refused
from teams.models import Subject
from tests.factories.objectives import KpiVersionFactory
from tests.objectives.test_exchange import given, taken

pytestmark = pytest.mark.django_db


def kpi(slug, expression="", **meant) -> Kpi:
    return define_kpi(name=slug.title(), slug=slug, by=None, expression=expression, **meant)


def change(of, valid_from=None, **meant):
    day = valid_from or clock.today()
    return change_definition(kpi=of, valid_from=day, reason="So", by=None, **meant)


def refused(verb, *args, **options) -> dict:
    with pytest.raises(ValidationError) as caught:
        verb(*args, **options)
    return caught.value.message_dict


@pytest.fixture
def bugs(organisation):
    return kpi("bugs", cadence="week")


@pytest.fixture
def releases(bugs):
    return kpi("releases", cadence="week")


def test_a_computed_kpi_knows_its_inputs_and_they_know_it(bugs, releases):
    share = kpi("share", "{bugs} / {releases}")

    inputs = share.versions.get().inputs.values_list("kpi__slug", flat=True)
    assert list(inputs) == ["bugs", "releases"]
    assert (bugs.users, releases.users, share.users) == ([share], [share], [])


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("{bugs} / {nothing}", "“nothing”"),
        ("{bugs} +", "character 8"),
        ("{share} + 1", "itself"),
    ],
)
def test_what_cannot_be_computed_is_said_at_the_formula(bugs, expression, words):
    reasons = refused(kpi, "share", expression)

    assert list(reasons) == ["expression"]
    assert words in reasons["expression"][0]
    assert not Kpi.objects.filter(slug="share").exists()


def test_a_circle_is_refused_and_told(bugs):
    kpi("middle", "{bugs} * 2")
    kpi("top", "{middle} + 1")

    reasons = refused(change, bugs, expression="{top} - 1")

    assert "{bugs} → {top} → {middle} → {bugs}" in reasons["expression"][0]
    assert bugs.versions.count() == 1


def test_a_kpi_may_be_made_of_one_that_was_made_of_it_long_before(bugs, releases):
    share = kpi("share", "{bugs} * 2")
    change(share, clock.today() - timedelta(days=200), expression="{releases} * 2")

    assert change(bugs, expression="{share} + 1") is not None


def test_formulas_do_not_go_through_ever_more_steps(bugs):
    below = "bugs"
    for step in range(8):
        kpi(f"step-{step}", f"{{{below}}} + 1")
        below = f"step-{step}"

    assert "steps" in refused(kpi, "last", f"{{{below}}} + 1")["expression"][0]


def test_a_formula_is_not_counted_more_often_than_what_it_is_made_of(bugs):
    monthly = kpi("monthly", cadence="month")

    assert "Monthly" in refused(kpi, "share", "{bugs} / {monthly}", cadence="week")["expression"][0]
    assert kpi("share", "{bugs} / {monthly}", cadence="month")
    assert list(refused(change, monthly, cadence="quarter")) == ["cadence"]
    assert list(refused(change, Kpi.objects.get(slug="share"), cadence="day")) == ["expression"]


def test_a_number_that_the_application_measures_itself_is_not_computed(bugs):
    measured = KpiVersionFactory(kpi__measure="teams.people").kpi

    assert list(refused(change, measured, expression="{bugs}")) == ["expression"]


def test_another_formula_is_another_version_and_ends_the_certificate(bugs, ines):
    share = kpi("share", "{bugs} * 2")
    share.certify(reason="Compared", by=ines)

    version = change_definition(
        kpi=share, valid_from=clock.today(), reason="So", by=ines, expression="{bugs} * 3"
    )

    share.refresh_from_db()
    assert (version.number, share.is_certified) == (2, False)


def test_series_begin_where_every_input_has_one_and_those_made_of_them_too(bugs, releases, billing):
    kpi("share", "{bugs} / {releases}")
    kpi("twice", "{share} * 2")
    series_for(kpi=bugs, subject=Subject.organisation(), by=None)
    series_for(kpi=bugs, subject=billing.subject, by=None)
    assert not Series.objects.filter(kpi__slug="share").exists()

    series_for(kpi=releases, subject=billing.subject, by=None)

    about = Series.objects.filter(kpi__slug__in=["share", "twice"])
    assert sorted(about.values_list("kpi__slug", "subject")) == [
        ("share", billing.subject.pk),
        ("twice", billing.subject.pk),
    ]


def test_what_others_are_computed_from_stays_out_of_the_trash_and_keeps_its_name(bugs, ines, as_):
    share = kpi("share", "{bugs} * 2")

    answer = as_(ines).post(reverse("objectives:kpi-delete", args=["bugs"]), follow=True)

    assert "computed from this one: Share" in answer.content.decode()
    assert Kpi.objects.filter(slug="bugs").exists()
    with pytest.raises(ValidationError, match="short name"):
        bugs.edit(by=ines, slug="faults")
    share.discard(by=ines)
    bugs.discard(by=ines)
    trash.restore(row=bugs, by=ines)


def test_the_card_shows_the_formula_with_links_and_what_uses_it(bugs, ines, as_):
    share = kpi("share", "{bugs} * 2")

    card = as_(ines).get(share.get_absolute_url()).content.decode()
    used = as_(ines).get(bugs.get_absolute_url()).content.decode()

    assert f'<a href="{bugs.get_absolute_url()}">Bugs</a> * 2' in card
    assert f'<a href="{share.get_absolute_url()}">Share</a>' in used


def test_pages_and_programs_write_formulas(bugs, ines, as_, api):
    words = {"direction": "up", "cadence": "week", "aggregation": "mean", "empty": "gap"}
    page = as_(ines).post(
        reverse("objectives:kpi-new"), words | {"name": "One", "expression": "{bugs} / 2"}
    )
    wrong = as_(ines).post(
        reverse("objectives:kpi-new"), words | {"name": "Two", "expression": "{bugs} ? 2"}
    )
    program = api(ines).post(
        "/api/v1/kpis/", {"name": "Three", "expression": "{one} * 2"}, "application/json"
    )
    changed = api(ines).patch(
        "/api/v1/kpis/three/", {"expression": "{thre}", "reason": "So"}, "application/json"
    )

    assert (page.status_code, wrong.status_code) == (302, 422)
    assert "“?” (character 8)" in wrong.content.decode()
    assert (program.status_code, program.json()["expression"]) == (201, "{one} * 2")
    assert (changed.status_code, changed.json()["errors"][0]["field"]) == (400, "expression")


def test_the_catalogue_takes_formulas_out_and_in_whatever_their_order(bugs, releases):
    kpi("a-share", "{bugs} / {releases}", cadence="week")
    kpi("a-a-top", "{a-share} * 2", cadence="week")
    lines = given(exchange)
    assert taken(exchange, *lines) == (0, 0, 4)
    KpiVersion.objects.all().delete()
    Kpi.objects.all().delete()

    assert taken(exchange, *lines) == (4, 0, 0)

    assert Kpi.objects.get(slug="a-a-top").definition.expression == "{a-share} * 2"


def test_a_circle_in_a_file_is_refused_with_its_row(organisation):
    with pytest.raises(Refused) as caught:
        taken(exchange, "slug,name,expression", "a,A,{b}", "b,B,{a}")

    assert {found.column for found in caught.value.report.refused} == {"expression"}


@pytest.mark.parametrize("count", [1, 3])
def test_a_card_costs_the_same_whatever_is_computed(bugs, ines, as_, cost_of, count):
    for place in range(count):
        kpi(f"k{place}", "{bugs} * 2")

    assert cost_of(as_(ines), bugs.get_absolute_url()) == 11

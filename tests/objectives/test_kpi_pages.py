"""The catalogue: definitions, versions, series, targets and certificates."""

from datetime import timedelta

import pytest
from django.urls import reverse

from metrics.models import SeriesState
from objectives.actions import change_definition
from objectives.models import (
    Kpi,
    KpiVersion,
)
from productops import clock
from teams.models import Subject
from tests.factories.objectives import (
    KpiFactory,
    KpiVersionFactory,
    SeriesFactory,
    TargetFactory,
)

# The list alone, without what other apps put into the page around it.
FRAGMENT = {"HX-Request": "true"}


def url(name, *args):
    return reverse(f"objectives:{name}", args=args)


def test_the_library_is_taken_over_once(as_, ines):
    as_(ines).post(url("kpi-load"), {"all": "yes"})
    first = Kpi.objects.count()
    as_(ines).post(url("kpi-load"), {"all": "yes"})

    assert first >= 24
    assert Kpi.objects.count() == first
    assert Kpi.objects.get(slug="activation-within-7-days").family == "outcome"


@pytest.mark.parametrize("count", [1, 3])
def test_the_catalogue_costs_the_same_for_any_number_of_kpis(
    as_, ines, count, django_assert_num_queries
):
    for number in range(count):
        KpiVersionFactory(kpi__family=["flow", "quality", ""][number])
    client = as_(ines)
    client.get(url("cycle-list"))

    with django_assert_num_queries(7):
        response = client.get(url("kpi-list"), headers=FRAGMENT)

    assert len(response.context["page"]) == count


def test_the_catalogue_says_for_how_many_a_kpi_is_measured_of_those_one_sees(
    as_, ines, jonas, kpi, checkout
):
    for subject, latest in [(checkout.subject, 1.0), (None, None)]:
        more = {"subject": subject} if subject else {}
        series = SeriesFactory(kpi=kpi, **more)
        SeriesState.objects.create(
            series=series, latest=latest, as_of=clock.start_of(clock.today())
        )

    def measured_for(person):
        return as_(person).get(url("kpi-list")).context["page"][0].measured

    assert (measured_for(ines), measured_for(jonas)) == (1, 0)


def test_the_words_that_a_new_version_changed_stand_side_by_side(as_, ines, kpi):
    change_definition(
        kpi=kpi, by=ines, unit="h", reason="Days hid the night", valid_from=clock.today()
    )

    page = as_(ines).get(url("kpi-detail", kpi.slug))

    newest, first = page.context["versions"]
    changed = {(each.name, each.old, each.new) for each in newest.changed}
    assert (changed, first.changed) == ({("Unit", "d", "h")}, [])
    assert "Days hid the night" in page.text


def test_a_new_meaning_is_a_new_version_with_a_reason(as_, ines, kpi):
    sent = {
        "formula": "",
        "unit": "h",
        "direction": "neutral",
        "cadence": "week",
        "aggregation": "mean",
        "empty": "gap",
        "reason": "Hours say more",
        "valid_from": "2026-11-02",
        "version": kpi.version,
    }

    silent = as_(ines).post(url("kpi-redefine", "lead-time"), sent | {"reason": ""})
    said = as_(ines).post(url("kpi-redefine", "lead-time"), sent)

    assert (silent.status_code, said.status_code) == (422, 302)
    assert list(KpiVersion.objects.order_by("number").values_list("unit", flat=True)) == ["d", "h"]


def test_a_kpi_page_shows_each_series_that_one_may_see(as_, mia, kpi, checkout, billing):
    ours = SeriesFactory(kpi=kpi, subject=checkout.subject)
    SeriesFactory(kpi=kpi, subject=billing.subject)
    TargetFactory(series=ours, low=None, high=7)

    rows = as_(mia).get(kpi.get_absolute_url()).context["rows"]

    assert [(row.series, row.target, row.may_change) for row in rows] == [
        (ours, "at most 7\xa0d", True)
    ]


def test_a_pm_sets_the_target_of_their_own_series_alone(as_, mia, kpi, checkout, billing):
    ours = SeriesFactory(kpi=kpi, subject=checkout.subject)
    theirs = SeriesFactory(kpi=kpi, subject=billing.subject)
    shared = SeriesFactory(kpi=kpi, subject=Subject.organisation())
    sent = {"from_on": "2026-11-01", "high": "7"}

    statuses = [
        as_(mia).post(url("target-edit", each.pk), sent).status_code
        for each in (ours, theirs, shared)
    ]

    assert statuses == [302, 404, 403]
    assert list(ours.targets.values_list("low", "high")) == [(None, 7)]


def test_a_pm_defines_no_kpi(as_, mia, kpi):
    client = as_(mia)

    assert client.get(url("kpi-new")).status_code == 403
    assert client.post(url("kpi-delete", "lead-time")).status_code == 403
    assert client.get(url("kpi-detail", "lead-time")).status_code == 200


def test_whoever_comes_from_a_gap_brings_its_words_as_the_purpose(as_, ines):
    page = as_(ines).get(url("kpi-new"), {"gap": "7", "title": "No baseline"})

    assert page.context["form"]["purpose"].value() == "No baseline"


def test_a_kpi_of_a_name_that_is_taken_is_told_at_the_name(as_, ines, kpi):
    sent = {
        "name": "Lead Time",
        "direction": "up",
        "cadence": "week",
        "aggregation": "mean",
        "empty": "gap",
    }

    response = as_(ines).post(url("kpi-new"), sent)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["name"]
    assert Kpi.objects.count() == 1


def test_a_certificate_has_a_reason_and_a_person(as_, ines, kpi):
    as_(ines).post(url("kpi-certify", "lead-time"), {"reason": "Compared", "version": kpi.version})

    kpi.refresh_from_db()
    assert (kpi.certified_by, kpi.certified_reason) == (ines, "Compared")


def test_a_kpi_without_family_or_owner_is_shown(as_, ines):
    KpiVersionFactory(kpi=KpiFactory(slug="plain"))

    assert as_(ines).get(url("kpi-detail", "plain")).status_code == 200


# Certificates ---------------------------------------------------------------------------------
def test_a_certificate_lasts_a_year_unless_a_day_is_said(as_, ines, kpi):
    as_(ines).post(url("kpi-certify", "lead-time"), {"reason": "Compared", "version": kpi.version})
    kpi.refresh_from_db()
    first = kpi.certified_until
    until = clock.today() + timedelta(days=90)
    sent = {"reason": "Again", "until": until.isoformat(), "version": kpi.version}

    as_(ines).post(url("kpi-certify", "lead-time"), sent)

    kpi.refresh_from_db()
    assert first == clock.today() + timedelta(days=365)
    assert (kpi.certified_until, kpi.is_certified) == (until, True)


@pytest.mark.parametrize("days", [0, -1, 4 * 365])
def test_a_certificate_ends_within_three_years_and_not_before_it_began(as_, ines, kpi, days):
    until = clock.today() + timedelta(days=days)
    sent = {"reason": "x", "until": until.isoformat(), "version": kpi.version}

    response = as_(ines).post(url("kpi-certify", "lead-time"), sent)

    kpi.refresh_from_db()
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["until"]
    assert kpi.certified_on is None


def test_an_expired_certificate_is_shown_as_such_and_found_by_its_filter(as_, ines, kpi):
    began = clock.today() - timedelta(days=400)
    kpi.certify(reason="Compared", by=ines, on=began)
    client = as_(ines)

    detail = client.get(url("kpi-detail", "lead-time")).content.decode()
    found = {
        wanted: client.get(url("kpi-list"), {"certified": wanted}).context["page"].paginator.count
        for wanted in ("yes", "expired", "no")
    }

    assert not kpi.is_certified
    assert "Certificate expired" in detail
    assert "Certify again" in detail
    assert found == {"yes": 0, "expired": 1, "no": 0}

"""Several dashboards: by role and product, their groups, copies, the same KPIs of another."""

import pytest
from django.urls import reverse

from metrics.actions import dashboards as actions
from metrics.models import Dashboard, DashboardRow
from productops import clock
from teams.models import Subject
from tests.factories.metrics import weekly_series
from tests.factories.objectives import KpiFactory, KpiVersionFactory, SeriesFactory
from tests.factories.teams import PersonProductFactory

STEADY = [10, 11, 9, 10, 12, 10, 9, 11, 10, 11, 9, 10, 11, 10]


def address(dashboard, verb="dashboard-detail", *more) -> str:
    return reverse(f"metrics:{verb}", args=[dashboard.slug, *more])


def made(title: str, by, **more) -> Dashboard:
    return actions.make_dashboard(title=title, slug=title.lower(), chair=None, by=by, **more)


def laid(dashboard) -> list[tuple[str, str]]:
    rows = DashboardRow.objects.of(dashboard).select_related("series__kpi")
    return [(row.group, row.series.kpi.name) for row in rows]


@pytest.fixture
def lead_time():
    kpi = KpiFactory(name="Lead time")
    KpiVersionFactory(kpi=kpi, direction="down")
    return kpi


@pytest.fixture
def of_checkout(ines, checkout, lead_time):
    """A dashboard about Checkout, with a KPI of it and one of the organisation."""
    dashboard = made("Product", ines, subject=checkout.subject)
    series = weekly_series(STEADY, clock.today(), kpi=lead_time, subject=checkout.subject)
    whole = weekly_series(STEADY, clock.today(), subject=Subject.organisation())
    for group, one in (("Flow", series), ("All", whole)):
        actions.add_row(dashboard=dashboard, series=one, group=group, by=ines)
    return dashboard


# Where one begins --------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "first"),
    [("astrid", "Board"), ("ines", "Anybody"), ("mia", "Checkout"), ("jonas", "Anybody")],
)
def test_everybody_begins_at_what_is_theirs(as_, ines, checkout, who, first, request):
    person = request.getfixturevalue(who)
    made("Anybody", ines)
    made("Checkout", ines, subject=checkout.subject)
    made("Board", ines, role="exec")

    response = as_(person).get(reverse("metrics:dashboard-default"))

    assert response.url == f"/d/{first.lower()}/"


def test_a_dashboard_about_a_product_is_not_there_for_those_who_may_not_see_it(
    as_, jonas, of_checkout
):
    client = as_(jonas)

    assert client.get(address(of_checkout)).status_code == 404
    assert client.get(reverse("metrics:dashboard-list")).context["dashboards"].count() == 0


# Applied to another ------------------------------------------------------------------------
def test_the_same_kpis_of_another_product(as_, ines, of_checkout, billing, lead_time):
    theirs = weekly_series([20] * 14, clock.today(), kpi=lead_time, subject=billing.subject)

    response = as_(ines).get(address(of_checkout) + "?subject=product:billing")

    rows = response.context["rows"]
    assert [row.group for row in rows] == ["Flow", "All"]
    assert rows[0].ref == f"series:{theirs.pk}"
    assert rows[0].value == "20"


def test_what_the_other_product_does_not_measure_is_left_out(as_, ines, of_checkout, billing):
    response = as_(ines).get(address(of_checkout) + "?subject=product:billing")

    assert [row.group for row in response.context["rows"]] == ["All"]


@pytest.mark.parametrize("reference", ["product:billing", "product:none", "tool:x", "x", "team:"])
def test_it_is_applied_to_nothing_that_a_person_may_not_see(
    as_, mia, of_checkout, billing, reference
):
    response = as_(mia).get(address(of_checkout), {"subject": reference})

    assert response.status_code == 404


def test_it_offers_the_products_that_have_one_of_its_kpis(
    as_, ines, mia, of_checkout, billing, lead_time
):
    SeriesFactory(kpi=lead_time, subject=billing.subject)

    def offered(person) -> list[str]:
        subjects = as_(person).get(address(of_checkout)).context["subjects"]
        return [subject.name for subject in subjects]

    assert offered(ines) == ["Billing", "Checkout"]
    assert offered(mia) == ["Checkout"]


@pytest.mark.parametrize("count", [1, 3])
def test_applying_it_costs_the_same_for_any_number_of_rows(
    as_, ines, of_checkout, checkout, billing, count, django_assert_max_num_queries
):
    for number in range(count):
        kpi = KpiFactory(name=f"KPI {number}")
        KpiVersionFactory(kpi=kpi)
        series = SeriesFactory(kpi=kpi, subject=checkout.subject)
        weekly_series(STEADY, clock.today(), kpi=kpi, subject=billing.subject)
        actions.add_row(dashboard=of_checkout, series=series, group="Flow", by=ines)
    client = as_(ines)
    url = address(of_checkout) + "?subject=product:billing"
    client.get(url)

    with django_assert_max_num_queries(16):
        response = client.get(url)

    assert len(response.context["rows"]) == count + 1


# Groups ------------------------------------------------------------------------------------
@pytest.fixture
def grouped(ines):
    dashboard = made("Grouped", ines)
    for group, name in (("A", "1"), ("B", "2"), ("B", "3"), ("C", "4")):
        series = SeriesFactory(kpi__name=name)
        actions.add_row(dashboard=dashboard, series=series, group=group, by=ines)
    return dashboard


@pytest.mark.parametrize(
    ("group", "verb", "result"),
    [
        ("B", "group-raise", "2 3 1 4"),
        ("B", "group-lower", "1 4 2 3"),
        ("A", "group-raise", "1 2 3 4"),
        ("C", "group-lower", "1 2 3 4"),
        ("none", "group-lower", "1 2 3 4"),
    ],
)
def test_a_group_moves_with_all_its_rows(as_, ines, grouped, group, verb, result):
    as_(ines).post(address(grouped, verb), {"group": group})

    assert " ".join(name for _group, name in laid(grouped)) == result


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("Flow", [("A", "1"), ("Flow", "2"), ("Flow", "3"), ("C", "4")]),
        ("C", [("A", "1"), ("C", "2"), ("C", "3"), ("C", "4")]),
        ("A", [("A", "1"), ("A", "2"), ("A", "3"), ("C", "4")]),
        ("x" * 101, [("A", "1"), ("B", "2"), ("B", "3"), ("C", "4")]),
    ],
)
def test_a_group_is_renamed_and_may_join_another(as_, ines, grouped, name, result):
    as_(ines).post(address(grouped, "group-rename"), {"group": "B", "name": name})

    assert laid(grouped) == result


@pytest.mark.parametrize("verb", ["group-raise", "group-lower", "group-rename", "dashboard-copy"])
@pytest.mark.parametrize("who", ["mia", "astrid"])
def test_who_reads_does_not_arrange_groups(as_, grouped, who, verb, request):
    client = as_(request.getfixturevalue(who))

    response = client.post(address(grouped, verb), {"group": "B", "name": "X", "copy-title": "X"})

    assert response.status_code == 403
    assert Dashboard.objects.count() == 1


# Copies ------------------------------------------------------------------------------------
def test_a_copy_has_the_same_rows_and_an_address_of_its_own(as_, ines, grouped):
    response = as_(ines).post(address(grouped, "dashboard-copy"), {"copy-title": "Grouped"})

    copy = Dashboard.objects.get(slug="grouped-2")
    assert response.url == address(copy, "dashboard-edit")
    assert laid(copy) == laid(grouped)


def test_a_copy_for_another_product_takes_its_kpis(
    as_, ines, of_checkout, checkout, billing, lead_time
):
    theirs = SeriesFactory(kpi=lead_time, subject=billing.subject)

    as_(ines).post(
        address(of_checkout, "dashboard-copy"),
        {"copy-title": "Billing", "copy-subject": billing.subject.pk},
    )

    copy = Dashboard.objects.get(slug="billing")
    assert copy.subject == billing.subject
    assert copy.rows.get(group="Flow").series == theirs
    assert copy.rows.get(group="All").series.subject == Subject.organisation()


def test_a_copy_without_a_title_is_refused_on_the_page(as_, ines, grouped):
    response = as_(ines).post(address(grouped, "dashboard-copy"), {"copy-title": " "})

    assert response.status_code == 422
    assert Dashboard.objects.count() == 1


# The API -----------------------------------------------------------------------------------
def test_the_api_makes_one_about_a_product_for_a_role(api, ines, checkout):
    body = {
        "slug": "c", "title": "C", "role": "pm", "subject": "product:checkout",
        "freezes_monthly": True,
    }  # fmt: skip

    response = api(ines).post("/api/v1/dashboards/", body, content_type="application/json")

    dashboard = Dashboard.objects.get()
    assert response.status_code == 201, response.json()
    assert (dashboard.subject, dashboard.role, dashboard.freezes_monthly) == (
        checkout.subject, "pm", True,
    )  # fmt: skip
    assert response.json()["subject"] == "product:checkout"


def test_the_api_reads_the_same_kpis_of_another(api, mia, ines, of_checkout, billing, lead_time):
    weekly_series([20] * 14, clock.today(), kpi=lead_time, subject=billing.subject)
    url = f"/api/v1/dashboards/{of_checkout.pk}/readings/?subject=product:billing"
    PersonProductFactory(person=mia, product=billing)

    [row, _whole] = api(mia).get(url).json()

    assert (row["subject"], row["value"]) == ("product:billing", 20.0)


def test_the_api_keeps_a_dashboard_and_gives_and_shares_its_content(api, client, ines, of_checkout):
    program = api(ines)
    made_now = program.post(
        "/api/v1/frozen-dashboards/",
        {"dashboard": of_checkout.pk, "label": "Board"},
        content_type="application/json",
    )
    assert made_now.status_code == 201, made_now.json()
    url = f"/api/v1/frozen-dashboards/{made_now.json()['id']}/"

    content = program.get(f"{url}content/").json()
    link = program.post(f"{url}shares/").json()

    assert [row["name"] for row in content["rows"]][0] == "Lead time"
    assert client.get("/" + link["address"].split("/", 3)[3]).status_code == 200
    assert program.delete(f"{url}shares/{link['id']}/").status_code == 204
    assert program.get(f"{url}shares/").json() == []
    assert client.get("/" + link["address"].split("/", 3)[3]).status_code == 410


@pytest.mark.parametrize(("who", "status"), [("mia", 403), ("astrid", 403)])
def test_the_api_keeps_nothing_for_those_who_only_read(api, of_checkout, who, status, request):
    response = api(request.getfixturevalue(who)).post(
        "/api/v1/frozen-dashboards/",
        {"dashboard": of_checkout.pk},
        content_type="application/json",
    )

    assert response.status_code == status

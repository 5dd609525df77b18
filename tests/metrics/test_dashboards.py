"""Dashboards: arranged by operations, read by everybody with a role, shown on walls."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from metrics.actions import dashboards as actions
from metrics.actions import improvements
from metrics.models import Dashboard, DashboardRow
from productops import clock, links
from productops.models import Link
from productops.tables import read_table
from teams.models import Subject
from tests.factories.audits import ClosedAuditFactory, ScopeFactory
from tests.factories.metrics import (
    ImprovementFactory,
    RegistrationFactory,
    observe,
    settle,
    weekly_series,
    weeks_before,
)
from tests.factories.objectives import (
    CycleFactory,
    KeyResultFactory,
    KpiFactory,
    KpiVersionFactory,
    ObjectiveFactory,
    SeriesFactory,
)
from tests.factories.tooling import ContractFactory

STEADY = [10, 11, 9, 10, 12, 10, 9, 11, 10, 11, 9, 10, 11, 10]


@pytest.fixture
def dashboard(ines):
    return actions.make_dashboard(title="Product health", slug="health", chair=ines, by=ines)


@pytest.fixture
def filled(dashboard, ines, checkout):
    series = computed("Lead time", subject=checkout.subject)
    actions.add_row(dashboard=dashboard, series=series, group="Flow", by=ines)
    return dashboard


def computed(name: str, values=STEADY, **kwargs):
    kpi = KpiFactory(name=name)
    KpiVersionFactory(kpi=kpi, direction=kwargs.pop("direction", "down"))
    return weekly_series(values, clock.today(), kpi=kpi, **kwargs)


def laid(dashboard) -> list[tuple[str, str]]:
    rows = DashboardRow.objects.of(dashboard).select_related("series__kpi")
    return [(row.group, row.series.kpi.name) for row in rows]


def put(dashboard, by, *placed: tuple[str, str]) -> dict[str, DashboardRow]:
    return {
        name: actions.add_row(
            dashboard=dashboard, series=SeriesFactory(kpi__name=name), group=group, by=by
        )
        for group, name in placed
    }


def address(dashboard, verb="detail", *more) -> str:
    return reverse(f"metrics:{verb}", args=[dashboard.slug, *more])


# Arranged ----------------------------------------------------------------------------------
def test_rows_of_a_group_stand_together_in_the_order_of_their_coming(dashboard, ines):
    put(dashboard, ines, ("A", "1"), ("B", "2"), ("A", "3"))

    assert laid(dashboard) == [("A", "1"), ("A", "3"), ("B", "2")]


def test_a_kpi_that_is_there_moves_to_the_group_that_was_named(dashboard, ines):
    row = put(dashboard, ines, ("A", "1"), ("B", "2"))["1"]

    actions.add_row(dashboard=dashboard, series=row.series, group="B", by=ines)

    assert laid(dashboard) == [("B", "1"), ("B", "2")]


@pytest.mark.parametrize(
    ("name", "steps", "result"),
    [
        ("2", -1, [("A", "2"), ("A", "1"), ("B", "3")]),
        ("1", -1, [("A", "1"), ("A", "2"), ("B", "3")]),
        ("3", 1, [("A", "1"), ("A", "2"), ("B", "3")]),
        ("2", 1, [("A", "1"), ("B", "2"), ("B", "3")]),
        ("3", -1, [("A", "1"), ("A", "2"), ("A", "3")]),
    ],
)
def test_a_row_moves_by_one_and_past_the_end_of_its_group_into_the_next(
    dashboard, ines, name, steps, result
):
    rows = put(dashboard, ines, ("A", "1"), ("A", "2"), ("B", "3"))

    actions.move_row(row=rows[name], steps=steps, by=ines)

    assert laid(dashboard) == result


def test_operations_arranges_by_the_buttons_of_the_page(as_, ines, dashboard, checkout):
    client = as_(ines)
    first, second = SeriesFactory(kpi__name="1"), SeriesFactory(kpi__name="2")
    for series in (first, second):
        client.post(address(dashboard, "row-add"), {"series": series.pk, "group": "A"})
    row = DashboardRow.objects.get(series=second)

    client.post(address(dashboard, "row-raise", row.pk))
    assert laid(dashboard) == [("A", "2"), ("A", "1")]

    client.post(address(dashboard, "row-lower", row.pk))
    client.post(address(dashboard, "row-remove", row.pk))
    assert laid(dashboard) == [("A", "1")]


@pytest.mark.parametrize(
    "sent", [{}, {"series": "x"}, {"series": "9" * 40}, {"series": "1", "group": "x" * 101}]
)
def test_a_row_that_cannot_be_is_refused_on_the_page(as_, ines, dashboard, sent):
    response = as_(ines).post(address(dashboard, "row-add"), sent)

    assert response.status_code == 422
    assert laid(dashboard) == []


def test_a_dashboard_is_made_with_an_address_of_its_own(as_, ines, dashboard):
    client = as_(ines)

    for _number in range(2):
        client.post(reverse("metrics:dashboard-new"), {"title": "Health!"})

    assert sorted(Dashboard.objects.values_list("slug", flat=True)) == [
        "health", "health-2", "health-3",
    ]  # fmt: skip


@pytest.mark.parametrize("title", ["", "   ", "…", "x" * 201])
def test_a_title_that_gives_no_address_is_refused(as_, ines, title):
    response = as_(ines).post(reverse("metrics:dashboard-new"), {"title": title})

    assert response.status_code == 422
    assert not Dashboard.objects.exists()


def test_a_stale_title_is_refused_with_what_stands(as_, ines, dashboard):
    Dashboard.objects.update(version=5, title="Theirs")

    response = as_(ines).post(address(dashboard, "dashboard-edit"), {"title": "Mine", "version": 1})

    assert response.status_code == 409
    assert "Theirs" in response.content.decode()


def test_a_dashboard_goes_to_the_trash_and_comes_back(as_, ines, dashboard):
    client = as_(ines)
    client.post(address(dashboard, "dashboard-delete"))
    assert client.get(address(dashboard, "dashboard-detail")).status_code == 404

    client.post(reverse("trash-restore", args=["metrics.dashboard", dashboard.pk]))

    assert client.get(address(dashboard, "dashboard-detail")).status_code == 200


@pytest.mark.parametrize("who", ["mia", "astrid"])
def test_who_reads_does_not_arrange(as_, filled, who, request):
    client = as_(request.getfixturevalue(who))
    row = DashboardRow.objects.get()
    new = client.get(reverse("metrics:dashboard-new"))

    statuses = [
        client.post(address(filled, verb, *more)).status_code
        for verb, more in (
            ("dashboard-edit", ()), ("dashboard-delete", ()), ("row-add", ()),
            ("row-remove", (row.pk,)), ("row-raise", (row.pk,)), ("wall-add", ()),
        )
    ]  # fmt: skip

    assert statuses == [403] * 6
    assert new.status_code == 403


# Read --------------------------------------------------------------------------------------
def test_a_pm_sees_the_rows_of_their_subjects_only(as_, mia, ines, filled, billing):
    theirs = computed("Theirs", subject=billing.subject)
    actions.add_row(dashboard=filled, series=theirs, group="Flow", by=ines)

    response = as_(mia).get(address(filled, "dashboard-detail"))

    assert [row.name for row in response.context["rows"]] == ["Lead time"]
    assert "Theirs" not in response.content.decode()


def test_a_respondent_has_no_dashboards(as_, rui, filled):
    assert as_(rui).get(address(filled, "dashboard-detail")).status_code == 404
    assert as_(rui).get(reverse("metrics:dashboard-list")).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_a_dashboard_costs_the_same_for_any_number_of_rows(
    as_, ines, dashboard, count, django_assert_num_queries
):
    for number in range(count):
        series = computed(f"KPI {number}")
        actions.add_row(dashboard=dashboard, series=series, group="A", by=ines)
    client = as_(ines)
    client.get(address(dashboard, "dashboard-detail"))

    with django_assert_num_queries(12):
        response = client.get(address(dashboard, "dashboard-detail"))

    assert len(response.context["rows"]) == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_rows_themselves_take_three_queries_and_those_of_the_session(
    as_, ines, dashboard, count, django_assert_num_queries
):
    for number in range(count):
        series = computed(f"KPI {number}")
        actions.add_row(dashboard=dashboard, series=series, group="A", by=ines)
    client = as_(ines)

    # Session, person, dashboard, rows, definitions, targets.
    with django_assert_num_queries(6):
        response = client.get(address(dashboard, "dashboard-detail") + "?format=csv")

    assert len(b"".join(response.streaming_content).decode().splitlines()) == count + 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_dashboards_costs_the_same_for_any_number(
    as_, ines, count, django_assert_num_queries
):
    for number in range(count):
        actions.make_dashboard(title=f"D{number}", slug=f"d{number}", chair=ines, by=ines)
    client = as_(ines)
    client.get(reverse("metrics:dashboard-list"))

    with django_assert_num_queries(4):
        response = client.get(reverse("metrics:dashboard-list"))

    assert len(response.context["dashboards"]) == count


def test_the_csv_of_a_dashboard_keeps_order_and_groups(as_, astrid, filled):
    response = as_(astrid).get(address(filled, "dashboard-detail") + "?format=csv")

    text = b"".join(response.streaming_content).decode()
    [line] = list(csv.DictReader(io.StringIO(text)))
    assert (line["name"], line["group"], line["reading"]) == ("Lead time", "Flow", "usual")


def test_the_workbook_of_a_dashboard_says_what_its_csv_says(as_, astrid, filled):
    response = as_(astrid).get(address(filled, "dashboard-detail") + "?format=xlsx")

    table = read_table(io.BytesIO(response.content), "health.xlsx")
    [(_number, row)] = table.rows
    assert (row["name"], row["group"], row["reading"]) == ("Lead time", "Flow", "usual")


def test_the_head_says_of_which_period_and_how_fresh_the_numbers_are(as_, ines, filled):
    response = as_(ines).get(address(filled, "dashboard-detail"))

    period, fresh, chair = response.context["meta"]
    assert period.endswith(", complete")
    assert (fresh, chair) == ("1 of 1 KPI up to date", "Chaired by Ines Keller")


def test_an_executive_begins_at_the_first_dashboard(as_, astrid, filled):
    response = as_(astrid).get(reverse("metrics:dashboard-default"))

    assert response.url == address(filled, "dashboard-detail")


def test_without_a_dashboard_an_executive_begins_at_the_list(as_, astrid):
    assert as_(astrid).get(reverse("metrics:dashboard-default")).url == "/dashboards/"


def test_a_signal_a_verdict_and_a_decision_stand_on_top(as_, ines, dashboard, checkout):
    jump = computed("Unplanned work", [*STEADY, 30], subject=checkout.subject)
    fell = computed("Lead time", [*STEADY, *[4, 5, 4, 5, 4, 5, 4, 5]], subject=checkout.subject)
    for series in (jump, fell):
        actions.add_row(dashboard=dashboard, series=series, group="", by=ines)
    trunk = ImprovementFactory(title="Trunk", subject=checkout.subject, owner=ines)
    RegistrationFactory(improvement=trunk, series=fell, direction="down")
    improvements.approve(improvement=trunk, by=ines)
    live = weeks_before(8, clock.today())[0]
    improvements.go_live(improvement=trunk, on=live, by=ines)
    settle(clock.today(), timezone.now() + timedelta(minutes=1))

    told = as_(ines).get(address(dashboard, "dashboard-detail")).context["brief"]

    assert [one.title for one in told.sentences] == [
        "Trunk: improvement confirmed",
        "Unplanned work is above its usual range",
        "Decision: keep Trunk?",
    ]


def test_a_contract_whose_notice_runs_out_wants_a_decision_from_those_who_see_costs(
    as_, ines, mia, filled
):
    ends = clock.today() + timedelta(days=100)
    contract = ContractFactory(from_on=clock.today(), until_on=ends, notice_days=90)

    def titles(person) -> list[str]:
        told = as_(person).get(address(filled, "dashboard-detail")).context["brief"]
        return [one.title for one in told.sentences]

    assert titles(ines) == [f"Decision: renew {contract.tool}?"]
    assert titles(mia) == []


def test_the_cards_tell_objectives_improvements_and_practice(as_, ines, filled, checkout):
    cycle = CycleFactory(
        starts_on=clock.today() - timedelta(days=10), ends_on=clock.today() + timedelta(days=10)
    )
    objective = ObjectiveFactory(title="Faster", cycle=cycle, subject=checkout.subject)
    KeyResultFactory(objective=objective)
    audit = ClosedAuditFactory()
    ImprovementFactory(
        title="Rota", subject=checkout.subject, state="live", go_live_on=clock.today()
    )

    context = as_(ines).get(address(filled, "dashboard-detail")).context

    assert context["objectives"].cycle == str(cycle)
    assert [line.ref for line in context["objectives"].lines] == [f"objective:{objective.pk}"]
    assert [line.title for line in context["improvements"]] == ["Rota"]
    assert context["practice"].ref == f"audit:{audit.pk}"


@pytest.mark.parametrize("count", [1, 3])
def test_a_full_dashboard_stays_within_twenty_queries(
    as_, ines, filled, checkout, count, django_assert_num_queries
):
    cycle = CycleFactory(
        starts_on=clock.today() - timedelta(days=10), ends_on=clock.today() + timedelta(days=10)
    )
    ClosedAuditFactory(closed_at=timezone.now() - timedelta(days=100))
    for _number in range(count):
        series = computed("Watched", subject=checkout.subject)
        objective = ObjectiveFactory(cycle=cycle, subject=checkout.subject)
        KeyResultFactory(objective=objective, series=series)
        live = ImprovementFactory(subject=checkout.subject, state="live", go_live_on=clock.today())
        RegistrationFactory(improvement=live, series=series)
        audit = ClosedAuditFactory()
        ScopeFactory(audit=audit, subject=checkout.subject)
        ContractFactory(from_on=clock.today(), until_on=clock.today() + timedelta(days=99))
    client = as_(ines)
    client.get(address(filled, "dashboard-detail"))

    with django_assert_num_queries(20, exact=False):
        client.get(address(filled, "dashboard-detail"))


def test_a_dashboard_without_rows_says_what_to_do(as_, ines, astrid, dashboard):
    texts = [
        as_(person).get(address(dashboard, "dashboard-detail")).content.decode()
        for person in (ines, astrid)
    ]

    assert [address(dashboard, "dashboard-edit") in text for text in texts] == [True, False]


# On a wall ---------------------------------------------------------------------------------
@pytest.fixture
def wall(filled, ines):
    return actions.show_on_wall(dashboard=filled, by=ines)


def on_wall(client, link):
    return client.get(f"/tv/{links.token_of(link)}/")


def test_a_wall_shows_the_dashboard_without_signing_in(client, wall):
    response = on_wall(client, wall)

    text = response.content.decode()
    assert response.status_code == 200
    assert "Lead time" in text
    assert "<nav" not in text
    assert response["Refresh"] == "300"
    assert response["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response["Cache-Control"]


def test_looking_at_a_wall_changes_nothing(client, wall):
    before = list(Link.objects.values())

    on_wall(client, wall)
    client.head(f"/tv/{links.token_of(wall)}/")

    assert list(Link.objects.values()) == before
    assert client.post(f"/tv/{links.token_of(wall)}/").status_code == 405


def test_a_wall_shows_what_its_maker_may_see(client, filled, mia, ines, billing):
    theirs = computed("Theirs", subject=billing.subject)
    actions.add_row(dashboard=filled, series=theirs, group="Flow", by=ines)
    link = actions.show_on_wall(dashboard=filled, by=mia)

    assert "Theirs" not in on_wall(client, link).content.decode()


def test_a_wall_that_was_ended_is_over_at_once(as_, client, ines, filled, wall):
    as_(ines).post(address(filled, "wall-revoke", wall.pk))

    response = on_wall(client, wall)

    assert response.status_code == 410
    assert "Lead time" not in response.content.decode()


def test_a_wall_is_over_when_its_maker_has_left(client, wall, ines):
    ines.is_active = False
    ines.save()

    assert on_wall(client, wall).status_code == 410


def test_a_wall_is_over_when_its_dashboard_is_in_the_trash(as_, client, ines, filled, wall):
    as_(ines).post(address(filled, "dashboard-delete"))

    assert on_wall(client, wall).status_code == 410


@pytest.mark.parametrize("token", ["x", "1" * 60, "1AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "%00"])
def test_a_guessed_token_opens_nothing(client, wall, token):
    assert client.get(f"/tv/{token}/").status_code in (400, 404)


def test_the_link_of_another_purpose_opens_no_wall(client, filled, ines):
    link = links.make(Link.Purpose.SHARE, person=ines, target=filled.pk)

    assert client.get(f"/tv/{links.token_of(link)}/").status_code == 404


def test_a_wall_says_when_its_numbers_are_old(client, dashboard, ines):
    old = SeriesFactory(kpi__name="Old", subject=Subject.organisation())
    weeks = weeks_before(20, clock.today())[:14]

    observe(old, zip(weeks, STEADY, strict=True))
    settle(clock.today())
    actions.add_row(dashboard=dashboard, series=old, group="", by=ines)
    link = actions.show_on_wall(dashboard=dashboard, by=ines)

    assert "some numbers are old" in on_wall(client, link).content.decode()

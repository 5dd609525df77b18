"""Kept dashboards: to the letter, whatever comes later; a share link opens one and no more."""

import hashlib
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from metrics.actions import dashboards as actions
from metrics.actions import freezing
from metrics.boards import frozen as kept
from metrics.boards.content import DashboardContent
from metrics.models import Dashboard, FrozenPeriod
from productops import clock, links
from productops.models import Link
from productops.verify import all_checks
from tests.factories.audits import ClosedAuditFactory
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
    TargetFactory,
)
from tests.factories.tooling import ContractFactory

STEADY = [10, 11, 9, 10, 12, 10, 9, 11, 10, 11, 9, 10, 11, 10]


def computed(name: str, values=STEADY, **kwargs):
    kpi = KpiFactory(name=name)
    KpiVersionFactory(kpi=kpi, direction="down", unit="d")
    return weekly_series(values, clock.today(), kpi=kpi, **kwargs)


@pytest.fixture
def dashboard(ines, checkout):
    dashboard = actions.make_dashboard(title="Health", slug="health", chair=ines, by=ines)
    series = computed("Lead time", subject=checkout.subject)
    TargetFactory(series=series, high=12.0)
    actions.add_row(dashboard=dashboard, series=series, group="Flow", by=ines)
    return dashboard


@pytest.fixture
def full(dashboard, checkout, ines):
    """A dashboard on which every card and kind of sentence has something to say."""
    today = clock.today()
    cycle = CycleFactory(starts_on=today - timedelta(days=10), ends_on=today + timedelta(days=10))
    KeyResultFactory(objective=ObjectiveFactory(cycle=cycle, subject=checkout.subject))
    ClosedAuditFactory()
    live = ImprovementFactory(subject=checkout.subject, state="live", go_live_on=today)
    jump = computed("Unplanned work", [*STEADY, 30], subject=checkout.subject)
    RegistrationFactory(improvement=live, series=jump)
    actions.add_row(dashboard=dashboard, series=jump, group="", by=ines)
    return dashboard


def freeze(dashboard, by, **more) -> FrozenPeriod:
    return kept.freeze_now(dashboard=dashboard, by=by, today=clock.today(), **more)


def address(dashboard, verb, *more) -> str:
    return reverse(f"metrics:{verb}", args=[dashboard.slug, *more])


# Content -----------------------------------------------------------------------------------
def test_what_is_kept_is_read_as_it_was(full, ines):
    content = kept.dashboard_page.content_of(ines, full, clock.today())

    again = DashboardContent.from_json(content.to_json())

    assert again == content
    assert again.to_json() == content.to_json()


def test_a_kept_page_opens_as_it_was_whatever_the_data_does_later(as_, ines, full):
    client = as_(ines)
    live = client.get(address(full, "dashboard-detail")).context["content"]
    client.post(address(full, "frozen-new"), {"label": "Board meeting"})
    series = full.rows.get(group="Flow").series
    observe(series, [(weeks_before(1, clock.today())[0] + timedelta(days=1), 99.0)])
    settle(clock.today())
    full.rows.all().delete()
    Dashboard.objects.update(title="Renamed")

    frozen = FrozenPeriod.objects.get()
    response = client.get(frozen.get_absolute_url())

    assert response.context["content"] == live
    assert frozen.label == "Board meeting"
    assert frozen.sha256 == hashlib.sha256(frozen.content.encode()).hexdigest()


def test_late_data_since_then_is_told_with_both_numbers(as_, ines, dashboard):
    frozen = freeze(dashboard, ines)
    client = as_(ines)
    assert client.get(frozen.get_absolute_url()).context["late"] == []
    series = dashboard.rows.get().series
    observe(series, [(weeks_before(1, clock.today())[0] + timedelta(days=1), 99.0)])
    settle(clock.today())

    [late] = client.get(frozen.get_absolute_url()).context["late"]

    assert (late.name, late.then) == ("Lead time", "10\N{NO-BREAK SPACE}d")
    assert late.now != late.then


def test_it_is_called_by_its_period_and_ends_with_it(dashboard, ines):
    frozen = freeze(dashboard, ines)

    assert frozen.label.endswith(", complete")
    assert frozen.until_on == weeks_before(1, clock.today())[0] + timedelta(days=6)


def test_a_reader_sees_of_it_what_they_may_see_and_no_count_of_the_rest(
    as_, mia, ines, full, billing
):
    theirs = computed("Xolotl", [*STEADY, 30], subject=billing.subject)
    actions.add_row(dashboard=full, series=theirs, group="Flow", by=ines)
    ImprovementFactory(
        title="Xolotl too", subject=billing.subject, state="live", go_live_on=clock.today()
    )
    frozen = freeze(full, ines)

    response = as_(mia).get(frozen.get_absolute_url())
    file = as_(mia).get(frozen.get_absolute_url() + "?format=csv")

    assert "Xolotl" in frozen.content
    assert "Xolotl" not in response.content.decode()
    assert "Xolotl" not in b"".join(file.streaming_content).decode()
    assert [row.name for row in response.context["rows"]] == ["Lead time", "Unplanned work"]
    assert response.context["brief"].lead == ""


def test_a_wish_for_a_decision_leads_only_those_who_may_decide(as_, astrid, ines, dashboard):
    ends = clock.today() + timedelta(days=100)
    ContractFactory(from_on=clock.today(), until_on=ends, notice_days=90)
    frozen = freeze(dashboard, ines)

    def ways(person) -> list[bool]:
        told = as_(person).get(frozen.get_absolute_url()).context["brief"]
        return [bool(one.url) for one in told.sentences]

    assert (ways(ines), ways(astrid)) == ([True], [False])


@pytest.mark.parametrize("who", ["mia", "astrid"])
def test_who_reads_keeps_and_shares_nothing(as_, dashboard, ines, who, request):
    frozen = freeze(dashboard, ines)
    client = as_(request.getfixturevalue(who))

    statuses = [
        client.post(address(dashboard, verb, *more)).status_code
        for verb, more in (
            ("frozen-new", ()),
            ("share-add", (frozen.pk,)),
            ("share-revoke", (frozen.pk, 1)),
        )
    ]

    assert statuses == [403] * 3
    assert FrozenPeriod.objects.count() == 1


def test_a_name_that_is_too_long_is_refused_on_the_page(as_, ines, dashboard):
    response = as_(ines).post(address(dashboard, "frozen-new"), {"label": "x" * 101})

    assert response.status_code == 422
    assert not FrozenPeriod.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_a_kept_page_costs_the_same_for_any_number_of_rows(
    as_, ines, dashboard, count, django_assert_num_queries
):
    for number in range(count):
        actions.add_row(dashboard=dashboard, series=computed(f"KPI {number}"), group="A", by=ines)
    frozen = freeze(dashboard, ines)
    client = as_(ines)
    client.get(frozen.get_absolute_url())

    # Session, person, dashboard, kept page, series seen, numbers now, its share links, settings.
    with django_assert_num_queries(8):
        client.get(frozen.get_absolute_url())


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_kept_pages_costs_the_same_for_any_number(
    as_, ines, dashboard, count, django_assert_num_queries
):
    for _number in range(count):
        freeze(dashboard, ines)
    client = as_(ines)
    client.get(address(dashboard, "frozen-list"))

    with django_assert_num_queries(5):
        response = client.get(address(dashboard, "frozen-list"))

    assert len(response.context["frozen"]) == count


# By itself ---------------------------------------------------------------------------------
def test_a_month_is_kept_once_when_it_has_ended(dashboard):
    for _turn in range(2):
        kept.freeze_month(dashboard=dashboard, today=date(2026, 12, 1))

    frozen = FrozenPeriod.objects.get()
    assert (frozen.label, frozen.until_on, frozen.by) == ("November 2026", date(2026, 11, 30), None)


def test_the_database_holds_one_month_by_itself(dashboard):
    kept.freeze_month(dashboard=dashboard, today=date(2026, 12, 1))

    with pytest.raises(IntegrityError), transaction.atomic():
        freezing.freeze(
            dashboard=dashboard, content="{}", label="x", until_on=date(2026, 11, 30), by=None
        )


def test_months_are_kept_where_a_dashboard_asks_for_it(dashboard, ines):
    other = actions.make_dashboard(
        title="Kept", slug="kept", chair=None, by=ines, freezes_monthly=True
    )

    kept.freeze_months(today=date(2026, 12, 3))

    assert [frozen.dashboard for frozen in FrozenPeriod.objects.all()] == [other]


# Shared ------------------------------------------------------------------------------------
@pytest.fixture
def frozen(full, ines):
    return freeze(full, ines)


@pytest.fixture
def shared(frozen, ines):
    return f"/share/{links.token_of(freezing.share(frozen=frozen, by=ines))}/"


def test_a_share_link_shows_the_kept_page_without_an_account(client, shared, frozen):
    response = client.get(shared)

    text = response.content.decode()
    assert response.status_code == 200
    assert "Lead time" in text
    assert "Unplanned work is above its usual range" in text
    assert [tag for tag in ("<nav", "<form", "<script") if tag in text] == []
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in response["Cache-Control"]


def test_a_shared_page_leads_nowhere(client, shared):
    assert "<a " not in client.get(shared).content.decode()


POLLUTION = (
    "format=csv", "format=pdf", "format=json", "period=week", "subject=product:billing",
    "from=2000-01-01&to=2030-01-01", "kpi=lead-time", "series=1", "id=2", "pk=2", "frozen=2",
    "page=2", "page_size=500", "view=board", "model=rice", "q=x", "sort=-name", "person=1",
    "token=x", "next=//evil.example", "mode=tv", "utm_source=mail", "format=csv&format=pdf",
)  # fmt: skip


@pytest.mark.parametrize("parameters", POLLUTION)
def test_no_parameter_widens_a_share_link(client, shared, ines, full, parameters):
    plain = client.get(shared).content
    freeze(full, ines, label="Another")

    response = client.get(f"{shared}?{parameters}")

    assert response.content == plain


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_share_link_takes_nothing_but_reading(client, shared, method):
    before = list(FrozenPeriod.objects.values()), list(Link.objects.values())

    assert getattr(client, method)(shared).status_code == 405
    assert client.head(shared).status_code == 200
    assert (list(FrozenPeriod.objects.values()), list(Link.objects.values())) == before


def test_a_share_link_shows_no_later_number(client, shared, full):
    before = client.get(shared).content
    series = full.rows.get(group="Flow").series
    observe(series, [(weeks_before(1, clock.today())[0] + timedelta(days=1), 99.0)])
    settle(clock.today())

    assert client.get(shared).content == before


def test_operations_shares_and_ends_it_by_the_buttons_of_the_page(as_, client, ines, full, frozen):
    operator = as_(ines)
    operator.post(address(full, "share-add", frozen.pk))
    link = Link.objects.get(purpose=Link.Purpose.SHARE)
    token = links.token_of(link)
    assert link.expires_at > timezone.now() + timedelta(days=29)
    assert token in operator.get(frozen.get_absolute_url()).content.decode()
    assert client.get(f"/share/{token}/").status_code == 200

    operator.post(address(full, "share-revoke", frozen.pk, link.pk))

    response = client.get(f"/share/{token}/")
    assert response.status_code == 410
    assert "Lead time" not in response.content.decode()


def test_a_share_link_runs_out(client, frozen, ines):
    long_ago = timezone.now() - timedelta(days=31)
    link = freezing.share(frozen=frozen, by=ines, now=long_ago)

    assert client.get(f"/share/{links.token_of(link)}/").status_code == 410


def test_a_share_link_is_over_when_its_maker_may_not_share_any_more(client, shared, ines):
    ines.role = "exec"
    ines.save()

    assert client.get(shared).status_code == 410


def test_a_share_link_is_over_when_its_dashboard_is_in_the_trash(as_, client, ines, full, shared):
    as_(ines).post(address(full, "dashboard-delete"))

    assert client.get(shared).status_code == 410


@pytest.mark.parametrize("token", ["x", "1" * 60, "1AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "%00"])
def test_a_guessed_token_opens_nothing(client, shared, token):
    assert client.get(f"/share/{token}/").status_code in (400, 404)


def test_a_walls_link_opens_no_kept_page_nor_a_share_link_a_wall(client, full, frozen, ines):
    wall = links.make(Link.Purpose.TV, person=ines, target=frozen.pk)
    share = freezing.share(frozen=frozen, by=ines)

    assert client.get(f"/share/{links.token_of(wall)}/").status_code == 404
    assert client.get(f"/tv/{links.token_of(share)}/").status_code == 404


# Checked -----------------------------------------------------------------------------------
def test_verify_names_a_kept_page_that_was_tampered_with(frozen):
    [check] = [one for one in all_checks() if one.name == "frozen"]
    assert list(check.run()) == []

    FrozenPeriod.objects.update(content=frozen.content.replace("Lead time", "Lead tame"))

    [found] = check.run()
    assert found.row.startswith(f"{frozen.pk} ")

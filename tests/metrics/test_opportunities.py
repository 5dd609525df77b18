"""Where to act next: each source, what makes it go away, who sees it, "not now", and its cost."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from metrics import opportunities
from metrics.models import Dismissal, ImprovementGap
from productops import clock
from teams.models import Rating, Requirement, Subject
from tests.factories.audits import GapFactory
from tests.factories.metrics import ImprovementFactory, RegistrationFactory, weekly_series
from tests.factories.objectives import KpiFactory, KpiVersionFactory, TargetFactory
from tests.factories.processes import AdoptionFactory, PublishedFactory
from tests.factories.teams import (
    LearningPlanFactory,
    MembershipFactory,
    SkillFactory,
)
from tests.factories.tooling import ContractFactory, RolloutFactory, UsageFactory

STEADY = [10, 11, 9, 10, 12, 10, 9, 11, 10, 11, 9, 10, 11, 10]


def found(person) -> list:
    return list(opportunities.found_for(person, clock.today()).open)


def kinds(person) -> list[str]:
    return [one.kind for one in found(person)]


def of_kind(person, kind: str) -> list:
    return [one for one in found(person) if one.kind == kind]


def measured(values, subject, **target):
    kpi = KpiFactory(name="Unplanned work")
    KpiVersionFactory(kpi=kpi, direction="down", unit="%")
    series = weekly_series(values, clock.today(), kpi=kpi, subject=subject)
    if target:
        TargetFactory(series=series, **target)
        weekly_series([], clock.today(), series=series)
    return series


# Numbers -----------------------------------------------------------------------------------
def test_a_kpi_that_got_worse_asks_for_a_cause_first(mia, checkout):
    series = measured([*STEADY, 30], checkout.subject)

    [one] = found(mia)

    assert (one.key, one.lever, one.subject) == (f"signal:{series.pk}", "", checkout.subject)
    assert one.title == "Bring Unplanned work back to usual"
    assert one.reason.startswith("30% in ")
    assert f"series={series.pk}" in one.plan_url


def test_a_better_or_usual_kpi_asks_for_nothing(mia, checkout):
    measured([*STEADY, 1], checkout.subject)
    measured(STEADY, checkout.subject)

    assert found(mia) == []


def test_a_target_that_the_process_cannot_reach(ines, checkout):
    kpi = KpiFactory(name="Defects")
    KpiVersionFactory(kpi=kpi, direction="down", unit="%")
    TargetFactory(series__kpi=kpi, series__subject=checkout.subject, low=None, high=2.0)
    weekly_series(STEADY, clock.today(), series=kpi.series.get())

    [one] = found(ines)

    assert one.kind == "target"
    assert "≤ 2" in one.reason


def test_old_numbers_ask_for_nothing(ines, checkout):
    kpi = KpiFactory()
    KpiVersionFactory(kpi=kpi, direction="down")
    weekly_series([*STEADY, 30], clock.today() - timedelta(days=60), kpi=kpi)

    assert found(ines) == []


@pytest.mark.parametrize(("state", "count"), [("idea", 0), ("live", 0), ("stopped", 1)])
def test_a_kpi_that_an_improvement_should_move_is_taken_care_of(ines, checkout, state, count):
    series = measured([*STEADY, 30], checkout.subject)
    improvement = ImprovementFactory(state=state, go_live_on=clock.today())
    RegistrationFactory(improvement=improvement, series=series)

    assert len(found(ines)) == count


# Gaps --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("cause", "lever"),
    [("process", "process"), ("skill", "skill"), ("tool", "tool"), ("data", ""), ("", "")],
)
def test_a_gap_suggests_the_lever_of_its_root_cause(mia, checkout, cause, lever):
    gap = GapFactory(subject=checkout.subject, cause=cause, level=1.2, target=3)

    [one] = found(mia)

    assert (one.key, one.lever) == (f"gap:{gap.pk}", lever)
    assert one.reason == "Level 1.2 where 3.0 is wanted, and nothing is planned."


def test_a_gap_with_an_improvement_and_a_closed_one_ask_for_nothing(mia, checkout):
    ImprovementGap.objects.create(
        improvement=ImprovementFactory(), gap=GapFactory(subject=checkout.subject)
    )
    GapFactory(subject=checkout.subject, state="closed", closed_on=clock.today())

    assert found(mia) == []


# Standards, seats, skills ------------------------------------------------------------------
def test_a_standard_that_few_products_follow(ines, checkout, billing):
    revision = PublishedFactory(process__title="Launch tiers")
    AdoptionFactory(process=revision.process, subject=checkout.subject)

    [one] = found(ines)

    assert (one.kind, one.lever, one.subject) == ("adoption", "process", billing.subject)
    assert one.reason == "1 of 2 products work by it (50%); for example Billing does not."
    assert f"revision={revision.pk}" in one.plan_url


def test_a_standard_that_is_followed_or_being_changed_asks_for_nothing(ines, checkout):
    followed = PublishedFactory()
    AdoptionFactory(process=followed.process, subject=checkout.subject)
    changing = PublishedFactory()
    ImprovementFactory(kind="process", revision=changing)

    assert found(ines) == []


def test_a_pm_is_told_of_their_own_products_only(mia, checkout, billing):
    revision = PublishedFactory()
    AdoptionFactory(process=revision.process, subject=checkout.subject)

    assert found(mia) == []


def test_idle_seats_are_counted_and_priced(ines):
    contract = ContractFactory(seats=10, amount=Decimal("120"))
    UsageFactory.create_batch(6, tool=contract.tool)

    [one] = found(ines)

    assert (one.kind, one.lever) == ("seats", "tool")
    assert one.reason == "4 of 10 seats were not used in 30 days: €480 a year."


def test_seats_are_not_told_to_those_who_do_not_see_what_tools_cost(mia, checkout):
    ContractFactory(seats=10)

    assert found(mia) == []


def test_seats_of_a_tool_that_is_being_rolled_out_ask_for_nothing(ines):
    contract = ContractFactory(seats=10)
    ImprovementFactory(kind="tool", rollout=RolloutFactory(tool=contract.tool))

    assert found(ines) == []


def test_a_skill_that_too_few_have(mia, checkout_team):
    skill = SkillFactory(name="Experiments")
    requirement = Requirement.objects.create(skill=skill, team=checkout_team, level=3, people=2)

    [one] = found(mia)

    assert (one.key, one.lever) == (f"skill:{requirement.pk}", "skill")
    assert one.title == "Raise Experiments in Team Checkout"
    assert one.reason == "0 of 2 people needed have it at level 3."


@pytest.mark.parametrize(("critical", "count"), [(True, 1), (False, 0)])
def test_a_critical_skill_that_hangs_on_one_person(mia, checkout_team, critical, count):
    skill = SkillFactory(is_critical=critical)
    Requirement.objects.create(skill=skill, team=checkout_team, level=3, people=1)
    person = MembershipFactory(team=checkout_team).person
    Rating.objects.create(person=person, skill=skill, kind="agreed", level=4)

    assert kinds(mia) == ["skill"] * count


def test_a_skill_with_a_plan_begins_with_it_and_goes_once_an_improvement_raises_it(
    mia, checkout_team
):
    skill = SkillFactory()
    Requirement.objects.create(skill=skill, team=checkout_team, level=3, people=2)
    plan = LearningPlanFactory(skill=skill, team=checkout_team)
    [one] = found(mia)
    assert f"learning_plan={plan.pk}" in one.plan_url

    ImprovementFactory(kind="skill", learning_plan=plan)

    assert found(mia) == []


# Together ----------------------------------------------------------------------------------
@pytest.fixture
def everything(checkout, billing, checkout_team):
    """One of each kind."""
    measured([*STEADY, 30], checkout.subject)
    kpi = KpiFactory(name="Defects")
    KpiVersionFactory(kpi=kpi, direction="down")
    TargetFactory(series__kpi=kpi, series__subject=checkout.subject, low=None, high=2.0)
    weekly_series(STEADY, clock.today(), series=kpi.series.get())
    GapFactory(subject=checkout.subject, priority=2.0)
    Requirement.objects.create(skill=SkillFactory(), team=checkout_team, level=3, people=2)
    PublishedFactory()
    ContractFactory(seats=10)


def test_worse_comes_before_out_of_reach_before_what_is_missing(ines, everything):
    ranks = [one.rank for one in found(ines)]

    assert set(kinds(ines)) == {"signal", "target", "gap", "skill", "adoption", "seats"}
    assert ranks == sorted(ranks, reverse=True)
    assert kinds(ines)[0] == "signal"


def test_a_stranger_is_told_nothing_of_another_product(jonas, everything, billing):
    assert kinds(jonas) == ["adoption"]
    assert found(jonas)[0].subject == billing.subject


def test_a_respondent_has_no_opportunities(as_, rui, everything):
    assert as_(rui).get(reverse("metrics:opportunity-list")).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_any_number(
    as_, ines, everything, checkout, checkout_team, count, cost_of
):
    for _number in range(count):
        measured([*STEADY, 30], checkout.subject)
        GapFactory(subject=checkout.subject)
        Requirement.objects.create(skill=SkillFactory(), team=checkout_team, level=3, people=2)
        PublishedFactory()
        ContractFactory(seats=10)

    assert cost_of(as_(ines), reverse("metrics:opportunity-list")) == 20


def test_the_plan_link_fills_the_form_in(as_, mia, checkout):
    gap = GapFactory(subject=checkout.subject, title="No discovery", cause="skill")
    [one] = found(mia)

    form = as_(mia).get(one.plan_url).context["form"]

    assert form.initial["title"] == "No discovery"
    assert form.initial["gaps"] == [gap.pk]
    assert (form.kind, form.initial["subject"]) == ("skill", checkout.subject.pk)


def test_the_card_shows_the_first_three_and_counts_all(as_, ines, everything):
    context = as_(ines).get(reverse("metrics:opportunity-card")).context

    assert len(context["first"]) == 3
    assert context["count"] == 6


# Not now -----------------------------------------------------------------------------------
def aside(one, verb="put-aside") -> str:
    return reverse(f"metrics:opportunity-{verb}", args=[one.key])


def test_not_now_hides_it_until_the_day_and_says_why(as_, mia, ines, checkout):
    GapFactory(subject=checkout.subject)
    [one] = found(mia)
    until = clock.today() + timedelta(days=10)

    as_(mia).post(aside(one), {"reason": "After the launch", "until_on": until.isoformat()})

    assert found(mia) == found(ines) == []
    [(waiting, said)] = opportunities.found_for(ines, clock.today()).waiting
    assert (waiting.key, said.reason, said.by) == (one.key, "After the launch", mia)
    assert [each.key for each in opportunities.found_for(mia, until + timedelta(days=1)).open] == [
        one.key
    ]


def test_it_is_taken_up_again(as_, mia, checkout):
    GapFactory(subject=checkout.subject)
    [one] = found(mia)
    client = as_(mia)
    client.post(aside(one), {})
    assert Dismissal.objects.get().until_on == clock.today() + timedelta(days=90)

    client.post(aside(one, "take-up"))

    assert [each.key for each in found(mia)] == [one.key]


@pytest.mark.parametrize("until", ["2020-01-01", "2999-01-01", "soon"])
def test_a_day_that_cannot_be_is_refused(as_, mia, checkout, until):
    GapFactory(subject=checkout.subject)
    [one] = found(mia)

    response = as_(mia).post(aside(one), {"until_on": until})

    assert response.status_code == 422
    assert not Dismissal.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("jonas", 404), ("astrid", 403), ("rui", 403)])
def test_nobody_puts_aside_what_is_not_theirs(as_, mia, checkout, billing, who, status, request):
    GapFactory(subject=checkout.subject)
    [one] = found(mia)

    response = as_(request.getfixturevalue(who)).post(aside(one), {})

    assert response.status_code == status
    assert not Dismissal.objects.exists()


def test_a_pm_does_not_put_aside_what_is_about_the_whole(as_, mia, checkout):
    GapFactory(subject=Subject.organisation())
    [one] = found(mia)
    client = as_(mia)

    assert client.post(aside(one), {}).status_code == 403
    assert aside(one) not in client.get(reverse("metrics:opportunity-list")).content.decode()


# The API -----------------------------------------------------------------------------------
def test_the_api_lists_puts_aside_and_takes_up(api, mia, checkout):
    gap = GapFactory(subject=checkout.subject, cause="tool")
    program, url = api(mia), f"/api/v1/opportunities/gap:{gap.pk}/aside/"
    [one] = program.get("/api/v1/opportunities/").json()["results"]
    assert (one["key"], one["lever"], one["subject"]) == (
        f"gap:{gap.pk}", "tool", "product:checkout",
    )  # fmt: skip

    assert program.put(url, {"reason": "Later"}, content_type="application/json").status_code == 204
    body = program.get("/api/v1/opportunities/").json()
    assert (body["results"], [each["why"] for each in body["waiting"]]) == ([], ["Later"])

    assert program.delete(url).status_code == 204
    assert len(program.get("/api/v1/opportunities/").json()["results"]) == 1


@pytest.mark.parametrize("who", ["jonas", "astrid"])
def test_the_api_puts_aside_nothing_that_is_not_theirs(api, checkout, billing, who, request):
    gap = GapFactory(subject=checkout.subject)
    url = f"/api/v1/opportunities/gap:{gap.pk}/aside/"

    response = api(request.getfixturevalue(who)).put(url, {}, content_type="application/json")

    assert response.status_code in (403, 404)
    assert not Dismissal.objects.exists()

"""Who sees and changes which team, product, person and skill."""

from datetime import timedelta

import pytest
from django.urls import reverse

from productops import clock
from teams import actions, cover, measures, rows
from teams.choices import RatingKind
from teams.models import LearningPlan, Person, Rating, Requirement, Subject, Team
from tests.factories.teams import (
    LearningPlanFactory,
    MembershipFactory,
    PersonFactory,
    ProductFactory,
    RoleFactory,
    SkillFactory,
    TeamFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def everybody(olga, ines, mia, jonas, astrid, rui, checkout_team, billing_team):
    return None


@pytest.mark.parametrize(
    ("who", "status"),
    [("olga", 200), ("ines", 200), ("mia", 200), ("jonas", 404), ("astrid", 200), ("rui", 404)],
)
def test_who_reads_a_team_and_its_product(
    who, status, everybody, checkout_team, checkout, as_, request
):
    client = as_(request.getfixturevalue(who))

    assert client.get(checkout_team.get_absolute_url()).status_code == status
    assert client.get(checkout.get_absolute_url()).status_code == status


@pytest.mark.parametrize(
    ("who", "status"), [("ines", 302), ("mia", 302), ("jonas", 404), ("astrid", 403)]
)
def test_who_adds_a_member(who, status, everybody, checkout_team, rui, as_, request):
    url = reverse("teams:membership-new", args=[checkout_team.pk])

    response = as_(request.getfixturevalue(who)).post(url, {"person": rui.pk, "share": 50})

    assert response.status_code == status
    assert checkout_team.memberships.count() == (status == 302)


@pytest.mark.parametrize("share", ["0", "101", "-1", "1e9", "NaN", "", "١٢"])
def test_an_impossible_share_is_refused(share, checkout_team, rui, ines, as_):
    url = reverse("teams:membership-new", args=[checkout_team.pk])

    response = as_(ines).post(url, {"person": rui.pk, "share": share})

    assert response.status_code == 422
    assert not checkout_team.memberships.exists()


def test_who_was_in_a_team_when_stays_known(checkout_team, rui, ines):
    today = clock.today()
    membership = MembershipFactory(team=checkout_team, person=rui, from_on=today - timedelta(9))

    membership.end(on=today, by=ines)

    assert list(Person.objects.members_of(checkout_team, today - timedelta(1))) == [rui]
    assert not Person.objects.members_of(checkout_team, today).exists()


def test_a_product_gets_its_subject_and_keeps_it_in_step(ines, as_):
    as_(ines).post(reverse("teams:product-new"), {"name": "Search", "criticality": 3})
    subject = Subject.objects.get(kind="product", key="search")

    product = subject.product
    product.name = "Search and find"
    product.save()

    subject.refresh_from_db()
    assert subject.name == "Search and find"


def test_a_second_product_of_a_name_is_refused_with_the_reason(checkout, ines, as_):
    response = as_(ines).post(reverse("teams:product-new"), {"name": "checkout", "criticality": 2})

    assert response.status_code == 422
    assert "of this name already" in response.content.decode()


def test_a_pm_does_not_say_who_is_in_charge(mia, checkout, jonas, as_):
    url = reverse("teams:product-edit", args=[checkout.pk])

    as_(mia).post(url, {"name": "Checkout", "criticality": 2, "people": [jonas.pk], "version": 1})

    assert list(checkout.people.all()) == [mia]


def test_two_people_editing_one_team_do_not_overwrite_each_other(checkout_team, ines, as_):
    url = reverse("teams:team-edit", args=[checkout_team.pk])
    first = {"name": "Team Checkout", "kind": "stream", "mission": "First", "version": 1}

    as_(ines).post(url, first)
    response = as_(ines).post(url, first | {"mission": "Second"})

    checkout_team.refresh_from_db()
    assert response.status_code == 409
    assert checkout_team.mission == "First"
    assert "Second" in response.content.decode()


def test_a_team_cannot_stand_above_itself(checkout_team, ines, as_):
    child = TeamFactory(parent=checkout_team)
    url = reverse("teams:team-edit", args=[checkout_team.pk])

    response = as_(ines).post(
        url, {"name": "Team Checkout", "kind": "stream", "parent": child.pk, "version": 1}
    )

    assert response.status_code == 422


@pytest.mark.parametrize(("who", "role"), [("ines", "ops"), ("olga", "admin")])
def test_only_an_administrator_gives_roles(who, role, everybody, as_, request):
    person = PersonFactory(role="ops")
    url = reverse("teams:person-edit", args=[person.pk])
    data = {"name": "New", "email": person.email, "role": "admin", "version": 1}

    as_(request.getfixturevalue(who)).post(url, data)

    person.refresh_from_db()
    assert person.role == role


def test_product_operations_does_not_touch_an_administrator(olga, ines, as_):
    response = as_(ines).post(reverse("teams:person-deactivate", args=[olga.pk]))

    olga.refresh_from_db()
    assert response.status_code == 403
    assert olga.is_active


def test_whoever_is_shut_out_loses_tokens_at_once(mia, olga, as_, api):
    program = api(mia)
    assert program.get("/api/v1/products/").status_code == 200

    as_(olga).post(reverse("teams:person-deactivate", args=[mia.pk]))

    assert program.get("/api/v1/products/").status_code == 401


def test_nobody_shuts_themselves_out(olga, as_):
    as_(olga).post(reverse("teams:person-deactivate", args=[olga.pk]))

    olga.refresh_from_db()
    assert olga.is_active


def test_own_and_supervisors_rating_stand_side_by_side(mia, ines, as_):
    skill = SkillFactory()
    as_(mia).post(
        reverse("teams:rating-new", args=[skill.pk]),
        {"person": mia.pk, "kind": "self", "level": 3},
    )
    as_(ines).post(
        reverse("teams:rating-new", args=[skill.pk]),
        {"person": mia.pk, "kind": "supervisor", "level": 2},
    )

    level = cover.levels_of([mia.pk], clock.today())[mia.pk, skill.pk]

    assert (level.own, level.supervisor, level.difference, level.counts) == (3, 2, -1, 2)


def test_a_pm_rates_nobody_but_themselves(mia, jonas, as_):
    skill = SkillFactory()

    response = as_(mia).post(
        reverse("teams:rating-new", args=[skill.pk]),
        {"person": jonas.pk, "kind": "self", "level": 3},
    )

    assert response.status_code == 422
    assert not Rating.objects.exists()


def test_others_do_not_see_a_persons_ratings(mia, jonas, as_):
    Rating.objects.create(person=mia, skill=SkillFactory(name="Interviewing"), kind="self", level=1)

    page = as_(jonas).get(mia.get_absolute_url()).content.decode()

    assert "Interviewing" not in page


def test_a_team_that_lacks_a_profile_is_told_so(checkout_team, ines):
    actions.open_seat(
        team=checkout_team, role=RoleFactory(profile="operational"), by=ines, person=ines
    )

    short = {row.label: row.is_short for row in rows.profiles_of(checkout_team, clock.today())}

    assert short == {
        "Operational skills": False,
        "Technical expertise": True,
        "Product management": True,
    }


@pytest.fixture
def needed(checkout_team, mia):
    skill = SkillFactory(is_critical=True)
    Requirement.objects.create(skill=skill, level=2, people=2, team=checkout_team)
    MembershipFactory(team=checkout_team, person=mia, from_on=clock.today() - timedelta(30))
    return skill


def test_skills_covered_counts_people_who_reach_the_level(needed, mia, ines, checkout_team):
    actions.rate(person=mia, skill=needed, level=2, by=ines, kind=RatingKind.SUPERVISOR)

    found = measures.skills_covered_by_team(clock.today())

    assert found == {checkout_team.subject_id: (1.0, 2.0)}
    assert measures.skills_covered(clock.today()) == {Subject.organisation().pk: (1.0, 2.0)}


def test_a_level_below_the_needed_one_counts_for_nothing(needed, mia, ines):
    actions.rate(person=mia, skill=needed, level=1, by=ines)

    assert measures.skills_covered(clock.today())[Subject.organisation().pk] == (0.0, 2.0)


def test_the_past_is_measured_as_it_was(needed, mia, ines):
    actions.rate(person=mia, skill=needed, level=3, by=ines)

    yesterday = measures.skills_covered(clock.today() - timedelta(1))

    assert yesterday[Subject.organisation().pk] == (0.0, 2.0)


def test_a_learning_plan_shows_who_reached_the_level(needed, mia, ines, checkout_team, as_):
    plan = LearningPlanFactory(skill=needed, team=checkout_team, owner=ines, target_level=2)
    actions.rate(person=mia, skill=needed, level=4, by=ines)

    page = as_(ines).get(plan.get_absolute_url())

    assert (page.context["able"], page.context["wanted"]) == (1, 1)


def test_a_plan_that_ends_before_it_starts_is_refused(needed, checkout_team, ines, as_):
    data = {
        "title": "Learn",
        "skill": needed.pk,
        "team": checkout_team.pk,
        "owner": ines.pk,
        "target_level": 3,
        "target_people": 1,
        "starts_on": "2026-05-01",
        "due_on": "2026-04-01",
    }

    response = as_(ines).post(reverse("teams:learning-plan-new"), data)

    assert response.status_code == 422
    assert not LearningPlan.objects.exists()


def test_a_deleted_plan_comes_back_by_undo(needed, checkout_team, ines, as_):
    plan = LearningPlanFactory(skill=needed, team=checkout_team, owner=ines)
    client = as_(ines)

    client.post(reverse("teams:learning-plan-state", args=[plan.pk]), {"discard": "1"})
    assert not LearningPlan.objects.exists()
    client.post(reverse("trash-restore", args=["teams.learningplan", plan.pk]))

    assert LearningPlan.objects.get() == plan


def test_the_starter_pack_is_loaded_once(ines, as_):
    client = as_(ines)

    client.post(reverse("teams:starter-pack-load"))
    page = client.post(reverse("teams:starter-pack-load"), follow=True)

    assert "0 skills and 0 roles" in page.content.decode()
    assert Requirement.objects.exclude(role=None).exists()


@pytest.mark.parametrize(
    "name",
    [
        "team-list",
        "product-list",
        "person-list",
        "skill-list",
        "skill-matrix",
        "learning-plan-list",
    ],
)
def test_lists_cost_the_same_for_any_number(name, ines, as_, cost_of):
    costs = []
    for number in (1, 2):
        for _row in range(number):
            team, skill = TeamFactory(), SkillFactory()
            person = MembershipFactory(team=team, person=PersonFactory()).person
            ProductFactory()
            Requirement.objects.create(skill=skill, level=2, team=team)
            actions.rate(person=person, skill=skill, level=2, by=ines)
            LearningPlanFactory(skill=skill, team=team, owner=ines)
        costs.append(cost_of(as_(ines), reverse(f"teams:{name}")))

    assert costs[0] == costs[1] <= 20


@pytest.mark.parametrize("name", ["team-detail", "product-detail", "person-detail", "skill-detail"])
def test_details_open_for_product_operations(name, ines, as_, checkout_team, checkout, mia):
    skill = SkillFactory()
    keys = {"team": checkout_team, "product": checkout, "person": mia, "skill": skill}

    response = as_(ines).get(reverse(f"teams:{name}", args=[keys[name.split("-")[0]].pk]))

    assert response.status_code == 200


def test_a_csv_of_the_list_holds_what_the_list_shows(ines, checkout_team, billing_team, as_):
    response = as_(ines).get(reverse("teams:team-list") + "?q=checkout&format=csv")

    text = b"".join(response.streaming_content).decode()
    assert "team-checkout" in text
    assert "team-billing" not in text
    assert Team.objects.count() == 2

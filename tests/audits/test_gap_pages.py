import io
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from audits import actions
from audits.models import Answer, Fact, Gap, Node
from productops import clock
from productops.attachments import keep_attachment
from teams.models import Subject
from tests.factories.audits import (
    GapFactory,
    InvitationFactory,
    ScopeFactory,
    answered,
    framework_version,
)
from tests.factories.objectives import KpiFactory
from tests.factories.teams import SkillFactory

pytestmark = pytest.mark.django_db
NAME = "audits.open-gaps"
MOST = 20  # queries that one page may ask


@pytest.fixture
def closed(audit, scope, rui, ines):
    """Checkout is weak in measurement, by what Rui says."""
    answered(
        InvitationFactory(audit=audit, person=rui, scopes=[scope]),
        scope,
        baseline=0,
        dashboards=2,
        interviews=4,
    )
    type(audit).objects.filter(pk=audit.pk).update(gap_rule="both", gap_level=1)
    audit.refresh_from_db()
    return actions.close_audit(audit=audit, by=ines, now=timezone.now())


@pytest.fixture
def gap(closed):
    return Gap.objects.get(title="Measurement")


@pytest.fixture
def measured(small):
    fact = {"levels": [9, 5, 3, 1, 0], "days": 30}
    Node.objects.filter(key="baseline").update(measure=NAME, fact=fact)
    return small.framework


def page(client, address):
    return client.get(address).content.decode()


def test_a_weak_dimension_lists_its_questions_that_are_gaps_of_their_own(as_, ines, gap):
    question = Gap.objects.get(title="No baseline before a change")

    shown = page(as_(ines), gap.get_absolute_url())

    assert "Questions that are gaps of their own" in shown
    assert question.get_absolute_url() in shown


def test_the_cause_leads_to_where_one_begins(as_, ines, gap):
    shown = page(as_(ines), gap.get_absolute_url())

    assert f"/objectives/kpi-new/?gap={gap.pk}&amp;title=Measurement" in shown


@pytest.mark.parametrize(
    ("cause", "address"),
    [
        ("process", "/processes/new/"),
        ("tool", "/tools/new/"),
        ("skill", "/teams/learning/new/"),
        ("structure", "/metrics/improvements/new/"),
    ],
)
def test_each_cause_leads_somewhere(as_, ines, cause, address):
    gap = GapFactory(cause=cause)

    assert f'href="{address}?gap={gap.pk}' in page(as_(ines), gap.get_absolute_url())


def test_what_could_help_comes_from_the_questions_and_the_catalogue(as_, ines, gap):
    KpiFactory(slug="changes-with-a-baseline", name="Changes with a baseline")

    shown = page(as_(ines), f"/audits/gaps/{gap.pk}/help/")

    assert f"/objectives/new/?gap={gap.pk}" not in shown  # it is ticked, not linked
    assert "Changes with a baseline" in shown
    assert 'value="objective"' in shown


def test_a_kpi_that_is_not_in_the_catalogue_is_not_offered(as_, ines, gap):
    assert "changes-with-a-baseline" not in page(as_(ines), f"/audits/gaps/{gap.pk}/help/")


def test_a_skill_leads_to_a_learning_plan_with_that_skill(as_, ines, gap):
    skill = SkillFactory(slug="measuring", name="Measuring")
    Node.objects.filter(key="baseline").update(suggests={"skill": "measuring", "cause": "skill"})

    response = as_(ines).get(f"/audits/gaps/{gap.pk}/help/?take=skill:measuring")

    assert response.status_code == 302
    assert response.url.startswith("/teams/learning/new/?")
    assert f"skill={skill.pk}" in response.url


def test_one_tick_leads_there_and_several_make_a_list(as_, ines, gap):
    client, address = as_(ines), f"/audits/gaps/{gap.pk}/help/"

    alone = client.get(f"{address}?take=objective")
    both = page(client, f"{address}?take=objective&take=improvement&take=nonsense")

    assert alone.url == f"/objectives/new/?gap={gap.pk}"
    begins = [f"/objectives/new/?gap={gap.pk}", f"/metrics/improvements/new/?gap={gap.pk}"]
    assert both.index(begins[0]) < both.index(begins[1])


def test_what_could_help_is_for_those_who_may_change_the_gap(as_, gap, astrid, jonas, mia):
    address = f"/audits/gaps/{gap.pk}/help/"

    assert [as_(one).get(address).status_code for one in (astrid, jonas, mia)] == [403, 404, 200]


@pytest.mark.parametrize("more", [0, 3])
def test_the_page_of_a_gap_costs_the_same_however_much_it_shows(
    as_, ines, gap, more, django_assert_max_num_queries
):
    for number in range(more):
        content = {"url": "https://example.org"}
        now = timezone.now()
        actions.add_evidence(about=gap, title=str(number), content=content, by=ines, now=now)
        until = clock.today() + timedelta(days=5)
        actions.accept_gaps(gaps=[gap], reason="x", until_on=until, by=ines, on=clock.today())
        actions.merge_gaps(kept=gap, others=[GapFactory()], by=ines, on=clock.today())
    client = as_(ines)
    client.get(gap.get_absolute_url())

    with django_assert_max_num_queries(MOST) as asked:
        client.get(gap.get_absolute_url())

    assert len(asked) <= MOST


def test_the_record_is_shown_for_every_subject_weakest_first(as_, mia, measured, checkout):
    for days_ago, value in ((100, 9), (0, 1)):
        on = clock.today() - timedelta(days=days_ago)
        Fact.objects.create(measure=NAME, subject=checkout.subject, on=on, value=value)
    worse = Subject.organisation()
    Fact.objects.create(measure=NAME, subject=worse, on=clock.today(), value=7)

    response = as_(mia).get(f"/audits/templates/{measured.pk}/record/")

    rows = response.context["groups"][0]["rows"]
    assert [(row["subject"], row["level"], row["before"]) for row in rows] == [
        (worse, 0, None),
        (checkout.subject, 3, 0),
    ]


def test_the_record_of_somebody_elses_product_is_not_shown(as_, mia, measured, billing):
    Fact.objects.create(measure=NAME, subject=billing.subject, on=clock.today(), value=1)

    assert "Billing" not in page(as_(mia), f"/audits/templates/{measured.pk}/record/")


def test_an_old_figure_says_that_it_is_stale(as_, ines, measured, checkout):
    old = clock.today() - timedelta(days=31)
    Fact.objects.create(measure=NAME, subject=checkout.subject, on=old, value=1)

    assert "Stale" in page(as_(ines), f"/audits/templates/{measured.pk}/record/")


def test_where_nothing_is_measured_the_page_says_how_it_would_be(as_, ines):
    framework = framework_version().framework

    shown = page(as_(ines), f"/audits/templates/{framework.pk}/record/")

    assert "Nothing is measured yet" in shown


def test_the_record_as_a_file(as_, ines, measured, checkout):
    Fact.objects.create(measure=NAME, subject=checkout.subject, on=clock.today(), value=1)

    response = as_(ines).get(f"/audits/templates/{measured.pk}/record/?format=csv")

    lines = b"".join(response.streaming_content).decode().splitlines()
    assert lines[1].startswith(f"baseline,{NAME},product:checkout,")


@pytest.mark.parametrize("more", [0, 4])
def test_the_record_costs_the_same_for_any_number_of_subjects(
    as_, ines, measured, more, django_assert_max_num_queries
):
    for _one in range(1 + more):
        Fact.objects.create(measure=NAME, subject=GapFactory().subject, on=clock.today(), value=1)
    client = as_(ines)

    with django_assert_max_num_queries(9):
        client.get(f"/audits/templates/{measured.pk}/record/")


def test_the_answers_page_shows_what_the_record_says_beside_an_answer(
    as_, ines, measured, audit, scope, rui
):
    answered(InvitationFactory(audit=audit, person=rui, scopes=[scope]), scope, baseline=4)
    Fact.objects.create(measure=NAME, subject=scope.subject, on=clock.today(), value=4)

    shown = page(as_(ines), f"/audits/{audit.pk}/answers/")

    assert "The record shows 4, which is 1 (Sometimes)" in shown
    assert "Said and done differ" in shown


def test_only_an_answer_below_target_offers_to_make_a_gap_of_it(as_, ines, audit, scope, rui):
    answered(InvitationFactory(audit=audit, person=rui, scopes=[scope]), scope, baseline=4)
    answered(InvitationFactory(audit=audit, scopes=[scope]), scope, baseline=1)

    shown = page(as_(ines), f"/audits/{audit.pk}/answers/")

    assert re.findall(r"/audits/answers/(\d+)/gap/", shown) == [
        str(Answer.objects.get(number=1).pk)
    ]


def test_the_file_of_an_answer_stands_beside_it(as_, ines, audit, scope, rui):
    answered(InvitationFactory(audit=audit, person=rui, scopes=[scope]), scope, baseline=4)
    one = Answer.objects.get()
    one.file = keep_attachment(io.BytesIO(b"seats"), "seats.csv", 5)
    one.save()

    shown = page(as_(ines), f"/audits/{audit.pk}/answers/")

    assert f"/audits/answers/{one.pk}/file/" in shown
    assert "seats.csv" in shown


@pytest.mark.parametrize("more", [0, 3])
def test_the_answers_page_costs_the_same_with_any_number_of_answers(
    as_, ines, audit, scope, more, django_assert_max_num_queries
):
    for _one in range(1 + more):
        answered(InvitationFactory(audit=audit, scopes=[scope]), scope, baseline=4)
    ScopeFactory(audit=audit)

    with django_assert_max_num_queries(MOST):
        as_(ines).get(f"/audits/{audit.pk}/answers/")


def test_facts_are_read_by_program(api, mia, measured, checkout, billing):
    for subject in (checkout.subject, billing.subject):
        Fact.objects.create(measure=NAME, subject=subject, on=clock.today(), value=1)

    found = api(mia).get(f"/api/v1/facts/?measure={NAME}").json()["results"]

    assert [row["subject"] for row in found] == ["product:checkout"]


def test_the_gap_of_a_contradiction_shows_what_the_record_said_and_says(
    as_, ines, measured, audit, scope, rui
):
    answered(InvitationFactory(audit=audit, person=rui, scopes=[scope]), scope, baseline=4)
    day = clock.today() - timedelta(days=1)
    Fact.objects.create(measure=NAME, subject=scope.subject, on=day, value=4)
    actions.raise_from_facts(audit=audit, now=timezone.now())
    Fact.objects.create(measure=NAME, subject=scope.subject, on=clock.today(), value=3)

    shown = page(as_(ines), Gap.objects.get().get_absolute_url())

    assert "The record shows 4, which is 1 (Sometimes)" in shown
    assert "The record shows 3, which is 2 (Agreed)" in shown

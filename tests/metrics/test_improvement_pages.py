"""The pages of improvements: who may do what, forms with what people and others send, lists."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from metrics.actions import improvements as actions
from metrics.choices import ImprovementState
from metrics.models import Improvement, Registration
from productops import clock
from teams.choices import AccountRole
from teams.models import Subject
from tests.factories.audits import GapFactory
from tests.factories.metrics import (
    ImprovementFactory,
    RegistrationFactory,
    settle,
    weekly_series,
    weeks_before,
)
from tests.factories.objectives import KeyResultFactory, ObjectiveFactory, SeriesFactory
from tests.factories.processes import RevisionFactory
from tests.factories.teams import LearningPlanFactory, PersonFactory

BEFORE = [10, 11, 9, 10, 12, 10, 9, 11, 10, 11, 9, 10]
AFTER = [5, 6, 5, 4, 5, 6, 5, 4]
NEW = "metrics:improvement-new"
LIST = "metrics:improvement-list"


def page(improvement, verb="detail") -> str:
    return reverse(f"metrics:improvement-{verb}", args=[improvement.pk])


@pytest.fixture
def series(checkout):
    return weekly_series(
        BEFORE + AFTER, clock.today(), subject=checkout.subject, version__direction="down"
    )


@pytest.fixture
def idea(checkout, mia, series):
    improvement = ImprovementFactory(title="Trunk", subject=checkout.subject, owner=mia)
    RegistrationFactory(improvement=improvement, series=series, direction="down")
    return improvement


@pytest.fixture
def judged(idea, ines):
    actions.approve(improvement=idea, by=ines)
    actions.go_live(improvement=idea, on=weeks_before(8, clock.today())[0], by=ines)
    settle(clock.today(), timezone.now() + timedelta(minutes=1))
    idea.refresh_from_db()
    return idea


def filled(checkout, owner, **more) -> dict:
    return {
        "title": "Smaller batches",
        "kind": "structure",
        "subject": checkout.subject.pk,
        "owner": owner.pk,
    } | more


# Lists -------------------------------------------------------------------------------------
@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("view", ["list", "board"])
def test_the_list_costs_the_same_for_any_number(
    as_, ines, checkout, count, view, django_assert_num_queries
):
    for _number in range(count):
        one = ImprovementFactory(subject=checkout.subject)
        RegistrationFactory(improvement=one)
    client = as_(ines)
    client.get(reverse(LIST))

    with django_assert_num_queries(12):
        response = client.get(f"{reverse(LIST)}?view={view}")

    assert len(response.context["rows"]) == count


def test_a_stranger_sees_no_improvement_of_other_products(as_, jonas, idea):
    response = as_(jonas).get(reverse(LIST))

    assert response.context["rows"] == []


def test_the_list_is_narrowed_by_its_address(as_, ines, idea):
    found = [
        len(as_(ines).get(f"{reverse(LIST)}?{query}").context["rows"])
        for query in ("q=trunk", "q=else", "state=idea", "state=kept", "kind=tool")
    ]

    assert found == [1, 0, 1, 0, 0]


def test_the_list_as_csv(as_, ines, idea, series):
    response = as_(ines).get(f"{reverse(LIST)}?format=csv")

    text = b"".join(response.streaming_content).decode()
    assert text.splitlines()[1].split(",")[:4] == [
        str(idea.pk), "Trunk", "structure", "product:checkout",
    ]  # fmt: skip
    assert series.kpi.slug in text


def test_a_promise_on_a_series_of_others_is_not_named(as_, mia, billing):
    shared = ImprovementFactory(subject=Subject.organisation())
    RegistrationFactory(
        improvement=shared, series=SeriesFactory(subject=billing.subject, kpi__name="Secret")
    )

    for address in (reverse(LIST), page(shared)):
        assert "Secret" not in as_(mia).get(address).content.decode()


# One ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "status"),
    [("ines", 200), ("mia", 200), ("astrid", 200), ("jonas", 404), ("rui", 404)],
)
def test_an_improvement_is_shown_to_those_who_see_its_subject(as_, idea, who, status, request):
    person = request.getfixturevalue(who)

    assert as_(person).get(page(idea)).status_code == status


@pytest.mark.parametrize(
    ("verb", "who", "status"),
    [
        ("approve", "mia", 403),
        ("approve", "astrid", 403),
        ("approve", "jonas", 404),
        ("edit", "astrid", 403),
        ("delete", "astrid", 403),
        ("delete", "jonas", 404),
        ("go-live", "astrid", 403),
        ("rule", "astrid", 403),
        ("rule", "jonas", 404),
        ("stop", "astrid", 403),
    ],
)
def test_others_may_not_move_it(as_, idea, verb, who, status, request):
    person = request.getfixturevalue(who)

    response = as_(person).post(page(idea, verb))

    idea.refresh_from_db()
    assert response.status_code == status
    assert idea.is_idea


def test_the_page_shows_buttons_only_where_the_person_may(as_, idea, mia, ines):
    def shown(person) -> tuple:
        text = as_(person).get(page(idea)).content.decode()
        return page(idea, "approve") in text, page(idea, "edit") in text

    assert shown(mia) == (False, True)
    assert shown(ines) == (True, True)


def test_the_page_tells_verdict_promise_and_the_links_up_the_chain(as_, ines, judged, checkout):
    objective = ObjectiveFactory(title="Ship faster", subject=checkout.subject)
    key_result = KeyResultFactory(title="Under a week", objective=objective)
    gap = GapFactory(title="Delivery is slow", subject=checkout.subject)
    actions.link(improvement=judged, by=ines, key_results=[key_result], gaps=[gap])

    text = as_(ines).get(page(judged)).content.decode()

    for words in ("Improved", "Ship faster", "Under a week", "Delivery is slow", "should go down"):
        assert words in text
    assert reverse("trace", args=["improvement", judged.pk]) in text


def test_what_went_live_on_the_same_series_is_named(as_, ines, judged, series, checkout):
    other = ImprovementFactory(
        title="Rota", subject=checkout.subject, state="live", go_live_on=clock.today()
    )
    RegistrationFactory(improvement=other, series=series)

    response = as_(ines).get(page(judged))

    assert list(response.context["others"]) == [other]


# Planned -----------------------------------------------------------------------------------
def test_a_pm_plans_an_improvement_of_their_product(as_, mia, checkout, series):
    sent = filled(checkout, mia, series=series.pk, smallest_effect="1.5")

    response = as_(mia).post(f"{reverse(NEW)}?kind=structure", sent)

    planned = Improvement.objects.get()
    promise = planned.registrations.get()
    assert response.status_code == 302
    assert (planned.title, planned.owner) == ("Smaller batches", mia)
    assert (promise.series, promise.direction, promise.smallest_effect) == (series, "down", 1.5)


@pytest.mark.parametrize(("who", "status"), [("astrid", 403), ("rui", 403)])
def test_who_only_reads_plans_nothing(as_, checkout, who, status, request):
    person = request.getfixturevalue(who)

    response = as_(person).post(f"{reverse(NEW)}?kind=structure", filled(checkout, person))

    assert response.status_code == status
    assert not Improvement.objects.exists()


def test_a_pm_plans_nothing_for_other_products(as_, mia, billing):
    response = as_(mia).post(f"{reverse(NEW)}?kind=structure", filled(billing, mia))

    assert response.status_code == 422
    assert "subject" in response.context["form"].errors


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ""),
        ("title", "x" * 201),
        ("title", "a\tb"),
        ("go_live_on", "31.12.2026"),
        ("go_live_on", "0000-00-00"),
        ("owner", "1e999"),
        ("subject", "999999999999999999999999"),
        ("series", "-1"),
        ("smallest_effect", "NaN"),
        ("smallest_effect", "-1"),
        ("smallest_effect", "1,5"),
        ("lag_periods", "53"),
        ("window_periods", "7"),
        ("window_periods", "8.5"),
        ("direction", "sideways"),
        ("trigger_on", "9999-12-31"),
    ],
)
def test_a_hostile_field_is_named_and_everything_else_is_kept(
    as_, ines, checkout, series, field, value
):
    sent = filled(checkout, ines, series=series.pk, hypothesis="Kept words") | {field: value}

    response = as_(ines).post(f"{reverse(NEW)}?kind=structure", sent)

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert "Kept words" in response.content.decode()
    assert not Improvement.objects.exists()


def test_a_kpi_without_a_better_way_asks_which_way(as_, ines, checkout):
    neutral = SeriesFactory(subject=checkout.subject)
    sent = filled(checkout, ines, series=neutral.pk)

    response = as_(ines).post(f"{reverse(NEW)}?kind=structure", sent)

    assert "direction" in response.context["form"].errors


def test_the_kind_decides_what_is_asked(as_, ines):
    asked = {
        kind: [
            name
            for name in ("revision", "learning_plan", "rollout")
            if name in as_(ines).get(f"{reverse(NEW)}?kind={kind}").context["form"].fields
        ]
        for kind in ("process", "skill", "tool", "structure", "nothing")
    }

    assert asked == {
        "process": ["revision"],
        "skill": ["learning_plan"],
        "tool": ["rollout"],
        "structure": [],
        "nothing": ["revision"],
    }


def test_a_kind_that_is_sent_against_the_page_is_refused(as_, ines, checkout):
    response = as_(ines).post(f"{reverse(NEW)}?kind=tool", filled(checkout, ines))

    assert "kind" in response.context["form"].errors


def test_a_key_result_brings_its_series_its_gaps_and_its_subject(as_, ines, checkout, series):
    gap = GapFactory(subject=checkout.subject)
    objective = ObjectiveFactory(subject=checkout.subject)
    objective.gaps.add(gap)
    key_result = KeyResultFactory(objective=objective, series=series)

    form = as_(ines).get(f"{reverse(NEW)}?key_result={key_result.pk}").context["form"]

    assert form.initial["series"] == series.pk
    assert form.initial["subject"] == checkout.subject.pk
    assert form.initial["key_results"] == [key_result.pk]
    assert form.initial["gaps"] == [gap.pk]


def test_a_kpi_brings_the_key_results_that_watch_it(as_, ines, checkout, series):
    key_result = KeyResultFactory(
        objective=ObjectiveFactory(subject=checkout.subject), series=series
    )

    form = as_(ines).get(f"{reverse(NEW)}?series={series.pk}").context["form"]

    assert form.initial["key_results"] == [key_result.pk]


def test_what_is_to_be_changed_brings_its_kind_and_its_name(as_, ines):
    plan, revision = LearningPlanFactory(title="SQL for PMs"), RevisionFactory()

    skill = as_(ines).get(f"{reverse(NEW)}?learning_plan={plan.pk}").context["form"]
    process = as_(ines).get(f"{reverse(NEW)}?revision={revision.pk}").context["form"]

    assert (skill.kind, skill.initial["title"]) == ("skill", "SQL for PMs")
    assert (process.kind, process.initial["revision"]) == ("process", revision.pk)


def test_a_gap_proposes_the_kind_by_its_cause(as_, ines):
    gap = GapFactory(cause="tool")

    form = as_(ines).get(f"{reverse(NEW)}?gap={gap.pk}").context["form"]

    assert (form.kind, form.initial["gaps"]) == ("tool", [gap.pk])


@pytest.mark.parametrize("query", ["series=x", "gap=-1", "revision=" + "9" * 40, "key_result=%20"])
def test_an_address_that_names_nothing_begins_empty(as_, ines, query):
    response = as_(ines).get(f"{reverse(NEW)}?{query}")

    assert response.status_code == 200
    assert response.context["form"].initial["gaps"] == []


def test_rows_that_one_may_not_see_are_not_brought_along(as_, mia, billing):
    theirs = SeriesFactory(subject=billing.subject)

    form = as_(mia).get(f"{reverse(NEW)}?series={theirs.pk}").context["form"]

    assert "series" not in form.initial


# Changed -----------------------------------------------------------------------------------
def test_an_idea_is_edited(as_, mia, idea, checkout):
    sent = filled(checkout, mia, title="Trunk, smaller", version=idea.version)

    response = as_(mia).post(page(idea, "edit"), sent)

    idea.refresh_from_db()
    assert response.status_code == 302
    assert (idea.title, idea.version) == ("Trunk, smaller", 2)


def test_a_stale_edit_shows_both_and_loses_nothing(as_, mia, idea, checkout):
    Improvement.objects.filter(pk=idea.pk).update(version=2, title="Theirs")

    response = as_(mia).post(
        page(idea, "edit"), filled(checkout, mia, title="Mine", version=idea.version)
    )

    text = response.content.decode()
    assert response.status_code == 409
    assert "Theirs" in text
    assert "Mine" in text
    again = as_(mia).post(page(idea, "edit"), filled(checkout, mia, title="Mine", version=2))
    assert again.status_code == 302


def test_another_kind_lets_go_of_what_was_changed_before(as_, ines, checkout):
    idea = ImprovementFactory(kind="process", revision=RevisionFactory(), subject=checkout.subject)
    sent = filled(checkout, ines, kind="tool", version=idea.version)

    response = as_(ines).post(f"{page(idea, 'edit')}?kind=tool", sent)

    idea.refresh_from_db()
    assert response.status_code == 302
    assert (idea.kind, idea.revision) == ("tool", None)


def test_an_idea_is_deleted_with_a_way_back(as_, mia, idea):
    client = as_(mia)
    client.post(page(idea, "delete"))
    assert not Improvement.objects.exists()

    client.post(reverse("trash-restore", args=["metrics.improvement", idea.pk]))

    assert Improvement.objects.get() == idea


def test_what_was_approved_is_neither_edited_nor_deleted(as_, ines, judged):
    client = as_(ines)

    statuses = [client.post(page(judged, verb)).status_code for verb in ("edit", "delete")]

    assert statuses == [409, 409]
    assert Improvement.objects.get() == judged


def test_promises_are_added_changed_and_taken_back(as_, mia, idea, checkout, series):
    other = SeriesFactory(subject=checkout.subject)
    client = as_(mia)
    add = reverse("metrics:registration-new", args=[idea.pk])

    client.post(add, {"series": other.pk, "direction": "up", "window_periods": "12"})

    promise = Registration.objects.get(series=other)
    change = reverse("metrics:registration-edit", args=[promise.pk])
    sent = {"direction": "down", "window_periods": "10", "lag_periods": "2", "version": "1"}
    client.post(change, sent)
    promise.refresh_from_db()
    assert (promise.direction, promise.window_periods, promise.lag_periods) == ("down", 10, 2)

    client.post(reverse("metrics:registration-withdraw", args=[promise.pk]))
    assert [one.series for one in idea.registrations.all()] == [series]


def test_a_promise_needs_a_kpi(as_, mia, idea):
    response = as_(mia).post(reverse("metrics:registration-new", args=[idea.pk]), {})

    assert response.status_code == 422
    assert "series" in response.context["form"].errors


# Approved, live, ruled on ------------------------------------------------------------------
def test_operations_approves_and_the_owner_says_when_it_is_live(as_, ines, mia, idea):
    as_(ines).post(page(idea, "approve"))
    response = as_(mia).post(page(idea, "go-live"), {"on": clock.today().isoformat()})

    idea.refresh_from_db()
    assert response.status_code == 302
    assert (idea.state, idea.go_live_on) == (ImprovementState.LIVE, clock.today())


@pytest.mark.parametrize("day", ["", "soon", "2999-01-01", "0000-01-01"])
def test_a_day_that_has_not_come_is_no_going_live(as_, ines, idea, day):
    actions.approve(improvement=idea, by=ines)

    response = as_(ines).post(page(idea, "go-live"), {"on": day})

    idea.refresh_from_db()
    assert response.status_code == 422
    assert idea.is_approved


def test_an_idea_that_is_not_approved_cannot_go_live(as_, ines, idea):
    response = as_(ines).post(page(idea, "go-live"), {"on": clock.today().isoformat()})

    assert response.status_code == 409


def test_one_click_keeps_what_improved(as_, mia, judged, series):
    card = as_(mia).get(series.get_absolute_url()).content.decode()
    assert page(judged, "rule") in card

    as_(mia).post(page(judged, "rule"), {"ruling": "keep", "new_limits": "on"})

    judged.refresh_from_db()
    assert judged.state == ImprovementState.KEPT
    assert series.segments.filter(improvement=judged).exists()


def test_deciding_against_the_verdict_wants_a_reason(as_, mia, judged):
    client = as_(mia)

    refused = client.post(page(judged, "rule"), {"ruling": "stop"})
    client.post(page(judged, "rule"), {"ruling": "stop", "note": "Too dear"})

    judged.refresh_from_db()
    assert refused.status_code == 422
    assert "note" in refused.context["form"].errors
    assert judged.state == ImprovementState.STOPPED


@pytest.mark.parametrize("ruling", ["", "toggle", "keep'--"])
def test_a_ruling_that_is_none_is_refused(as_, mia, judged, ruling):
    response = as_(mia).post(page(judged, "rule"), {"ruling": ruling})

    assert response.status_code == 422


def test_looking_at_the_ruling_decides_nothing(as_, mia, judged):
    response = as_(mia).get(page(judged, "rule"))

    judged.refresh_from_db()
    assert response.context["form"].initial == {"ruling": "keep", "new_limits": True}
    assert judged.state == ImprovementState.JUDGED


def test_a_pm_who_does_not_own_it_does_not_decide(as_, judged, checkout):
    colleague = PersonFactory(role=AccountRole.PM)
    colleague.products.add(checkout)

    response = as_(colleague).post(page(judged, "rule"), {"ruling": "keep"})

    assert response.status_code == 403


def test_the_gap_is_closed_from_the_page_once_it_is_kept(as_, mia, judged, checkout):
    gap = GapFactory(subject=checkout.subject)
    actions.link(improvement=judged, by=mia, gaps=[gap])
    address = reverse("metrics:gap-close", args=[judged.pk, gap.pk])
    early = as_(mia).post(address)
    actions.rule(improvement=judged, ruling="keep", by=mia)

    as_(mia).post(address)

    gap.refresh_from_db()
    assert early.status_code == 409
    assert gap.is_closed


def test_only_gaps_of_the_improvement_are_closed_from_its_page(as_, ines, judged):
    other = GapFactory()

    response = as_(ines).post(reverse("metrics:gap-close", args=[judged.pk, other.pk]))

    assert response.status_code == 404

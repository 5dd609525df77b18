"""Objectives on pages: raised from gaps, changed, listed."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from audits.models import Gap
from metrics.models import SeriesState
from objectives import actions
from objectives.choices import ObjectiveState
from objectives.models import (
    Objective,
)
from productops import clock
from tests.factories.objectives import (
    CheckInFactory,
    CycleFactory,
    KeyResultFactory,
    ObjectiveFactory,
    SeriesFactory,
)
from tests.factories.teams import ProductFactory

# The list alone, without what other apps put into the page around it.
FRAGMENT = {"HX-Request": "true"}


def gap_of(product, **fields) -> Gap:
    return Gap.objects.create(
        **{"title": "Measurement", "subject": product.subject, "found_on": "2026-05-01"} | fields
    )


def url(name, *args):
    return reverse(f"objectives:{name}", args=args)


# Raising -----------------------------------------------------------------------------------
def test_an_objective_from_gaps_starts_with_all_that_they_say(as_, mia, checkout):
    CycleFactory(slug="now", starts_on=clock.today() - timedelta(9), ends_on=date(2099, 1, 1))
    gap = gap_of(checkout, owner=mia, description="No baseline", level=1.5, target=3)

    response = as_(mia).get(url("objective-new"), {"gap": gap.pk})

    initial = response.context["form"].initial
    assert initial["title"] == "Measurement"
    assert initial["why"] == "Measurement: No baseline (1.5 → 3)"
    assert (initial["owner"], initial["subject"]) == (mia.pk, checkout.subject)
    assert initial["cycle"].slug == "now"


def test_saving_it_plans_the_gaps(as_, mia, checkout):
    cycle, gap = CycleFactory(), gap_of(checkout)

    response = as_(mia).post(
        url("objective-new"),
        {
            "gap": [gap.pk],
            "title": "Decide on evidence",
            "owner": mia.pk,
            "subject": checkout.subject_id,
            "cycle": cycle.pk,
            "ambition": "committed",
        },
    )

    made, gap = Objective.objects.get(), Gap.objects.get()
    assert response.headers["Location"] == made.get_absolute_url()
    assert (gap.state, list(made.gaps.all())) == ("planned", [gap])


@pytest.mark.parametrize("key", ["999999", "x", "9" * 30, "-1", "١"])
def test_a_gap_that_is_not_there_opens_no_form_or_is_left_out(as_, mia, key):
    response = as_(mia).get(url("objective-new"), {"gap": key})

    assert response.status_code in (200, 404)
    assert response.status_code == 404 or response.context["gaps"] == []


def test_a_strangers_gap_raises_nothing(as_, jonas, checkout):
    gap = gap_of(checkout)

    assert as_(jonas).get(url("objective-new"), {"gap": gap.pk}).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "a\x07b"}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"owner": "nobody"}, "owner"),
        ({"subject": "999999"}, "subject"),
        ({"cycle": "'; drop table"}, "cycle"),
        ({"ambition": "huge"}, "ambition"),
    ],
)
def test_what_cannot_be_meant_is_told_at_its_field(as_, mia, checkout, change, field):
    sent = {
        "title": "Grow",
        "owner": mia.pk,
        "subject": checkout.subject_id,
        "cycle": CycleFactory().pk,
        "ambition": "committed",
    }

    response = as_(mia).post(url("objective-new"), sent | change)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not Objective.objects.exists()


# Who may ------------------------------------------------------------------------------------
@pytest.mark.parametrize(("who", "status"), [("jonas", 404), ("astrid", 403), ("rui", 403)])
@pytest.mark.parametrize(
    "name", ["objective-edit", "objective-close", "objective-delete", "objective-begin"]
)
def test_others_change_no_objective(as_, objective, who, status, name, request):
    response = as_(request.getfixturevalue(who)).post(url(name, objective.pk))

    objective.refresh_from_db()
    assert response.status_code == status
    assert objective.state == ObjectiveState.ONGOING


@pytest.mark.parametrize(("who", "status"), [("mia", 200), ("astrid", 200), ("jonas", 404)])
def test_those_who_see_the_product_see_its_objective(as_, objective, who, status, request):
    response = as_(request.getfixturevalue(who)).get(url("objective-detail", objective.pk))

    assert response.status_code == status


def test_an_executive_is_offered_no_button_that_refuses(as_, key_result, astrid):
    page = as_(astrid).get(url("objective-detail", key_result.objective_id)).content.decode()

    assert "objective-close" not in page
    assert url("objective-edit", key_result.objective_id) not in page
    assert url("objective-delete", key_result.objective_id) not in page


# Changing -----------------------------------------------------------------------------------
def edit_of(objective, **change):
    return {
        "title": objective.title,
        "owner": objective.owner_id,
        "subject": objective.subject_id,
        "cycle": objective.cycle_id,
        "ambition": objective.ambition,
        "version": objective.version,
    } | change


def test_an_edit_bumps_the_version_and_tells_the_change_log(as_, mia, objective):
    response = as_(mia).post(
        url("objective-edit", objective.pk), edit_of(objective, title="Evidence first")
    )

    objective.refresh_from_db()
    history = as_(mia).get(objective.get_absolute_url()).context["events"]
    assert response.status_code == 302
    assert (objective.title, objective.version) == ("Evidence first", 2)
    assert history[0]["changes"] == [("title", "Decide on evidence", "Evidence first")]


def test_a_stale_edit_is_refused_with_both_texts_in_sight(as_, mia, ines, objective):
    sent = edit_of(objective, title="Mine")
    as_(ines).post(url("objective-edit", objective.pk), edit_of(objective, title="Theirs"))

    response = as_(mia).post(url("objective-edit", objective.pk), sent)

    objective.refresh_from_db()
    page = response.content.decode()
    assert response.status_code == 409
    assert objective.title == "Theirs"
    assert "Mine" in page
    assert "Theirs" in page


def test_closing_wants_a_learning_and_unplans_the_gaps_of_what_was_missed(as_, mia, checkout):
    gap = gap_of(checkout)
    objective = actions.raise_objective(
        title="Grow",
        cycle=CycleFactory(),
        subject=checkout.subject,
        owner=mia,
        gaps=[gap],
        by=mia,
    )

    silent = as_(mia).post(url("objective-close", objective.pk), {"outcome": "missed"})
    said = as_(mia).post(
        url("objective-close", objective.pk), {"outcome": "missed", "learning": "Too many bets"}
    )

    gap.refresh_from_db()
    objective.refresh_from_db()
    assert (silent.status_code, said.status_code) == (422, 302)
    assert (objective.state, objective.closed_by) == (ObjectiveState.MISSED, mia)
    assert gap.state == "identified"


def test_a_deleted_objective_comes_back_by_undo(as_, mia, objective):
    client = as_(mia)

    toast = client.post(url("objective-delete", objective.pk), follow=True).content.decode()
    gone = not Objective.objects.exists()
    undo = reverse("trash-restore", args=["objectives.objective", objective.pk])
    client.post(undo)

    assert gone
    assert undo in toast
    assert Objective.objects.get() == objective


# Lists --------------------------------------------------------------------------------------
@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_objectives(
    as_, ines, count, django_assert_num_queries
):
    cycle = CycleFactory(starts_on=clock.today() - timedelta(9), ends_on=date(2099, 1, 1))
    for _number in range(count):
        series = SeriesFactory()
        objective = ObjectiveFactory(cycle=cycle, subject=ProductFactory().subject)
        key_result = KeyResultFactory(objective=objective, series=series)
        CheckInFactory(key_result=key_result)
        SeriesState.objects.create(series=series, latest=0.5, as_of=clock.start_of(clock.today()))
    client = as_(ines)
    client.get(url("cycle-list"))

    with django_assert_num_queries(13):
        response = client.get(url("objective-list"), headers=FRAGMENT)

    assert len(response.context["page"]) == count


def test_the_list_shows_the_open_cycle_unless_another_is_asked_for(as_, ines, checkout):
    now = CycleFactory(starts_on=clock.today() - timedelta(9), ends_on=date(2099, 1, 1))
    ours = ObjectiveFactory(cycle=now, subject=checkout.subject)
    past = ObjectiveFactory(
        cycle=CycleFactory(slug="past", starts_on=date(2020, 1, 1), ends_on=date(2020, 3, 31)),
        subject=checkout.subject,
    )
    client = as_(ines)

    def shown(**query):
        return [row.pk for row in client.get(url("objective-list"), query).context["page"]]

    assert shown() == [ours.pk]
    assert shown(cycle="past") == [past.pk]
    assert sorted(shown(cycle="all")) == [ours.pk, past.pk]


def test_the_list_as_a_file_holds_the_rows_of_the_view(as_, ines, key_result):
    CheckInFactory(key_result=key_result, value=15, confidence=7, on=clock.today())

    response = as_(ines).get(url("objective-list"), {"cycle": "all", "format": "csv"})

    header, line = response.getvalue().decode().splitlines()
    assert header.startswith("cycle,objective,about,owner,state,status,progress")
    assert ",Decide on evidence,product:checkout,mia@halden.example,ongoing," in line
    assert f",0.5,{objective_elapsed(key_result)}" in line
    assert line.endswith(f",7,{clock.today().isoformat()}")


def objective_elapsed(key_result):
    return repr(key_result.objective.cycle.elapsed(clock.today()))


@pytest.mark.parametrize(
    "query",
    [
        {"owner": "x"},
        {"subject": "9" * 40},
        {"cycle": "\x01"},
        {"state": "moon"},
        {"page": "-3"},
        {"q": "x" * 5000},
    ],
)
def test_a_filter_that_means_nothing_narrows_nothing(as_, ines, query):
    assert as_(ines).get(url("objective-list"), query).status_code == 200

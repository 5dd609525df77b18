"""The pages: who may do what, and what comes of it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from audits.models import Gap
from metrics.models import SeriesState
from objectives import actions
from objectives.choices import ActionState, ObjectiveState
from objectives.models import (
    Action,
    CheckIn,
    Cycle,
    KeyResult,
    Kpi,
    KpiVersion,
    Objective,
    ObjectiveGap,
)
from productops import clock, links
from productops.models import Link, OutboxMessage
from productops.work import tasks_of
from teams.models import Subject
from tests.factories.audits import framework_version
from tests.factories.metrics import ImprovementFactory
from tests.factories.objectives import (
    CheckInFactory,
    CycleFactory,
    KeyResultFactory,
    KpiFactory,
    KpiVersionFactory,
    ObjectiveFactory,
    SeriesFactory,
    TargetFactory,
)
from tests.factories.teams import ProductFactory

# The list alone, without what other apps put into the page around it.
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def objective(checkout, mia):
    return ObjectiveFactory(subject=checkout.subject, owner=mia, title="Decide on evidence")


@pytest.fixture
def key_result(objective, mia):
    return KeyResultFactory(objective=objective, owner=mia, baseline=10, target=20)


@pytest.fixture
def kpi():
    return KpiVersionFactory(kpi__slug="lead-time", kpi__name="Lead time", unit="d").kpi


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


# Key results --------------------------------------------------------------------------------
def key_result_sent(**change):
    sent = {"title": "Lead time", "kind": "metric", "baseline": "12", "target": "7", "weight": ""}
    return sent | change


def test_a_key_result_on_a_kpi_begins_its_series(as_, mia, objective, kpi, checkout):
    response = as_(mia).post(
        url("key-result-new", objective.pk),
        key_result_sent(kpi="lead-time", subject=checkout.subject_id, owner=mia.pk),
    )

    made = KeyResult.objects.get()
    assert response.headers["Location"] == made.get_absolute_url()
    assert (made.series.kpi, made.series.subject) == (kpi, checkout.subject)
    assert made.levels.stretch == pytest.approx(12 - 5 / 0.7)
    assert made.weight == 1


def test_a_suggestion_fills_in_the_baseline_from_the_series(as_, mia, objective, kpi, checkout):
    series = SeriesFactory(kpi=kpi, subject=checkout.subject)
    SeriesState.objects.create(series=series, latest=11.2, as_of=clock.start_of(clock.today()))

    response = as_(mia).get(url("key-result-new", objective.pk), {"kpi": "lead-time"})

    initial = response.context["form"].initial
    assert (initial["title"], initial["baseline"]) == ("Lead time", 11.2)


def test_the_questions_behind_a_gap_suggest_kpis(as_, mia, objective, checkout, kpi):
    watched = KpiVersionFactory(kpi__slug="changes-with-a-baseline").kpi
    version = framework_version()
    section = version.nodes.get(key="measurement")
    ObjectiveGap.objects.create(objective=objective, gap=gap_of(checkout, node=section))

    response = as_(mia).get(url("key-result-new", objective.pk))

    assert response.context["suggested"] == [watched]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"target": ""}, "target"),
        ({"baseline": "1e999"}, "baseline"),
        ({"baseline": "1,5"}, "baseline"),
        ({"target": "12"}, "target"),
        ({"commit": "99"}, "target"),
        ({"weight": "-1"}, "weight"),
        ({"kind": "maintain", "low": "3"}, "kpi"),
        ({"kind": "maintain", "kpi": "lead-time"}, "low"),
        ({"kind": "maintain", "kpi": "lead-time", "low": "3", "high": "2"}, "high"),
        ({"kind": "poem"}, "kind"),
        ({"kpi": "unknown"}, "kpi"),
        ({"title": ""}, "title"),
    ],
)
def test_a_key_result_that_cannot_be_meant_is_told_at_its_field(
    as_, mia, objective, kpi, checkout, change, field
):
    sent = key_result_sent(subject=checkout.subject_id, owner=mia.pk)

    response = as_(mia).post(url("key-result-new", objective.pk), sent | change)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not KeyResult.objects.exists()
    assert not kpi.series.exists()


def test_a_described_result_keeps_its_words(as_, mia, objective, checkout):
    sent = key_result_sent(kind="ordinal", baseline="", target="", zone_target="All teams review")

    as_(mia).post(
        url("key-result-new", objective.pk),
        sent | {"subject": checkout.subject_id, "owner": mia.pk},
    )

    made = KeyResult.objects.get()
    assert (made.zones, made.baseline) == ({"target": "All teams review"}, None)


def test_a_key_results_page_says_how_realistic_its_target_is(as_, mia, objective):
    series = SeriesFactory(subject=objective.subject, version__unit="d")
    SeriesState.objects.create(
        series=series,
        latest=62,
        n=12,
        centre=62,
        mr_centre=4,
        lower=51,
        upper=73,
        as_of=clock.start_of(clock.today()),
    )
    key_result = KeyResultFactory(objective=objective, series=series, baseline=62, target=70)

    page = as_(mia).get(key_result.get_absolute_url())

    assert page.context["realism"] == (
        "Inside the usual variation: expected to be met by luck in 1.2% of periods."
    )


def test_a_deleted_key_result_leaves_the_objective_and_comes_back(as_, mia, key_result):
    client = as_(mia)

    client.post(url("key-result-delete", key_result.pk))
    without = client.get(key_result.objective.get_absolute_url()).context["key_results"]
    client.post(reverse("trash-restore", args=["objectives.keyresult", key_result.pk]))

    assert without == []
    assert KeyResult.objects.get() == key_result


# Check-ins ----------------------------------------------------------------------------------
def test_a_check_in_moves_progress_and_confidence(as_, mia, key_result):
    sent = {"value": "15", "confidence": "8", "on": clock.today().isoformat(), "changed": "Half"}

    response = as_(mia).post(url("check-in-new", key_result.pk), sent)

    row = as_(mia).get(key_result.get_absolute_url()).context["row"]
    assert response.status_code == 302
    assert (row.standing.progress, row.standing.confidence) == (0.5, 8)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"confidence": "11"}, "confidence"),
        ({"confidence": "7.5"}, "confidence"),
        ({"value": ""}, "value"),
        ({"value": "inf"}, "value"),
        ({"on": "2099-01-01"}, "on"),
        ({"on": "31.12.2026"}, "on"),
    ],
)
def test_a_check_in_that_cannot_be_meant_is_told_at_its_field(as_, mia, key_result, change, field):
    sent = {"value": "15", "confidence": "8", "on": clock.today().isoformat()}

    response = as_(mia).post(url("check-in-new", key_result.pk), sent | change)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not CheckIn.objects.exists()


def test_where_a_series_is_watched_the_value_comes_with_the_data(as_, mia, objective):
    series = SeriesFactory(subject=objective.subject)
    SeriesState.objects.create(series=series, latest=17, as_of=clock.start_of(clock.today()))
    key_result = KeyResultFactory(
        objective=objective, series=series, baseline=10, target=20, owner=mia
    )

    as_(mia).post(
        url("check-in-new", key_result.pk), {"confidence": "6", "on": clock.today().isoformat()}
    )

    assert CheckIn.objects.get().value == 17


def due(objective, owner, count, **fields):
    """Key results that want a word: nobody said one since they began a month ago."""
    old = clock.start_of(clock.today() - timedelta(30))
    made = [
        KeyResultFactory(objective=objective, owner=owner, title=f"KR {number}", **fields)
        for number in range(count)
    ]
    KeyResult.objects.filter(pk__in=[one.pk for one in made]).update(created_at=old)
    return made


SAID = {"value": "0.5", "confidence": "5", "then": "run"}


def test_all_that_is_due_stands_on_one_screen_and_leaves_it_when_said(as_, mia, objective):
    first, second = due(objective, mia, 2)
    client = as_(mia)

    cards = client.get(url("check-in-run")).context["cards"]
    said = SAID | {"on": clock.today().isoformat()}
    left = client.post(url("check-in-new", first.pk), said, follow=True).context["cards"]

    assert [card.key_result for card in cards] == [first, second]
    assert [card.key_result for card in left] == [second]


def test_one_card_answers_for_itself(as_, mia, objective):
    (first,) = due(objective, mia, 1)
    said = SAID | {"on": clock.today().isoformat()}
    post = as_(mia).post

    refused = post(url("check-in-new", first.pk), said | {"confidence": "11"}, headers=FRAGMENT)
    taken = post(url("check-in-new", first.pk), said, headers=FRAGMENT)

    assert (refused.status_code, refused.context["card"].key_result) == (422, first)
    assert "<html" not in refused.text
    assert "Checked in" in taken.text


@pytest.mark.parametrize("count", [1, 3])
def test_the_screen_costs_the_same_for_any_number(
    as_, mia, objective, count, django_assert_num_queries
):
    series = [SeriesFactory(subject=objective.subject) for _number in range(count)]
    for one in series:
        SeriesState.objects.create(series=one, latest=0.5, as_of=clock.start_of(clock.today()))
    for key_result, one in zip(due(objective, mia, count), series, strict=True):
        KeyResult.objects.filter(pk=key_result.pk).update(series=one)
    client = as_(mia)
    client.get(url("cycle-list"))

    with django_assert_num_queries(20, exact=False):
        response = client.get(url("check-in-run"))

    assert len(response.context["cards"]) == count


def test_a_check_in_is_drafted_from_what_happened(as_, mia, objective):
    (result,) = due(objective, mia, 1, series=SeriesFactory(version__unit="d"), target=10.0)
    CheckInFactory(key_result=result, value=4, on=clock.today() - timedelta(9))
    moment = clock.start_of(clock.today() - timedelta(2))
    SeriesState.objects.create(series=result.series, latest=6.0, variation="better", as_of=moment)
    improvement = ImprovementFactory(title="Pairing", go_live_on=clock.today() - timedelta(3))
    improvement.key_results.add(result)
    task = actions.add_action(
        objective=objective, key_result=result, title="Ask them", owner=mia, by=mia
    )
    task.finish(by=mia)

    (card,) = as_(mia).get(url("check-in-run")).context["cards"]

    lines = card.form.initial["changed"].splitlines()
    assert lines[0] == "It went from 4\N{NO-BREAK SPACE}d to 6\N{NO-BREAK SPACE}d."
    assert lines[1] == "The chart reads: better than usual."
    assert lines[2].startswith("“Pairing” went live on")
    assert lines[3] == "Done: Ask them."
    assert not CheckIn.objects.filter(on=clock.today()).exists()


def test_an_owner_without_a_role_checks_in_what_is_theirs(as_, rui, objective):
    key_result = KeyResultFactory(objective=objective, owner=rui, baseline=0, target=1)

    page = as_(rui).get(url("check-in-new", key_result.pk))
    sent = {"value": "0.4", "confidence": "5", "on": clock.today().isoformat()}
    response = as_(rui).post(url("check-in-new", key_result.pk), sent)

    assert (page.status_code, response.status_code) == (200, 302)
    assert as_(rui).get(objective.get_absolute_url()).status_code == 403


@pytest.mark.parametrize(("who", "status"), [("jonas", 404), ("astrid", 403), ("rui", 404)])
def test_others_may_not_check_in(as_, key_result, who, status, request):
    response = as_(request.getfixturevalue(who)).post(url("check-in-new", key_result.pk), {})

    assert response.status_code == status


def test_a_correction_keeps_what_was_said_and_a_stale_one_is_refused(as_, mia, key_result):
    said = CheckInFactory(key_result=key_result, author=mia, value=12, confidence=9)
    sent = {
        "value": "11",
        "confidence": "4",
        "on": said.on.isoformat(),
        "version": said.version,
    }

    first = as_(mia).post(url("check-in-edit", said.pk), sent)
    stale = as_(mia).post(url("check-in-edit", said.pk), sent | {"confidence": "1"})

    said.refresh_from_db()
    assert (first.status_code, stale.status_code) == (302, 409)
    assert (said.value, said.confidence) == (11, 4)
    assert [revision.content["value"] for revision in said.revisions.all()] == [12]


# Actions ------------------------------------------------------------------------------------
def test_an_action_for_somebody_else_is_mailed_with_a_link(as_, mia, ines, objective):
    as_(mia).post(
        url("action-new", objective.pk), {"title": "Ask five", "owner": ines.pk, "due_on": ""}
    )

    action = Action.objects.get()
    message = OutboxMessage.objects.get()
    assert (action.owner, message.destination) == (ines, "ines@halden.example")


def test_a_link_shows_the_task_and_only_sending_marks_it_done(client, mia, objective):
    action = actions.add_action(objective=objective, title="Ask five", owner=mia, by=mia)
    token = links.token_of(actions.send_action_link(action=action, by=mia))

    shown = client.get(url("task-by-link", token))
    action.refresh_from_db()
    state_after_get = action.state
    client.post(url("task-by-link", token))

    action.refresh_from_db()
    assert shown.status_code == 200
    assert (state_after_get, action.state) == (ActionState.OPEN, ActionState.DONE)


@pytest.mark.parametrize("change", ["unknown", "revoked"])
def test_a_link_that_is_not_good_opens_nothing(client, mia, objective, change):
    action = actions.add_action(objective=objective, title="Ask five", owner=mia, by=mia)
    token = links.token_of(actions.send_action_link(action=action, by=mia))
    if change == "revoked":
        Link.objects.all().revoke()
    else:
        token = token[:-1] + ("A" if token[-1] != "A" else "B")

    response = client.post(url("task-by-link", token))

    action.refresh_from_db()
    assert response.status_code == {"unknown": 404, "revoked": 410}[change]
    assert action.is_open


def test_an_action_belongs_to_its_owner_even_without_a_role(as_, rui, jonas, objective, ines):
    action = actions.add_action(objective=objective, title="Ask five", owner=rui, by=ines)

    mine = as_(rui).post(url("action-finish", action.pk))
    theirs = as_(jonas).post(url("action-reopen", action.pk))

    action.refresh_from_db()
    assert (mine.status_code, theirs.status_code) == (302, 404)
    assert action.state == ActionState.DONE


def test_a_follow_up_of_a_series_is_asked_for_mailed_and_found_in_my_work(as_, ines, mia, checkout):
    series = SeriesFactory(subject=checkout.subject, kpi__name="Lead time")

    as_(ines).post(
        url("follow-up-new", series.pk), {"title": "Ask why", "owner": mia.pk, "due_on": ""}
    )

    asked = Action.objects.get()
    mail = OutboxMessage.objects.get()
    task = next(each for each in tasks_of(mia, clock.today()) if each.kind == "act")
    assert (asked.about, asked.owner, mail.destination) == (series, mia, mia.email)
    assert f"known as FU-{asked.pk}" in str(mail.payload)
    assert task.detail == f"FU-{asked.pk} · Lead time · Checkout"


def test_a_follow_up_links_to_the_chart_only_for_those_who_see_it(as_, ines, mia, rui, checkout):
    series = SeriesFactory(subject=checkout.subject)
    mine = actions.follow_up(series=series, title="Ask why", owner=rui, by=ines)
    chart = series.get_absolute_url()

    seen = as_(mia).get(url("action-detail", mine.pk)).content.decode()
    asked = as_(rui).get(url("action-detail", mine.pk)).content.decode()

    assert (chart in seen, chart in asked) == (True, False)
    assert f"FU-{mine.pk}" in asked


@pytest.mark.parametrize(("who", "status"), [("jonas", 404), ("astrid", 403), ("rui", 403)])
def test_others_ask_for_no_follow_up(as_, checkout, who, status, request):
    series = SeriesFactory(subject=checkout.subject)

    response = as_(request.getfixturevalue(who)).post(
        url("follow-up-new", series.pk), {"title": "x", "owner": "1"}
    )

    assert response.status_code == status
    assert not Action.objects.exists()


def test_a_link_of_a_follow_up_names_the_series(client, mia, checkout):
    series = SeriesFactory(subject=checkout.subject, kpi__name="Lead time")
    asked = actions.follow_up(series=series, title="Ask why", owner=mia, by=mia)
    token = links.token_of(actions.send_action_link(action=asked, by=mia))

    page = client.get(url("task-by-link", token)).content.decode()

    assert f"FU-{asked.pk} follows up “Lead time · Checkout”." in page


def test_a_follow_up_goes_with_its_kpi_into_the_trash(mia, checkout):
    series = SeriesFactory(subject=checkout.subject)
    actions.follow_up(series=series, title="Ask why", owner=mia, by=mia)

    series.kpi.discard(by=mia)

    assert not Action.objects.visible_to(mia).exists()


# Cycles -------------------------------------------------------------------------------------
def test_operations_open_and_close_a_cycle(as_, ines):
    sent = {"name": "2027 Q1", "starts_on": "2027-01-01", "ends_on": "2027-03-31"}

    as_(ines).post(url("cycle-new"), sent)
    cycle = Cycle.objects.get()
    said = {"keeps": "Short meetings", "version": cycle.version}
    as_(ines).post(url("cycle-close", cycle.pk), said)

    cycle.refresh_from_db()
    assert (cycle.slug, cycle.is_closed) == ("2027-q1", True)
    assert cycle.keeps == "Short meetings"


@pytest.mark.parametrize(
    "change", [{"ends_on": "2026-01-01"}, {"ends_on": ""}, {"starts_on": "soon"}, {"name": "–"}]
)
def test_a_cycle_that_cannot_be_meant_is_refused(as_, ines, change):
    sent = {"name": "2027 Q1", "starts_on": "2027-01-01", "ends_on": "2027-03-31"}

    response = as_(ines).post(url("cycle-new"), sent | change)

    assert response.status_code == 422
    assert not Cycle.objects.exists()


# KPIs ---------------------------------------------------------------------------------------
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

    with django_assert_num_queries(6):
        response = client.get(url("kpi-list"), headers=FRAGMENT)

    assert len(response.context["page"]) == count


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


# Alignment, carrying over, evaluation --------------------------------------------------------
def test_an_objective_is_aligned_with_one_of_another_cycle(as_, mia, objective, billing):
    other = ObjectiveFactory(title="Customers stay", subject=objective.subject)

    page = as_(mia).get(url("objective-align", objective.pk), {"q": "stay"})
    sent = {"kind": "contributes", "end": f"objective:{other.pk}", "weight": "2"}
    as_(mia).post(url("objective-align", objective.pk), sent)

    assert page.context["form"].number == 1
    tie = objective.alignments.get()
    assert (tie.to_objective, tie.weight) == (other, 2)
    assert "Customers stay" in as_(mia).get(objective.get_absolute_url()).text
    assert "is served by" in as_(mia).get(other.get_absolute_url()).text


def test_a_circle_is_refused_beside_the_field(as_, mia, objective):
    other = ObjectiveFactory(title="Customers stay", subject=objective.subject)
    actions.align(begin=other, end=objective, by=mia)

    sent = {"kind": "contributes", "end": f"objective:{other.pk}"}
    response = as_(mia).post(url("objective-align", objective.pk), sent)

    assert response.status_code == 422
    assert "circle" in response.context["form"].errors["end"][0]


@pytest.mark.parametrize("end", ["objective:999999", "objective:x", "gap:1", "", "key-result:-1"])
def test_what_is_not_there_is_not_aligned_with(as_, mia, objective, end):
    response = as_(mia).post(
        url("objective-align", objective.pk), {"kind": "contributes", "end": end}
    )

    assert response.status_code == 422
    assert not objective.alignments.exists()


def test_a_strangers_objective_is_neither_offered_nor_named(as_, mia, objective, billing):
    secret = ObjectiveFactory(title="Secret of billing", subject=billing.subject)
    actions.align(begin=objective, end=secret, by=mia)

    assert "Secret of billing" not in as_(mia).get(url("objective-align", objective.pk)).text
    assert "Secret of billing" not in as_(mia).get(objective.get_absolute_url()).text
    assert as_(mia).post(url("alignment-part", objective.alignments.get().pk)).status_code == 404


def test_an_alignment_is_taken_back(as_, mia, objective):
    tie = actions.align(begin=objective, end=ObjectiveFactory(), by=mia)

    as_(mia).post(url("alignment-part", tie.pk))

    assert not objective.alignments.exists()


def test_an_objective_goes_on_in_the_next_cycle(as_, mia, objective, key_result):
    following = CycleFactory(name="Next")

    page = as_(mia).get(url("objective-carry-over", objective.pk))
    sent = {"title": "Go on", "cycle": following.pk, "key_results": [key_result.pk]}
    response = as_(mia).post(url("objective-carry-over", objective.pk), sent)

    assert page.context["form"].initial["key_results"] == [key_result.pk]
    carried = Objective.objects.get(cycle=following)
    assert response.headers["Location"] == carried.get_absolute_url()
    assert "Carried over from" in as_(mia).get(carried.get_absolute_url()).text
    assert "Carried over into" in as_(mia).get(objective.get_absolute_url()).text


def test_approving_takes_the_ambition_out_of_the_form(as_, mia, objective):
    as_(mia).post(url("objective-approve", objective.pk))

    page = as_(mia).get(url("objective-edit", objective.pk))

    assert "ambition" not in page.context["form"].fields


def test_the_form_for_closing_proposes_what_the_numbers_say(as_, mia, objective, key_result):
    CheckInFactory(key_result=key_result, value=20, on=clock.today())

    page = as_(mia).get(url("objective-close", objective.pk))

    assert page.context["form"].initial["outcome"] == ObjectiveState.ACHIEVED


@pytest.mark.parametrize("count", [1, 3])
def test_an_evaluation_costs_the_same_for_any_number_of_objectives(
    as_, ines, count, django_assert_num_queries
):
    cycle = CycleFactory()
    for _number in range(count):
        objective = ObjectiveFactory(cycle=cycle, subject=ProductFactory().subject)
        CheckInFactory(key_result=KeyResultFactory(objective=objective), value=0.8)
    client = as_(ines)
    client.get(url("cycle-list"))

    with django_assert_num_queries(18, exact=False):
        response = client.get(url("cycle-detail", cycle.pk))

    assert response.context["whole"].objectives == count
    assert response.context["whole"].successes == count


def test_an_evaluation_counts_only_what_one_sees(as_, mia, objective, billing):
    ObjectiveFactory(cycle=objective.cycle, subject=billing.subject, title="Secret of billing")

    response = as_(mia).get(url("cycle-detail", objective.cycle_id))

    assert response.context["whole"].objectives == 1
    assert "Secret" not in response.text


def test_an_evaluation_is_had_as_a_file(as_, mia, objective):
    response = as_(mia).get(url("cycle-detail", objective.cycle_id), {"format": "csv"})

    text = response.getvalue().decode()
    assert text.splitlines()[1].split(",")[1] == "Decide on evidence"

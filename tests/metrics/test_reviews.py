"""The weekly business review: opened, gone through, written in, closed, kept as it was."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.urls import reverse

from metrics.actions import reviews as actions
from metrics.actions.dashboards import add_row, make_dashboard
from metrics.models import Comment, Note, Review, ReviewAction, ReviewNote
from metrics.reviewing import access, minutes
from metrics.reviewing.content import Deck
from metrics.verify import check_reviews
from objectives.models import Action
from productops import clock, outbox
from productops.models import OutboxMessage
from tests.factories.metrics import observe, settle, weekly_series, weeks_before
from tests.factories.objectives import KpiFactory, KpiVersionFactory, SeriesFactory, TargetFactory
from tests.factories.telling import SubscriptionFactory

pytestmark = pytest.mark.django_db
CALM = [10.0, 11.0] * 8


def series_of(name: str, values=CALM, *, target: float | None = None, **kwargs):
    kpi = KpiFactory(name=name)
    version = {"direction": "down", "unit": "d"} | kwargs.pop("version", {})
    KpiVersionFactory(kpi=kpi, **version)
    series = SeriesFactory(kpi=kpi, **kwargs)
    if target is not None:
        TargetFactory(series=series, from_on=date(2025, 1, 1), low=None, high=target)
    return weekly_series(values, clock.today(), series=series)


@pytest.fixture
def board(ines, checkout, billing):
    dashboard = make_dashboard(title="Product health", slug="health", chair=None, by=ines)
    for name, values, group, product in (
        ("Lead time", CALM, "Flow", checkout),
        ("Unplanned work", [*CALM, 20.0], "Flow", billing),
        ("Defects", CALM, "Outcomes", billing),
    ):
        series = series_of(name, values, subject=product.subject)
        add_row(dashboard=dashboard, series=series, group=group, by=ines)
    return dashboard


@pytest.fixture
def review(board, ines):
    return actions.open_review(dashboard=board, on=clock.today(), by=ines, chair=ines)


def deck(review, person) -> Deck:
    fresh = access.review_to_read(person, review.pk)
    return access.deck_for(person, fresh, clock.today())


def address(review, verb="detail", *more) -> str:
    return reverse(f"metrics:review-{verb}", args=[review.pk, *more])


def series_named(review, name: str):
    rows = review.dashboard.rows.select_related("series__kpi")
    return next(row.series for row in rows if row.series.kpi.name == name)


# The deck ----------------------------------------------------------------------------------
def test_blocks_stand_in_the_order_of_the_dashboard_and_exceptions_are_told(review, ines):
    found = deck(review, ines)

    assert [(b.number, b.group, b.name) for b in found.blocks] == [
        (1, "Flow", "Lead time"), (2, "Flow", "Unplanned work"), (3, "Outcomes", "Defects"),
    ]  # fmt: skip
    assert [(b.name, b.reasons) for b in found.exceptions] == [("Unplanned work", ("Signal",))]
    assert found.lead == "One new signal. 2 KPIs stayed in their usual range."


def test_a_missed_target_and_late_numbers_are_noteworthy(ines):
    dashboard = make_dashboard(title="Health", slug="h", chair=None, by=ines)
    missed = series_of("Missed", target=5.0)
    late = series_of("Late")
    late.state.latest_period = weeks_before(5)[0]
    late.state.save()
    for series in (missed, late):
        add_row(dashboard=dashboard, series=series, group="", by=ines)
    review = actions.open_review(dashboard=dashboard, on=clock.today(), by=ines)

    found = [(b.name, b.reasons) for b in deck(review, ines).exceptions]

    assert found == [("Missed", ("Target missed",)), ("Late", ("No new numbers",))]


def test_the_chart_holds_what_was_observed_now_and_a_year_before(ines):
    dashboard = make_dashboard(title="Health", slug="h", chair=None, by=ines)
    series = series_of("Lead time")
    monday = weeks_before(1, clock.today())[0]
    observe(series, [(monday - timedelta(weeks=52), 7.0)])
    settle(clock.today())
    add_row(dashboard=dashboard, series=series, group="", by=ines)
    review = actions.open_review(dashboard=dashboard, on=clock.today(), by=ines)

    [block] = deck(review, ines).blocks

    weeks = block.chart.panels[0]
    assert [point.value for point in weeks.points] == [10.0, 11.0] * 3
    assert weeks.before == (None,) * 5 + (7.0,)
    last = block.figures[0]
    assert (last.name, last.value) == ("LastWk", "11\xa0d")
    assert [each.text for each in last.changes] == ["+10%", "+57%"]


def test_a_ratio_to_date_divides_sums_and_is_no_mean_of_weeks(ines):
    from metrics.actions.ingest import Row, record_observations  # noqa: PLC0415
    from tests.factories.metrics import NOW  # noqa: PLC0415

    dashboard = make_dashboard(title="Health", slug="h", chair=None, by=ines)
    kpi = KpiFactory(name="Activation")
    KpiVersionFactory(kpi=kpi, aggregation="ratio", unit="")
    series = SeriesFactory(kpi=kpi)
    mondays = weeks_before(2, clock.today())
    given = zip(mondays, ((10.0, 100.0), (90.0, 100.0)), strict=True)
    rows = [
        Row(series.pk, day, clock.start_of(day), "", None, above, below)
        for day, (above, below) in given
    ]
    record_observations(rows=rows, by=None, now=NOW)
    settle(clock.today())
    add_row(dashboard=dashboard, series=series, group="", by=ines)
    review = actions.open_review(dashboard=dashboard, on=clock.today(), by=ines)

    [block] = deck(review, ines).blocks

    figures = {figure.name: figure.value for figure in block.figures}
    assert figures["LastWk"] == "0.9"
    if mondays[0].year == mondays[1].year:
        assert figures["YTD"] == "0.5"


def test_all_that_happened_and_all_that_is_open_stands_under_its_block(review, ines, mia):
    lead = series_named(review, "Lead time")
    day = review.week - timedelta(weeks=3)
    for text, subject, series in (
        ("Of the chart", lead.subject, lead),
        ("Of the product", lead.subject, None),
        ("Earlier", lead.subject, lead),
    ):
        on = day - timedelta(weeks=9) if text == "Earlier" else day
        Note.objects.create(subject=subject, series=series, on=on, text=text, by=ines)
    Note.objects.create(subject=lead.subject, on=date(2020, 1, 1), text="Long ago", by=ines)
    Comment.objects.create(series=lead, period=review.week, text="Why?", author=mia)

    first, *others = deck(review, ines).blocks

    assert [event.text for event in first.events] == ["Earlier", "Of the chart", "Of the product"]
    assert [thread.text for thread in first.threads] == ["Why?"]
    assert [event.text for block in others for event in block.events] == []


def test_a_pm_sees_the_blocks_of_their_own_products_at_the_same_numbers(review, mia, jonas):
    assert [b.number for b in deck(review, mia).blocks] == [1]
    assert [b.name for b in deck(review, jonas).blocks] == ["Unplanned work", "Defects"]


# Written in ----------------------------------------------------------------------------------
def test_notes_and_follow_ups_are_captured_beside_a_block(as_, ines, mia, review):
    lead = series_named(review, "Lead time")
    client = as_(ines)

    said = client.post(address(review, "say"), {"series": lead.pk, "text": "Calm week"})
    client.post(
        address(review, "ask"),
        {"series": lead.pk, "title": "Look at branches", "owner": mia.pk, "due_on": "2027-01-08"},
    )

    assert said["Location"] == address(review, "present") + "?at=1"
    found = deck(review, ines)
    assert [(s.text, s.who, s.series) for s in found.said] == [("Calm week", str(ines), lead.pk)]
    [task] = found.new_tasks
    assert (task.text, task.who, task.due) == ("Look at branches", str(mia), date(2027, 1, 8))
    assert Action.objects.get().series == lead


def test_with_scripts_only_what_stands_beside_the_block_comes_back(as_, ines, review):
    lead = series_named(review, "Lead time")

    response = as_(ines).post(
        address(review, "say"), {"series": lead.pk, "text": "Calm"}, headers={"HX-Request": "true"}
    )

    assert response.status_code == 200
    assert b"<html" not in response.content
    assert b"Calm" in response.content


@pytest.mark.parametrize(
    ("verb", "sent"),
    [
        ("say", {"text": ""}),
        ("say", {"text": "x" * 1001}),
        ("say", {"text": "x", "series": "999999"}),
        ("ask", {"title": "", "owner": "me", "series": "it"}),
        ("ask", {"title": "x", "owner": "999999", "series": "it"}),
        ("ask", {"title": "x", "owner": "me", "series": ""}),
        ("ask", {"title": "x", "owner": "me", "series": "it", "due_on": "soon"}),
    ],
)
def test_what_cannot_be_written_is_refused_and_stays_typed(as_, ines, review, verb, sent):
    known = {"me": ines.pk, "it": series_named(review, "Lead time").pk}
    sent = {name: known.get(value, value) for name, value in sent.items()}

    response = as_(ines).post(address(review, verb), sent)

    assert response.status_code == 422
    assert (ReviewNote.objects.count(), Action.objects.count()) == (0, 0)


@pytest.mark.parametrize(("who", "status"), [("astrid", 403), ("mia", 403), ("rui", 403)])
@pytest.mark.parametrize("verb", ["say", "ask", "close"])
def test_others_may_read_but_not_write(as_, review, who, status, verb, request):
    client = as_(request.getfixturevalue(who))

    assert client.post(address(review, verb), {"text": "x"}).status_code == status
    assert Review.objects.get().is_open


def test_whoever_holds_the_chair_writes_and_closes(as_, astrid, review):
    Review.objects.update(chair=astrid)
    client = as_(astrid)

    client.post(address(review, "say"), {"text": "Well held"})
    client.post(address(review, "close"))

    assert ReviewNote.objects.get().text == "Well held"
    assert not Review.objects.get().is_open


def test_a_note_is_taken_back_while_the_review_is_open(as_, ines, review):
    note = actions.say(review=review, text="Wrong", by=ines)

    as_(ines).post(address(review, "unsay", note.pk))

    assert not ReviewNote.objects.exists()


# Closed and kept ---------------------------------------------------------------------------
def test_a_closed_review_reopens_as_it_was(review, ines, mia):
    lead = series_named(review, "Lead time")
    actions.say(review=review, series=lead, text="Calm week", by=ines)
    actions.ask(review=review, series=lead, title="Look", owner=mia, by=ines)
    before = deck(review, ines)

    minutes.close(review=review, by=ines, today=clock.today())
    observe(lead, [(weeks_before(1, clock.today())[0] + timedelta(days=1), 99.0)])
    settle(clock.today())
    Action.objects.get().finish(by=mia)
    Note.objects.create(subject=lead.subject, on=review.week, text="Afterwards", by=ines)

    kept = deck(review, ines)
    assert kept == before
    assert access.is_as_kept(Review.objects.get())


def test_what_was_changed_behind_the_application_is_told(review, ines, as_):
    minutes.close(review=review, by=ines, today=clock.today())
    Review.objects.update(content=Review.objects.get().content.replace("11", "12"))

    page = as_(ines).get(address(review))

    assert page.context["is_as_kept"] is False
    assert [found.row for found in check_reviews()] == [f"{review.pk} ({review})"]


def test_a_closed_review_takes_no_more_notes_and_closes_once(review, ines, as_):
    minutes.close(review=review, by=ines, today=clock.today())
    first = Review.objects.get()
    client = as_(ines)

    client.post(address(review, "say"), {"text": "Late"})
    client.post(address(review, "close"))

    again = Review.objects.get()
    assert not ReviewNote.objects.exists()
    assert (again.sha256, again.closed_at) == (first.sha256, first.closed_at)


def test_a_kept_deck_shows_a_pm_no_more_than_their_products(review, ines, mia):
    minutes.close(review=review, by=ines, today=clock.today())

    assert [b.name for b in deck(review, mia).blocks] == ["Lead time"]


def test_the_minutes_go_to_who_was_there_who_has_a_task_and_who_subscribed(
    review, ines, mia, astrid, rui, board
):
    review.attendees.set([rui])
    unplanned = series_named(review, "Unplanned work")
    lead = series_named(review, "Lead time")
    SubscriptionFactory(person=astrid, dashboard=board)
    SubscriptionFactory(address="board@investor.example", dashboard=board)
    SubscriptionFactory(person=mia, dashboard=board)
    actions.say(review=review, series=unplanned, text="Two escalations", by=ines)
    actions.ask(review=review, series=lead, title="Look", owner=mia, by=ines)
    OutboxMessage.objects.all().delete()

    minutes.close(review=review, by=ines, today=clock.today())
    outbox.work_slice(5)

    sent = {letter.to[0]: letter.body for letter in mail.outbox}
    assert sorted(sent) == [
        "astrid@halden.example", "board@investor.example", "ines@halden.example",
        "mia@halden.example", "rui@halden.example",
    ]  # fmt: skip
    assert "2. Unplanned work: Two escalations" in sent["astrid@halden.example"]
    assert "Look | 1. Lead time | Mia Brandt | –" in sent["astrid@halden.example"]
    assert "Two escalations" not in sent["mia@halden.example"]  # of Billing
    assert "/reviews/" not in sent["board@investor.example"]


def test_the_next_week_carries_what_is_still_to_be_done(review, ines, mia):
    lead = series_named(review, "Lead time")
    for title in ("Done since", "Still open"):
        actions.ask(review=review, series=lead, title=title, owner=mia, by=ines)
    minutes.close(review=review, by=ines, today=clock.today())
    Action.objects.get(title="Done since").finish(by=mia)
    Review.objects.update(week=review.week - timedelta(weeks=1))

    following = actions.open_review(dashboard=review.dashboard, on=clock.today(), by=ines)

    found = deck(following, ines)
    assert [task.text for task in found.carried] == ["Still open"]
    assert found.new_tasks == ()
    assert access.review_to_read(ines, following.pk).last_pk == review.pk
    assert access.review_to_read(ines, review.pk).next_pk == following.pk


def test_a_week_is_reviewed_once(as_, ines, review):
    sent = {"dashboard": review.dashboard.pk, "on": clock.today().isoformat()}

    response = as_(ines).post(reverse("metrics:review-new"), sent)

    assert response.status_code == 422
    assert ReviewAction.objects.count() == 0
    assert Review.objects.count() == 1


def test_operations_opens_a_review_of_the_week_before(as_, ines, mia, board):
    sent = {"dashboard": board.pk, "on": "2026-11-23", "chair": ines.pk, "attendees": [mia.pk]}

    response = as_(ines).post(reverse("metrics:review-new"), sent)

    review = Review.objects.get()
    assert response["Location"] == review.get_absolute_url()
    assert (review.week, review.chair) == (date(2026, 11, 16), ines)
    assert list(review.attendees.all()) == [mia]


def test_a_week_that_is_not_over_cannot_be_reviewed(as_, ines, board):
    ahead = clock.today() + timedelta(weeks=2)

    response = as_(ines).post(
        reverse("metrics:review-new"), {"dashboard": board.pk, "on": ahead.isoformat()}
    )

    assert response.status_code == 422


# Pages -------------------------------------------------------------------------------------
def test_the_page_shows_every_block_or_only_the_noteworthy(as_, ines, review):
    client = as_(ines)

    def shown(asked=""):
        return [b.name for b in client.get(address(review) + asked).context["deck"].blocks]

    assert shown() == ["Lead time", "Unplanned work", "Defects"]
    assert shown("?only=noteworthy") == ["Unplanned work"]


def test_one_goes_through_it_step_by_step(as_, ines, review):
    client = as_(ines)

    def step(at):
        context = client.get(address(review, "present"), {"at": at}).context
        return context["kpi"].number, context["previous"], context["following"]

    assert [step(at) for at in ("", "2", "3", "99", "x")] == [
        (1, 0, 2), (2, 1, 3), (3, 2, 0), (1, 0, 2), (1, 0, 2),
    ]  # fmt: skip


@pytest.mark.parametrize("count", [1, 3])
def test_pages_cost_the_same_for_any_number_of_blocks(as_, ines, cost_of, count):
    dashboard = make_dashboard(title="Health", slug="h", chair=None, by=ines)
    for number in range(count):
        series = series_of(f"KPI {number}")
        Note.objects.create(subject=series.subject, on=clock.today(), text="x", by=ines)
        add_row(dashboard=dashboard, series=series, group="", by=ines)
    review = actions.open_review(dashboard=dashboard, on=clock.today(), by=ines)
    client = as_(ines)

    costs = [cost_of(client, address(review)), cost_of(client, address(review, "present"))]
    minutes.close(review=review, by=ines, today=clock.today())

    assert [*costs, cost_of(client, address(review)), cost_of(client, "/reviews/")] == [
        17,
        18,
        5,
        5,
    ]

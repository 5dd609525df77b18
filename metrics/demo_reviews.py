"""Who is told in the demo, and two weekly reviews: last week's, closed, and this week's."""

from datetime import timedelta

from django.utils import timezone

from metrics.actions import reviews
from metrics.actions.channels import make_channel
from metrics.actions.subscriptions import subscribe
from metrics.choices import AlertsWhen, Side, Variation
from metrics.models import Alert, Dashboard, Review
from metrics.periods import ONE_WEEK, first_day
from metrics.reviewing import access
from productops import clock
from productops.demo import Story

ROOM = "mmosts://chat.halden.example/3ccdd113474722377935511fc85d3dd4"


def tell(story: Story) -> None:
    """Two who want to hear, and the signals that they have heard of."""
    dashboard = Dashboard.objects.get(slug="product-health")
    astrid, ines = story.cast["astrid"], story.cast["ines"]
    subscribe(by=astrid, person=astrid, dashboard=dashboard, alerts=AlertsWhen.NEVER, hour=7)
    subscribe(
        by=ines, person=ines, dashboard=dashboard, alerts=AlertsWhen.NOW, quiet_from=19,
        quiet_until=7,
    )  # fmt: skip
    # Nobody listens there, and nothing is sent to it: it shows what can be subscribed.
    make_channel(name="#product-ops", address=ROOM, owner=ines, by=ines)
    Alert.objects.filter(told_at=None).update(told_at=timezone.now())
    passed(story)


def passed(story: Story) -> None:
    """The freeze of lead time: a signal for one week, then over."""
    series = story.cast["lead-time-for-change"]
    left_out = series.exclusions.order_by("period").first()
    if left_out is None:
        return
    raised_at = clock.start_of(left_out.period + ONE_WEEK) + timedelta(minutes=40)
    Alert.objects.create(
        series=series,
        since=left_out.period,
        seen_in=left_out.period,
        side=Side.HIGH,
        variation=Variation.WORSE,
        names=["outside"],
        value=14.6,
        raised_at=raised_at,
        told_at=raised_at,
        over_at=raised_at + ONE_WEEK,
    )


def review(story: Story) -> None:
    """Last week's review, closed with two follow-ups, and this week's, which is being held."""
    dashboard = Dashboard.objects.get(slug="product-health")
    ines = story.cast["ines"]
    monday = first_day(story.on, "week")
    people = [story.cast[name] for name in ("Tomás Rey", "Aya Nakamura", "Lena Ott")]
    last = reviews.open_review(
        dashboard=dashboard, on=monday - ONE_WEEK, by=ines, chair=ines, attendees=people
    )
    held_last_week(story, last)
    now = reviews.open_review(dashboard=dashboard, on=monday, by=ines, chair=ines, attendees=people)
    reviews.say(
        review=now,
        series=story.cast["unplanned-work"],
        text="Two escalations took half of the week of the teams concerned.",
        by=ines,
    )


def held_last_week(story: Story, last: Review) -> None:
    ines = story.cast["ines"]
    monday = last.on
    reviews.say(review=last, text="A calm week. Nothing needs the executives.", by=ines)
    reviews.say(
        review=last,
        series=story.cast["lead-time-for-change"],
        text="Six days hold since trunk-based delivery. Decide about keeping it.",
        by=ines,
    )
    for slug, title, days in (
        ("unplanned-work", "Agree with support who takes escalations", 8),
        ("discovery-to-decision", "Bring two canvases to the next review", 14),
    ):
        reviews.ask(
            review=last,
            series=story.cast[slug],
            title=title,
            owner=ines,
            by=ines,
            due_on=monday + timedelta(days=days),
        )
    content = access.deck_to_keep(last, monday).to_json()
    reviews.close_review(review=last, content=content, by=ines)
    closed_at = clock.start_of(monday) + timedelta(hours=10)
    Review.objects.filter(pk=last.pk).update(closed_at=closed_at, minutes_sent_at=closed_at)

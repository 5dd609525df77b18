"""A mail a week to owners whose check-ins are late."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from objectives.models import KeyResult
from productops import clock, numbers
from productops.account import zone_of
from productops.bounces import standing_among
from productops.outbox import post_mail
from productops.quiet import house_hours
from teams.models import Person

LATE_DAYS = 2  # after a check-in was due; a day late needs no mail
MOST_LISTED = 20


@transaction.atomic
def nudge_late(*, now: datetime) -> int:
    """Mail each owner what waits for a word, once a week; how many were mailed.

    Whose quiet hours it is gets the mail when they are over. Nobody is told of anybody else's.
    """
    day = clock.day_of(now)
    late = KeyResult.objects.due(day - timedelta(days=LATE_DAYS))
    late = late.select_related("owner", "objective", "last_said")
    by_owner: dict[Person, list[KeyResult]] = {}
    for each in late.filter(owner__is_active=True).exclude(owner__role="").order_by("owner", "pk"):
        by_owner.setdefault(each.owner, []).append(each)
    bounced, hours = standing_among(owner.email for owner in by_owner), house_hours()
    told = {owner: rows for owner, rows in by_owner.items() if owner.email not in bounced}
    year, week, _day = day.isocalendar()
    for owner, rows in told.items():
        post_mail(
            to=owner,
            subject=ngettext(
                "%(n)d key result waits for a word", "%(n)d key results wait for a word", len(rows)
            )
            % {"n": len(rows)},
            template="mail/message",
            once=f"nudge-{owner.pk}-{year}-{week}",
            not_before=hours.next_awake(now, zone_of(owner)),
            context=_told(rows, day),
        )
    return len(told)


def _told(rows: list[KeyResult], on: date) -> dict[str, Any]:
    """What waits, that least time ago last, and where all of it is said on one screen."""
    rows = sorted(rows, key=lambda each: (each.due_on(), each.pk))
    left = len(rows) - MOST_LISTED
    more = ngettext("and %(n)d more", "and %(n)d more", left) % {"n": left} if left > 0 else ""
    return {
        "paragraphs": [_("What changed is drafted already; a minute each is enough.")],
        "header": [_("Key result"), _("Said last")],
        "rows": [
            [f"{each.title} ({each.objective.title})", _said(each, on)]
            for each in rows[:MOST_LISTED]
        ],
        "closing": [more] if more else [],
        "button": _("Check in"),
        "link_url": reverse("objectives:check-in-run"),
        "why": _(
            "You get this because you own these key results: at most once a week, and not at all"
            " where you have said something."
        ),
    }


def _said(key_result: KeyResult, on: date) -> str:
    last = key_result.last_check_in
    return numbers.short_date(last.on, on) if last else _("not yet")

"""What pages say of sources: how each one is, when it is read next, what it is asked."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from metrics import freshness, readings
from metrics.actions.previews import Preview
from metrics.choices import Every
from metrics.connectors import connector
from metrics.forms.sources import WEEKDAYS
from metrics.models import Source, SourceSeries
from metrics.readings import Reading
from productops import clock, numbers
from productops.charts.shapes import Point, Xmr

SHOWN_ROWS = 6
LONGEST_SETTING = 300


@dataclass(frozen=True)
class Line:
    """One source as lists and its own page show it."""

    source: Source
    now: datetime

    @property
    def kind(self) -> str:
        return kind_name(self.source.kind)

    @property
    def is_stale(self) -> bool:
        source = self.source
        return freshness.is_stale(source.last_ok_at, source.every, source.stale_hours, self.now)

    @cached_property
    def reading(self) -> Reading:
        source = self.source
        if source.is_draft:
            return Reading("flat", _("Draft"))
        if source.is_paused:
            return Reading("flat", _("Paused"))
        if source.failing_since:
            return Reading("danger", _("Failing"))
        if self.is_stale:
            return Reading("stale", _("Old"))
        if source.last_ok_at is None:
            return Reading("flat", _("Not read yet"))
        return Reading("good", _("Works"))

    @property
    def age(self) -> str:
        read_at = self.source.last_ok_at
        return numbers.age(read_at, self.now) if read_at else _("never read")

    @property
    def schedule(self) -> str:
        """When it is read, in words: "Every week, Monday at 06:00"."""
        source = self.source
        if source.is_pushed:
            return _("When it is sent")
        every = source.get_every_display()
        if source.every == Every.HAND:
            return every
        at = source.at or freshness.READ_AT
        if source.every == Every.HOUR:
            minute = source.at.minute if source.at else 0
            return _("%(every)s, at minute %(minute)s") % {"every": every, "minute": minute}
        words = {"every": every, "at": f"{at:%H:%M}"}
        if source.every == Every.WEEK:
            words["day"] = str(dict(WEEKDAYS)[source.weekday or 0])
            return _("%(every)s, %(day)s at %(at)s") % words
        return _("%(every)s at %(at)s") % words

    @property
    def next_run(self) -> str:
        """When it is read next, in words; the shorter, the nearer."""
        moment = self.source.next_run_at
        if moment is None:
            return numbers.NOTHING
        if moment <= self.now:
            return _("now")
        there = moment.astimezone(clock.zone())
        if there.date() == self.now.astimezone(clock.zone()).date():
            return _("today at %(time)s") % {"time": f"{there:%H:%M}"}
        day = numbers.short_date(there.date(), clock.day_of(self.now))
        return _("%(day)s at %(time)s") % {"day": day, "time": f"{there:%H:%M}"}


def kind_name(kind: str) -> str:
    """The name of a kind for people; one that is not known any more by its own."""
    try:
        return str(connector(kind).name)
    except KeyError:
        return kind


def lines_of(sources: Iterable[Source]) -> list[Line]:
    now = timezone.now()
    return [Line(source, now) for source in sources]


def settings_of(source: Source) -> list[tuple[str, str]]:
    """The settings in words: label and value. Secrets are only said to be there."""
    try:
        kind = connector(source.kind)
    except KeyError:
        return []
    shown = []
    for field in kind.fields:
        value = source.settings.get(field.name)
        if field.kind == "secret" or value in (None, ""):
            continue
        text = str(dict(field.choices).get(value, value))
        if isinstance(value, bool):
            text = _("yes") if value else _("no")
        shown.append((str(field.label), text[:LONGEST_SETTING]))
    if source.secret:
        shown.append((_("Secret"), _("stored, and never shown")))
    return shown


def mapping_of(options: Mapping[str, Any]) -> list[tuple[str, str]]:
    """A mapping in words: our column, and what fills it."""
    shown = [(ours, theirs) for ours, theirs in (options.get("map") or {}).items()]
    for ours, text in (options.get("fixed") or {}).items():
        shown.append((ours, _("always “%(text)s”") % {"text": text}))
    if options.get("kpi"):
        shown.append(("kpi", _("each of %(names)s") % {"names": ", ".join(options["kpi"])}))
    return shown


def sample_table(source: Source) -> dict[str, Any]:
    """The first rows of what was read for looking at."""
    kept = source.sample
    rows = kept.get("rows", [])[:SHOWN_ROWS]
    return {
        "header": kept.get("header", []),
        "rows": [["" if cell is None else cell for cell in row] for row in rows],
        "count": kept.get("count", 0),
        "note": kept.get("note", ""),
        "at": datetime.fromisoformat(kept["at"]) if kept.get("at") else None,
    }


def chart_of(preview: Preview, today: date) -> Xmr | None:
    """The series of most rows as it would be, without limits: they follow when it is stored."""
    if not preview.points:
        return None
    count = ngettext("%(n)s period", "%(n)s periods", len(preview.points))
    return Xmr(
        name=_("%(series)s, as it would be") % {"series": preview.name},
        description=count % {"n": len(preview.points)},
        points=tuple(
            Point(label=readings.tick(period, preview.cadence, today), value=value)
            for period, value in preview.points
        ),
        unit=preview.unit,
    )


def fed_lines(fed: Iterable[SourceSeries], now: datetime) -> list[dict[str, Any]]:
    """The sources of a series, for its page: name, age, whether that is old."""
    lines = [Line(each.source, now) for each in fed]
    return [
        {
            "source": line.source,
            "age": line.age,
            "is_stale": line.is_stale,
            "is_failing": line.source.is_failing,
        }
        for line in lines
    ]


def hook_url(source: Source) -> str:
    return settings.BASE_URL + reverse("metrics:source-hook", args=[source.slug])


def curl_of(source: Source) -> str:
    """A command that sends one number, signed; the secret is taken from the environment."""
    body = json.dumps(
        {
            "observations": [
                {"kpi": "lead-time", "product": "checkout", "at": "2026-03-31", "value": 4.5}
            ]
        }
    )
    return "\n".join(
        (
            f"body='{body}'",
            "now=$(date +%s)",
            'signature=$(printf "%s.%s" "$now" "$body" '
            '| openssl dgst -sha256 -hmac "$SECRET" -r | cut -d" " -f1)',
            f"curl {hook_url(source)} \\",
            '  -H "X-ProductOps-Timestamp: $now" \\',
            '  -H "X-ProductOps-Signature: sha256=$signature" \\',
            '  -H "Content-Type: application/json" \\',
            '  --data-binary "$body"',
        )
    )

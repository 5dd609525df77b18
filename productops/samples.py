"""What the style guide draws: invented names and numbers, nothing from the database."""

from datetime import UTC, datetime

from django.utils.translation import gettext_lazy as _

from productops.charts.shapes import (
    Bar,
    Bars,
    Bullet,
    Dots,
    Flag,
    Point,
    Segment,
    Sparkline,
    Spread,
    Stack,
    Target,
    Xmr,
)

LEAD_TIME = (
    "9.1 10.4 8.8 9.9 10.1 8.6 9.5 10.8 9.2 8.9 14.6 9.7 10.3 8.7 9.4 10.0 9.0 10.6 9.8 8.5 "
    "9.6 10.2 9.3 8.8 9.9 8.1 7.2 6.9 6.3 7.0 5.8 6.6 6.1 7.1 6.0 5.6 6.7 6.2 5.9"
)
SPLIT, INCIDENT = 25, 10
BEFORE = Segment(0, 9.546, 6.886, 12.206, 1.0, 3.268)
AFTER = Segment(SPLIT, 6.536, 4.612, 8.459, 0.723, 2.363)
USUAL = Segment(0, 82, 76, 88)


def samples() -> dict:
    """Return what the guide draws, by the names its template uses."""
    return {
        "kinds": [
            ("good", _("On track")),
            ("bad", _("At risk")),
            ("flat", _("As usual")),
            ("danger", _("Blocked")),
            ("done", _("Completed")),
            ("stale", _("9 days old")),
        ],
        "groups": [{"name": _("Delivery flow"), "rows": kpi_rows()}],
        "lead_time": lead_time(),
        "young": young(),
        "gap": Dots("spring 1.4, now 1.6, target 3.0", 1.6, 3.0, 1.4),
        "gap_closed": Dots("spring 2.4, now 3.2, target 3.0", 3.2, 3.0, 2.4),
        "spread": Spread(
            "5 people, from 1 to 4, middle 3",
            (Stack("0"), Stack("1", 1, 2), Stack("2", 0, 1), Stack("3", 3, 1), Stack("4", 1, 1)),
            3,
        ),
        "tracks": [
            (_("On track"), 0.72),
            (_("Back"), -0.2),
            (_("Beyond"), 1.35),
            (_("None"), None),
        ],
        "spend": Bars(
            str(_("Spend a year")),
            (
                Bar("Figma", 18_200, "€18,200"),
                Bar("Productboard", 48_000, "€48,000", "bad"),
                Bar("Miro", 9_600, "€9,600"),
            ),
            limit=40_000,
        ),
        **tables(),
        **stories(),
    }


def _points(values: list[float], split: int) -> tuple[Point, ...]:
    changes = [None, *(abs(b - a) for a, b in zip(values, values[1:], strict=False))]
    return tuple(
        Point(
            label=f"W{index + 1}",
            value=value,
            signal="good" if index >= split else "",
            excluded=str(_("payment incident")) if index == INCIDENT else "",
            moving_range=None if change is None else round(change, 3),
        )
        for index, (value, change) in enumerate(zip(values, changes, strict=True))
    )


def lead_time() -> Xmr:
    """A series that improved: two segments, an excluded point, an open period."""
    values = [float(value) for value in LEAD_TIME.split()]
    points = _points(values, SPLIT)
    return Xmr(
        name=str(_("Lead time for change, process-behaviour chart")),
        description=str(_("Mean 9.5 days before the change, 6.5 after it.")),
        points=(*points[:-1], Point("W39", 5.9, open=True)),
        segments=(BEFORE, AFTER),
        targets=(Target(str(_("target ≤ 7")), 7.0),),
        flags=(
            Flag(1, INCIDENT),
            Flag(2, SPLIT, str(_("Trunk-based delivery live")), divides=True),
            Flag(3, 33),
        ),
        unit="d",
    )


def young() -> Xmr:
    """A young series with a gap, trial limits, a signal without direction and a cut axis."""
    values = [107.1, 106.4, None, 107.9, 108.2, 106.8, 107.4, 110.9]
    points = tuple(
        Point(f"W{i}", value, signal="neutral" if value and value > 110 else "")
        for i, value in enumerate(values)
    )
    return Xmr(
        name=str(_("A young series")),
        description=str(_("Eight weeks, one without data.")),
        points=points,
        segments=(Segment(0, 107.3, 104.9, 109.7, provisional=True),),
        unit="%",
    )


def kpi_rows() -> list[dict]:
    """Rows of a dashboard: improved, worse, usual and stale."""
    values = [float(value) for value in LEAD_TIME.split()][13:]
    split = SPLIT - 13
    improved = Sparkline(
        "Lead time for change: 5.9 d, better than usual",
        _points(values, split)[:INCIDENT] + _points(values, split)[INCIDENT:],
        (Segment(0, 9.546, 6.886, 12.206), Segment(split, 6.536, 4.612, 8.459)),
    )
    flat = Sparkline("Usual", tuple(Point("", 80 + (i * 7) % 5) for i in range(26)), (USUAL,))
    worse = Sparkline("Worse", (*flat.points[:-1], Point("", 92, "bad")), (USUAL,))
    common = {"url": "#", "prefix": "", "usual": "usual 76–88", "assurance": "hit_or_miss"}
    row = common | {"assurance_text": _("hit or miss"), "target": "≥ 80", "unit": "%"}
    gauge = Bullet("target ≥ 80, hit or miss", 82, 76, 88, 80)
    return [
        row | {"name": "Lead time for change", "owner": "Tomás Rey", "spark": improved,
               "value": "5.9", "unit": " d", "kind": "good", "reading": _("Improved"),
               "usual": "usual 4.6–8.5", "bullet": Bullet("target ≤ 7", 5.9, 4.6, 8.5, 7),
               "target": "≤ 7"},
        row | {"name": "Unplanned work", "owner": "Aya Nakamura", "spark": worse, "value": "92",
               "kind": "bad", "reading": _("Worse than usual"), "bullet": gauge,
               "assurance": "missed", "assurance_text": _("out of reach")},
        row | {"name": "Release predictability", "owner": "Tomás Rey", "spark": flat,
               "value": "82", "kind": "flat", "reading": _("As usual"), "bullet": gauge},
        row | {"name": "Check-ins on time", "owner": "Ines Keller", "value": "84",
               "spark": Sparkline("Stale", flat.points, (USUAL,), stale=True), "kind": "flat",
               "reading": _("As usual"), "stale": _("9 days old"), "bullet": None, "target": ""},
    ]  # fmt: skip


def tables() -> dict:
    """Rows of heatmap and ring table."""
    steps = [(-3, "1.2"), (-2, "1.9"), (-1, "2.6"), (0, "3.0"), (1, "3.4"), (2, "3.7"), (3, "4.0")]
    cells = [{"text": text, "step": step, "words": "", "url": "#"} for step, text in steps]
    chips = [
        {"name": "Figma", "url": "#", "move": ""},
        {"name": "Linear", "url": "#", "move": "new"},
    ]
    moved = [
        {"name": "Miro", "url": "#", "move": "out"},
        {"name": "Amplitude", "url": "#", "move": "in"},
    ]
    return {
        "heat_columns": [{"name": f"Team {letter}", "url": "#"} for letter in "ABCDEFGH"],
        "heat_rows": [
            {
                "name": _("Measurement"),
                "url": "#",
                "cells": [*cells, {"text": ""}],
                "extra": ["2.8"],
            },
            {
                "name": _("All dimensions"),
                "cells": cells + cells[:1],
                "extra": ["2.8"],
                "is_sum": True,
            },
        ],
        "heat_extra": [_("All")],
        "rings": [_("Adopt"), _("Trial"), _("Assess"), _("Hold")],
        "ring_rows": [{"name": _("Design"), "cells": [chips, moved[1:], [], moved[:1]]}],
    }


def stories() -> dict:
    """Tasks, events, sentences and a verdict."""
    at = datetime(2026, 11, 13, 10, 42, tzinfo=UTC)
    return {
        "tasks": [
            {"title": _("Name the organisation"), "url": "#", "state": "done"},
            {"title": _("Send the first audit"), "url": "#", "hint": _("About 15 minutes")},
            {"title": _("Rank the gaps"), "state": "cannot", "hint": _("Once the audit closes")},
        ],
        "events": [
            {"at": at, "who": "Ines Keller", "what": _("closed the gap"), "url": "#",
             "icon": "check", "changes": [(_("Status"), _("Open"), _("Closed"))]},
            {"at": at, "who": "Mia Brandt", "what": _("commented"), "icon": "message-square",
             "comment": _("Baselines are in place for all teams.")},
        ],
        "sentences": [
            {"kind": "good", "rising": False, "title": _("Lead time improvement is confirmed"),
             "url": "#", "text": _("Mean 9.5 → 6.5 days."), "who": "Tomás Rey"},
            {"kind": "bad", "rising": True, "title": _("Unplanned work is above its usual range"),
             "url": "#", "text": _("41% against a usual 19–38%."), "who": "Aya Nakamura"},
            {"kind": "ask", "title": _("Decision: renew the analytics suite?"), "url": "#",
             "text": _("€48,000 a year, 31% of seats active."), "who": _("Ines Keller asks you")},
        ],
        "verdict": {
            "kind": "good", "word": _("Improved"),
            "sentence": _("Lead time fell from 9.5 to 6.5 days and has stayed there for 14 weeks."),
            "explanation": _("Every week since the change lies below the earlier mean."),
            "rows": [
                {"label": _("Mean"), "before": "9.5 d", "after": "6.5 d", "change": "−32%"},
                {"label": _("Usual range"), "before": "6.9–12.2", "after": "4.6–8.5", "change": ""},
            ],
        },
    }  # fmt: skip

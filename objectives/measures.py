"""What the product operations function can count about its own objectives."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from objectives.choices import CHECK_IN_EVERY_DAYS, Pace
from objectives.columns import KeyResultColumns, columns_of_key_results
from objectives.models import CheckIn, KeyResult
from objectives.models.key_result_rows import KeyResultQuerySet
from productops import clock
from productops.measures import Aggregation, Cadence, Direction, measure
from teams.choices import SubjectKind
from teams.models import Subject

Share = tuple[float, float]


@measure(
    "objectives.key-results-on-track",
    name=_("Key results on track"),
    unit="%",
    direction=Direction.UP,
    cadence=Cadence.WEEK,
    aggregation=Aggregation.RATIO,
    subject_kind=SubjectKind.PRODUCT,
    purpose=_("Says how many of the results we promised are where time says they should be."),
)
def key_results_on_track(on: date) -> dict[int, Share]:
    """Key results on track over those being worked on, for each subject that has any, and for
    the whole organisation."""
    rows = running(on)
    return shares((row.subject, row.standing(on).status == Pace.ON_TRACK) for row in rows)


@measure(
    "objectives.check-ins-on-time",
    name=_("Check-ins on time"),
    unit="%",
    direction=Direction.UP,
    cadence=Cadence.WEEK,
    aggregation=Aggregation.RATIO,
    subject_kind=SubjectKind.PRODUCT,
    purpose=_("Says whether people still look at what they promised."),
)
def check_ins_on_time(on: date) -> dict[int, Share]:
    """Key results with a check-in in the last seven days over all that are older than that, for
    each subject that has any, and for the whole organisation."""
    since = on - timedelta(days=CHECK_IN_EVERY_DAYS - 1)
    rows = running(on, KeyResult.with_trash.filter(created_at__lt=clock.start_of(since)))
    return shares((row.subject, said_since(row, since)) for row in rows)


def running(on: date, rows: KeyResultQuerySet | None = None) -> list[KeyResultColumns]:
    """The key results worked on at the end of ``on``, with their newest check-in by then."""
    rows = KeyResult.with_trash.all() if rows is None else rows
    found = list(columns_of_key_results(rows.ongoing_on(on), on))
    said_since_then = {row.key for row in found if (row.numbers.said_on or on) > on}
    return as_said_by(found, said_since_then, on) if said_since_then else found


def as_said_by(rows: list[KeyResultColumns], keys: set[int], on: date) -> list[KeyResultColumns]:
    """The same rows; of those with these ``keys`` what was said last by ``on``."""
    said = CheckIn.objects.filter(key_result__in=keys).newest_by(on)
    names = ("said_on", "said_value", "said_zone", "confidence")
    values = said.values_list("key_result", "on", "value", "zone", "confidence")
    known = {key: dict(zip(names, content, strict=True)) for key, *content in values}
    nothing = dict(zip(names, (None, None, "", None), strict=True))
    return [
        replace(row, numbers=replace(row.numbers, **known.get(row.key, nothing)))
        if row.key in keys
        else row
        for row in rows
    ]


def said_since(row: KeyResultColumns, since: date) -> bool:
    return row.numbers.said_on is not None and row.numbers.said_on >= since


def shares(judged: Iterable[tuple[int, bool]]) -> dict[int, Share]:
    """(how many fit, how many there are) for each subject, and for the organisation all."""
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    whole = Subject.organisation().pk
    for about, fits in judged:
        for subject in {about, whole}:
            counts[subject][0] += fits
            counts[subject][1] += 1
    return {subject: (float(fit), float(all_)) for subject, (fit, all_) in counts.items()}

"""What the product operations function can count about its own objectives."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from objectives.choices import CHECK_IN_EVERY_DAYS, Pace
from objectives.models import CheckIn, KeyResult
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
    return shares((row, row.standing(on).status == Pace.ON_TRACK) for row in rows)


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
    rows = [row for row in running(on) if clock.day_of(row.created_at) < since]
    return shares((row, said_since(row, since)) for row in rows)


def running(on: date) -> list[KeyResult]:
    """The key results worked on at the end of ``on``, with their newest check-in by then."""
    said = Prefetch("check_ins", CheckIn.objects.newest_by(on), to_attr="said_by_then")
    rows = KeyResult.with_trash.ongoing_on(on)
    related = ("objective__cycle", "series__kpi", "series__state")
    found = list(rows.select_related(*related).prefetch_related(said))
    for row in found:
        row.last_said = next(iter(row.said_by_then), None)
    return found


def said_since(row: KeyResult, since: date) -> bool:
    last = row.last_check_in
    return last is not None and last.on >= since


def shares(judged: Iterable[tuple[KeyResult, bool]]) -> dict[int, Share]:
    """(how many fit, how many there are) for each subject, and for the organisation all."""
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    whole = Subject.organisation().pk
    for row, fits in judged:
        for subject in {row.objective.subject_id, whole}:
            counts[subject][0] += fits
            counts[subject][1] += 1
    return {subject: (float(fit), float(all_)) for subject, (fit, all_) in counts.items()}

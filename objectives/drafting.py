"""The draft of a check-in: what is known since the last one, as sentences its owner edits.

Nothing is said that is not known: a sentence whose facts are missing is left out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from productops import numbers

SMALLEST_MOVE = 0.005  # of the whole way to the target; less is not worth a sentence
MOST_NAMED = 3  # improvements, actions, notes of a kind; more would be a report
CLEAR_STEP = 2  # steps of confidence; one step up or down is how people waver


@dataclass(frozen=True)
class Reading:
    """What the chart says of the newest value: ``variation`` is better, worse, changed, usual or
    nothing; ``signals`` are the rules that were met, in words; ``usual`` is the usual range,
    ``goal`` the KPI's own target in words and ``assured`` whether the usual range meets it."""

    variation: str = ""
    signals: Sequence[str] = ()
    since: date | None = None
    usual: str = ""
    goal: str = ""
    assured: str = ""


@dataclass(frozen=True)
class Evidence:
    """What happened to one key result since its last check-in, or since its beginning.

    ``period`` names what ``now`` was measured in, ``is_first`` whether ``before`` is the baseline,
    because nobody said anything yet, ``is_new`` whether any number came since;
    ``redefined`` is the day since when the KPI is counted otherwise. ``live``, ``done`` and
    ``overdue`` are titles of improvements and actions with their days, ``judged`` improvements
    with what their verdict says, ``notes`` what stands on the chart; ``plan`` is what should be
    reached by today, ``sure`` the confidence before the last one, the last one, and its day.
    """

    unit: str
    before: float | None = None
    now: float | None = None
    way: float | None = None  # from baseline to target, signed
    period: str = ""
    is_first: bool = False
    is_new: bool = True
    redefined: date | None = None
    reading: Reading = Reading()
    plan: float | None = None
    live: Sequence[tuple[str, date]] = ()
    judged: Sequence[tuple[str, date, str]] = ()
    done: Sequence[str] = ()
    overdue: Sequence[tuple[str, date]] = ()
    notes: Sequence[tuple[str, date]] = ()
    sure: tuple[int, int, date] | None = None


def draft(evidence: Evidence, on: date) -> str:
    """The sentences, one a line; "" where nothing is known that is worth saying."""
    told = (_about_value, _about_reading, _about_plan, _about_work, _about_notes, _about_confidence)
    return "\n".join(line for tell in told for line in tell(evidence, on))


def _about_value(evidence: Evidence, on: date) -> Iterator[str]:
    if evidence.now is None:
        return
    stands = numbers.quantity(evidence.now, evidence.unit)
    facts = {
        "now": f"{stands} ({evidence.period})" if evidence.period else stands,
        "before": numbers.quantity(evidence.before, evidence.unit),
    }
    if evidence.redefined:
        facts["day"] = numbers.short_date(evidence.redefined, on)
        yield _("It stands at %(now)s. It is counted otherwise since %(day)s.") % facts
    elif not evidence.is_new:
        yield _("It stands at %(now)s; no newer number has come.") % facts
    elif evidence.before is None:
        yield _("It stands at %(now)s.") % facts
    elif evidence.is_first:
        yield _("It stands at %(now)s; the baseline was %(before)s.") % facts
    elif _moved(evidence):
        yield _("It went from %(before)s to %(now)s.") % facts
    else:
        yield _("It stands at %(now)s, as before.") % facts


def _moved(evidence: Evidence) -> bool:
    assert evidence.now is not None, "there is no value"
    assert evidence.before is not None, "there is no value before"
    return abs(evidence.now - evidence.before) > SMALLEST_MOVE * abs(evidence.way or 0.0)


def _about_reading(evidence: Evidence, on: date) -> Iterator[str]:
    reading = evidence.reading
    word = {
        "better": _("better than usual"),
        "worse": _("worse than usual"),
        "changed": _("it has changed"),
    }.get(reading.variation)
    if word:
        facts = {"word": word, "why": ", ".join(reading.signals)}
        text = _("The chart reads: %(word)s (%(why)s)") if reading.signals else ""
        text = (text or _("The chart reads: %(word)s")) % facts
        if reading.since:
            day = numbers.short_date(reading.since, on)
            text = _("%(text)s, since %(day)s") % {"text": text, "day": day}
        yield f"{text}."
    elif reading.variation == "usual" and reading.usual:
        yield _("That is as usual: %(range)s.") % {"range": reading.usual}
    if reading.goal and reading.assured:
        facts = {"goal": reading.goal, "assured": reading.assured}
        yield _("The KPI's own target, %(goal)s: %(assured)s.") % facts


def _about_plan(evidence: Evidence, on: date) -> Iterator[str]:
    if evidence.plan is not None:
        planned = numbers.quantity(evidence.plan, evidence.unit)
        yield _("The plan says %(planned)s by now.") % {"planned": planned}


def _about_work(evidence: Evidence, on: date) -> Iterator[str]:
    for title, day in evidence.live[:MOST_NAMED]:
        facts = {"title": title, "day": numbers.short_date(day, on)}
        yield _("“%(title)s” went live on %(day)s.") % facts
    for title, day, sentence in evidence.judged[:MOST_NAMED]:
        facts = {"title": title, "day": numbers.short_date(day, on), "sentence": sentence}
        yield _("“%(title)s”, judged on %(day)s: %(sentence)s") % facts
    for title in evidence.done[:MOST_NAMED]:
        yield _("Done: %(title)s.") % {"title": title}
    for title, day in evidence.overdue[:MOST_NAMED]:
        facts = {"title": title, "day": numbers.short_date(day, on)}
        yield _("Overdue since %(day)s: %(title)s.") % facts


def _about_notes(evidence: Evidence, on: date) -> Iterator[str]:
    for text, day in evidence.notes[:MOST_NAMED]:
        facts = {"text": text.rstrip("."), "day": numbers.short_date(day, on)}
        yield _("On %(day)s: %(text)s.") % facts


def _about_confidence(evidence: Evidence, on: date) -> Iterator[str]:
    if evidence.sure is None:
        return
    before, last, day = evidence.sure
    facts = {"before": before, "last": last, "day": numbers.short_date(day, on)}
    if last <= before - CLEAR_STEP:
        yield _("Confidence had fallen from %(before)s to %(last)s on %(day)s.") % facts
    elif last >= before + CLEAR_STEP:
        yield _("Confidence had risen from %(before)s to %(last)s on %(day)s.") % facts

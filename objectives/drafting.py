"""The draft of a check-in: what is known since the last one, as sentences its owner edits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from productops import numbers

SMALLEST_MOVE = 0.005  # of the whole way to the target; less is not worth a sentence
MOST_NAMED = 3  # improvements and actions; more would be a report


@dataclass(frozen=True)
class Evidence:
    """What happened to one key result since ``since`` (its last check-in, or its beginning).

    ``reading`` is what the chart says of the newest value: better, worse, changed, usual or
    nothing; ``live`` and ``done`` are titles of improvements that went live and of actions that
    were finished since; ``plan`` is what should be reached by today.
    """

    unit: str
    before: float | None = None
    now: float | None = None
    way: float | None = None  # from baseline to target, signed
    reading: str = ""
    plan: float | None = None
    live: Sequence[tuple[str, date]] = ()
    done: Sequence[str] = ()


def draft(evidence: Evidence, on: date) -> str:
    """The sentences, one a line; "" where nothing is known that is worth saying."""
    return "\n".join([*_about_value(evidence), *_about_work(evidence, on)])


def _about_value(evidence: Evidence) -> list[str]:
    found = []
    if evidence.now is not None:
        facts = {
            "now": numbers.quantity(evidence.now, evidence.unit),
            "before": numbers.quantity(evidence.before, evidence.unit),
        }
        if evidence.before is None:
            found.append(_("It stands at %(now)s.") % facts)
        elif _moved(evidence):
            found.append(_("It went from %(before)s to %(now)s.") % facts)
        else:
            found.append(_("It stands at %(now)s, as before.") % facts)
    reading = {
        "better": _("The chart reads: better than usual."),
        "worse": _("The chart reads: worse than usual."),
        "changed": _("The chart reads: it has changed."),
    }.get(evidence.reading)
    found += [reading] if reading else []
    if evidence.plan is not None:
        planned = numbers.quantity(evidence.plan, evidence.unit)
        found.append(_("The plan says %(planned)s by now.") % {"planned": planned})
    return found


def _moved(evidence: Evidence) -> bool:
    assert evidence.now is not None, "there is no value"
    assert evidence.before is not None, "there is no value before"
    return abs(evidence.now - evidence.before) > SMALLEST_MOVE * abs(evidence.way or 0.0)


def _about_work(evidence: Evidence, on: date) -> list[str]:
    live = [
        _("“%(title)s” went live on %(day)s.")
        % {"title": title, "day": numbers.short_date(day, on)}
        for title, day in evidence.live[:MOST_NAMED]
    ]
    done = [_("Done: %(title)s.") % {"title": title} for title in evidence.done[:MOST_NAMED]]
    return live + done

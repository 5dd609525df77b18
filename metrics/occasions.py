"""What happened on a chart: numbered on top, told in the table below, the same number for good
as long as nothing older is added."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from metrics.models import Exclusion, Improvement, Note, Segment, Verdict
from metrics.readings import VERDICT_KINDS


@dataclass(frozen=True)
class Occasion:
    """One line of the table: a day, what happened, what it did to the limits."""

    on: date
    text: str
    url: str = ""
    kind: str = "flat"
    effect: str = ""
    label: str = ""  # a few words beside the flag
    divides: bool = False
    number: int = 0
    letter: str = ""  # instead of a number: what the house knows by itself
    note: Note | None = None
    exclusion: Exclusion | None = None

    @property
    def mark(self) -> str:
        """What its flag says."""
        return self.letter or str(self.number)

    @property
    def date(self) -> date:
        return self.on


def occasions_of(
    *,
    notes: Iterable[Note],
    improvements: Iterable[Improvement],
    segments: Iterable[Segment],
    exclusions: Iterable[Exclusion],
    verdicts: Iterable[Verdict] = (),
) -> list[Occasion]:
    """All that happened, oldest first, numbered from 1; ``verdicts`` are those on the series."""
    stretches = list(segments)
    found = [
        *map(from_note, notes),
        *from_improvements(improvements, stretches, list(verdicts)),
        *from_segments(stretches),
        *map(from_exclusion, exclusions),
    ]
    ordered = sorted(found, key=lambda occasion: (occasion.on, occasion.text))
    return [replace(occasion, number=number) for number, occasion in enumerate(ordered, 1)]


def from_note(note: Note) -> Occasion:
    return Occasion(note.on, note.text, effect=_("None"), note=note)


def from_exclusion(exclusion: Exclusion) -> Occasion:
    return Occasion(
        exclusion.period,
        exclusion.reason,
        effect=_("Left out of the limits"),
        exclusion=exclusion,
    )


def from_improvements(
    improvements: Iterable[Improvement], segments: list[Segment], verdicts: list[Verdict]
) -> Iterator[Occasion]:
    """Goings live. Where new limits begin with one, the two are one occasion."""
    divided = {s.improvement_id for s in segments if s.improvement_id}
    for improvement in improvements:
        if improvement.go_live_on is None:
            continue
        is_divided = improvement.pk in divided
        yield Occasion(
            improvement.go_live_on,
            _("%(title)s went live.") % {"title": improvement.title},
            url=improvement.get_absolute_url(),
            kind=kind_of(improvement, verdicts) if is_divided else "flat",
            effect=_("New limits from here") if is_divided else _("None"),
            label=improvement.title,
            divides=is_divided,
        )  # fmt: skip


def kind_of(improvement: Improvement, verdicts: list[Verdict]) -> str:
    """How the beginning of new limits is drawn: as good as the verdict that led to them."""
    results = {v.result for v in verdicts if v.registration.improvement_id == improvement.pk}
    kinds = {VERDICT_KINDS.get(result, "flat") for result in results}
    return kinds.pop() if len(kinds) == 1 else "flat"


def from_segments(segments: Iterable[Segment]) -> Iterator[Occasion]:
    """New limits that have another cause, and limits that a person holds."""
    for segment in segments:
        if segment.cause and not segment.improvement_id:
            yield from_cause(segment)
        if segment.is_held and segment.locked_at:
            yield Occasion(
                segment.locked_at.date(),
                _("%(person)s locked the limits.") % {"person": segment.locked_by},
                effect=_("Held as they were"),
            )


def from_cause(segment: Segment) -> Occasion:
    """New limits with their cause; a changed definition leads to what it says now."""
    definition = segment.kpi_version if segment.by_id is None else None
    reason = definition.reason if definition else ""
    return Occasion(
        segment.from_period,
        f"{segment.cause}: {reason}" if reason else segment.cause,
        url=definition.kpi.get_absolute_url() if definition else "",
        effect=_("New limits from here"),
        label=segment.cause,
        divides=True,
    )

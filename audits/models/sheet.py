"""The sheet of an invitation: all that its person is asked, what they said, what comes next.

Pages, lists, the API, mails and the check before submitting read progress here, nowhere else.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from itertools import groupby

from audits.models.audit import Assignment, Invitation, Scope
from audits.models.framework import Node
from audits.models.sheet_rows import (
    NOTHING,
    Kept,
    Layout,
    assigned,
    kept_in,
    layout_of,
    repeats_in,
)
from audits.progress import Key, Places, Progress, from_kept, to_kept
from audits.questionnaire import Questionnaire, Value, value_of
from productops import clock
from teams.models import Subject

Values = dict[str, Value]


@dataclass(frozen=True)
class Place:
    """The ``number``-th question of an invitation, hidden ones counted, so that it stays the same.

    ``subject`` is what the answer is about: the scope's, or one of a repeated section's.
    """

    invitation: Invitation
    scope: Scope
    node: Node
    subject: Subject
    number: int = 0
    kept: Kept = NOTHING

    @property
    def key(self) -> Key:
        return self.scope.pk, self.node.pk, self.subject.pk

    @property
    def is_answered(self) -> bool:
        return self.kept.content is not None

    @property
    def is_repeated(self) -> bool:
        return self.subject.pk != self.scope.subject_id

    @property
    def content(self) -> dict | None:
        return self.kept.content

    @property
    def revision(self) -> int:
        return self.kept.revision


@dataclass(frozen=True)
class Sheet:
    """``strays`` were answered, and are asked nowhere any more. ``edition`` is the invitation's, as
    it was when the sheet was read."""

    invitation: Invitation
    layout: Layout = field(repr=False)
    places: tuple[Place, ...] = ()  # hidden ones too
    strays: frozenset[Key] = frozenset()
    edition: int = 0

    @cached_property
    def visible(self) -> tuple[Place, ...]:
        """What is asked as things stand."""
        return tuple(place for place in self.places if not self.is_hidden(place))

    @cached_property
    def questionnaire(self) -> Questionnaire:
        return self.invitation.audit.framework_version.questionnaire

    @property
    def varies(self) -> bool:
        """Whether the number of questions depends on answers that are still to come."""
        return self.layout.has_conditions and self.questionnaire.varies and bool(self.missing)

    def varies_after(self, place: Place) -> bool:
        """Whether answers decide what of the questions behind a place is asked."""
        if not self.varies:
            return False
        shown = {one.number for one in self.visible}
        later = self.places[place.number :]
        return any(one.number not in shown or one.node.relevant for one in later)

    @property
    def total(self) -> int:
        return len(self.visible)

    @property
    def answered(self) -> int:
        return sum(place.is_answered for place in self.visible)

    @property
    def missing(self) -> tuple[Place, ...]:
        """What has to be answered and is not."""
        return tuple(p for p in self.visible if p.node.required and not p.is_answered)

    @property
    def day(self) -> date:
        """As of when conditions are decided: today, of a closed audit the day of its closing."""
        closed_at = self.invitation.audit.closed_at
        return clock.day_of(closed_at) if closed_at else clock.today()

    @property
    def progress(self) -> Progress:
        counted = Places()
        counted.unasked |= self.strays
        for place in self.places:
            if not self.is_hidden(place):
                counted.add(
                    place.scope.pk,
                    self.layout.part_of[place.node.pk],
                    is_answered=place.is_answered,
                    is_required=place.node.required,
                )
            elif place.is_answered:
                counted.unasked.add(place.key)
        return counted.progress

    @property
    def kept_progress(self) -> dict | None:
        """The progress as it is kept beside the invitation; None where it changes by the day."""
        if self.layout.has_conditions and self.questionnaire.varies_by_day:
            return None
        return to_kept(self.progress)

    @property
    def asked_again(self) -> tuple[Place, ...]:
        return tuple(place for place in self.visible if place.kept.is_asked_again)

    @property
    def first_open(self) -> Place | None:
        """Where to go on: what a reviewer asks about, else the first without an answer."""
        return next(iter(self.asked_again), None) or next(
            (place for place in self.visible if not place.is_answered), None
        )

    @property
    def saved_at(self) -> datetime | None:
        return max((p.kept.answered_at for p in self.places if p.kept.answered_at), default=None)

    def at(self, number: int) -> Place | None:
        return self.places[number - 1] if 0 < number <= len(self.places) else None

    def after(self, place: Place) -> Place | None:
        """The next that is asked."""
        return next((one for one in self.visible if one.number > place.number), None)

    def before(self, place: Place) -> Place | None:
        return next((one for one in reversed(self.visible) if one.number < place.number), None)

    def rank(self, place: Place) -> int:
        """The how manieth of those that are asked as things stand, from 1."""
        return sum(one.number < place.number for one in self.visible) + 1

    @property
    def saved(self) -> "Sheet":
        """The same sheet once a change of it is written."""
        return replace(self, edition=self.edition + 1)

    def with_answer(self, place: Place, content: dict | None, now: datetime) -> "Sheet":
        """The same sheet after something was said (or, without content, taken back)."""
        kept = Kept(place.kept.answer_id, place.revision + 1, content, now) if content else NOTHING
        places = list(self.places)
        places[place.number - 1] = replace(place, kept=kept)
        return replace(self, places=tuple(places))

    def is_hidden(self, place: Place) -> bool:
        if not self.layout.has_conditions:
            return False
        return place.node.key in self._hidden(place.scope.pk, place.subject.pk)

    def notes_above(self, place: Place) -> list[Node]:
        """The texts to read before this question."""
        notes = self.layout.notes.get(place.node.pk, ())
        if not notes or not self.layout.has_conditions:
            return list(notes)
        hidden = self._hidden(place.scope.pk, place.subject.pk)
        return [note for note in notes if note.key not in hidden]

    def values(self, place: Place) -> Values:
        """What expressions at a place read: the same subject's answers, else the scope's."""
        shared = self._said.get((place.scope.pk, place.scope.subject_id), {})
        return shared | self._said.get((place.scope.pk, place.subject.pk), {})

    def _hidden(self, scope: int, subject: int) -> frozenset[str]:
        return self._hidden_by_subject[scope, subject]

    @cached_property
    def _hidden_by_subject(self) -> dict[tuple[int, int], frozenset[str]]:
        firsts = {(place.scope.pk, place.subject.pk): place for place in self.places}
        today = self.day
        return {
            key: self.questionnaire.hidden(self.values(place), today=today)
            for key, place in firsts.items()
        }

    @cached_property
    def _said(self) -> dict[tuple[int, int], Values]:
        said: dict[tuple[int, int], Values] = defaultdict(dict)
        for place in self.places:
            if place.content is not None:
                value = value_of(place.node.kind, place.content)
                said[place.scope.pk, place.subject.pk][place.node.key] = value
        return said


def sheet_of(invitation: Invitation) -> Sheet:
    return sheets_of(assigned(invitation=invitation)).get(invitation.pk) or Sheet(
        invitation, layout_of(invitation.audit.framework_version)
    )


def sheet_behind(link: int) -> Sheet | None:
    """The sheet of whoever the link is for, together with its link, in one statement."""
    return next(iter(sheets_of(assigned(invitation__link=link)).values()), None)


def sheets_of(rows: Iterable[Assignment]) -> dict[int, Sheet]:
    """The sheets that some assignments make, by invitation."""
    by_invitation: dict[int, list[Assignment]] = defaultdict(list)
    for row in rows:
        by_invitation[row.invitation_id].append(row)
    return {pk: _sheet(mine) for pk, mine in by_invitation.items()}


def progress_of(kept: Mapping[int, dict | None]) -> dict[int, Progress]:
    """The progress of many invitations: as it is kept, else worked out, in one statement."""
    unknown = [pk for pk, progress in kept.items() if progress is None]
    sheets = sheets_of(assigned(invitation__in=unknown)) if unknown else {}
    worked_out = {pk: sheet.progress for pk, sheet in sheets.items()}
    return {
        pk: worked_out.get(pk, Progress()) if progress is None else from_kept(progress)
        for pk, progress in kept.items()
    }


def _sheet(rows: list[Assignment]) -> Sheet:
    invitation = rows[0].invitation
    layout = layout_of(invitation.audit.framework_version)
    places: list[Place] = []
    strays: set[Key] = set()
    for _pk, found in groupby(rows, key=lambda row: row.scope_id):
        of_scope = list(found)
        kept = kept_in(of_scope[0])
        for scope, node, subject in _asked(layout, of_scope):
            said = kept.pop((scope.pk, node.pk, subject.pk), NOTHING)
            places.append(Place(invitation, scope, node, subject, len(places) + 1, said))
        strays.update(kept)
    return Sheet(invitation, layout, tuple(places), frozenset(strays), invitation.edition)


def _asked(layout: Layout, rows: list[Assignment]) -> Iterator[tuple[Scope, Node, Subject]]:
    """What the assignments of one scope cover, in order, repeats unrolled."""
    scope, repeats = rows[0].scope, repeats_in(rows[0])
    parts = [layout.by_id[row.node_id] for row in rows]
    for section, questions in layout.blocks:
        subjects = repeats.get(section.pk, []) if section else [scope.subject]
        for subject in subjects:
            for node in questions:
                if any(part.order <= node.order <= part.last for part in parts):
                    yield scope, node, subject

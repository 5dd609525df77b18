"""What several people said about one scope, as scores count it: only what each of them was asked.

Skip logic is decided for each person and subject from that person's own answers. What was said
before a question was hidden does not count; what nobody was asked is hidden from everybody.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from audits.questionnaire import CALCULATED, Item, Questionnaire, Resolved, Value, value_of


class Reply(NamedTuple):
    """One answer: whose, about what (None: what the scope is about), to which question.

    ``content`` is a revision's (``models.CONTENT``).
    """

    who: Hashable
    about: Hashable
    key: str
    content: Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """``answers``, ``documented`` and ``hidden`` as ``audits.scoring`` takes them; ``counted`` are
    the replies to what was asked, for everything else that is told of answers."""

    answers: dict[str, Any]
    documented: dict[str, Any]
    hidden: frozenset[str]
    counted: tuple[Reply, ...]


def asked_of(
    questionnaire: Questionnaire,
    replies: Iterable[Reply],
    *,
    today: date,
    repeats: Mapping[str, Collection[Hashable]] | None = None,
) -> Asked:
    """Sort what was said about one scope.

    ``repeats`` names the subjects of each repeated section, by its key; what is left out are the
    subjects that somebody spoke about. ``today`` is the day as of which conditions are decided.
    """
    by_person: dict[Hashable, list[Reply]] = defaultdict(list)
    for reply in replies:
        by_person[reply.who].append(reply)
    about = _subjects(questionnaire, by_person, repeats or {})
    people = [_Person(questionnaire, mine, about, today) for mine in by_person.values() or [[]]]
    counted = tuple(
        reply for one in people for reply in one.replies if one.was_asked(reply.key, reply.about)
    )
    return Asked(
        answers=_answers(questionnaire, people, counted),
        documented=_documented(questionnaire, counted),
        hidden=frozenset(
            item.key
            for item in questionnaire.items
            if not any(one.was_asked_at_all(item) for one in people)
        ),
        counted=counted,
    )


def _subjects(
    questionnaire: Questionnaire, by_person: Mapping, repeats: Mapping
) -> dict[str, list[Hashable]]:
    """The subjects of each repeated section."""
    found: dict[str, dict[Hashable, None]] = {item.key: {} for item in questionnaire.repeats}
    for mine in by_person.values():
        for reply in mine:
            section = questionnaire.repeat_of(reply.key)
            if section:
                found[section.key][reply.about] = None
    return {key: list(repeats.get(key, subjects)) for key, subjects in found.items()}


class _Person:
    """What one person said, and what follows from it for the scope and each subject."""

    def __init__(
        self,
        questionnaire: Questionnaire,
        replies: list[Reply],
        about: Mapping[str, list[Hashable]],
        today: date,
    ) -> None:
        self.questionnaire, self.replies, self.about = questionnaire, replies, about
        said: dict[Hashable, dict[str, Value]] = defaultdict(dict)
        for one in replies:
            kind = questionnaire.by_key[one.key].kind
            is_repeated = questionnaire.repeat_of(one.key)
            said[one.about if is_repeated else None][one.key] = value_of(kind, one.content)
        subjects = {None, *(subject for found in about.values() for subject in found)}
        self.resolved: dict[Hashable, Resolved] = {
            subject: questionnaire.resolve(said[None] | said[subject], today=today)
            for subject in subjects
        }

    def was_asked(self, key: str, about: Hashable) -> bool:
        section = self.questionnaire.repeat_of(key)
        if section is None:
            return key not in self.resolved[None].hidden
        return about in self.about[section.key] and key not in self.resolved[about].hidden

    def was_asked_at_all(self, item: Item) -> bool:
        return any(self.was_asked(item.key, about) for about in self.subjects_of(item.key))

    def subjects_of(self, key: str) -> list[Hashable]:
        section = self.questionnaire.repeat_of(key)
        return self.about[section.key] if section else [None]


def _answers(
    questionnaire: Questionnaire, people: list[_Person], counted: Iterable[Reply]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for reply in counted:
        kind = questionnaire.by_key[reply.key].kind
        _keep(found, questionnaire, reply.key, reply.about, for_score(kind, reply.content))
    for item in questionnaire.items:
        if item.kind == CALCULATED:
            for one in people:
                for about in one.subjects_of(item.key):
                    value = one.resolved[about].calculated.get(item.key)
                    if isinstance(value, float):
                        _keep(found, questionnaire, item.key, about, value)
    return found


def _documented(questionnaire: Questionnaire, counted: Iterable[Reply]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for reply in counted:
        value, item = reply.content.get("documented"), questionnaire.by_key[reply.key]
        if value is not None and item.documents:
            value = bool(value) if item.kind == "boolean" else value
            _keep(found, questionnaire, reply.key, reply.about, value)
    return found


def _keep(
    found: dict[str, Any], questionnaire: Questionnaire, key: str, about: Hashable, value: object
) -> None:
    """Beside the others' answers, of a repeated question beside those about the same subject."""
    if questionnaire.repeat_of(key):
        found.setdefault(key, {}).setdefault(about, []).append(value)
    else:
        found.setdefault(key, []).append(value)


def for_score(kind: str, content: Mapping[str, Any]) -> object:
    """An answer's content as ``audits.scoring`` reads it."""
    if content["state"] != "answered":
        return content["state"]
    if kind == "multiple":
        return list(content["chosen"])
    if kind == "single":
        return content["chosen"][0] if content["chosen"] else None
    number = content.get("number")
    return bool(number) if kind == "boolean" and number is not None else number

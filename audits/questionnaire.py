"""A questionnaire compiled from a version's content: what is asked, given what was answered.

Expressions may ask questions and calculations that come before them, so there are no circles. A
section is asked before all beneath it, and where it is hidden all beneath it is. The answer to a
hidden question counts as empty for what comes later. Within a section that repeats for each tool,
``${key}`` means the same tool's answer, else the scope's: callers merge the two.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from audits.expressions import BadExpression, Expression, Value, read_expression
from audits.tree import columns_of, flat, to_written

SECTION, NOTE, CALCULATED = "section", "note", "calculated"
NOT_ASKED = (SECTION, NOTE, CALCULATED)
EXPRESSIONS = ("relevant", "constraint", "calculation")


class BadQuestionnaire(ValueError):  # noqa: N818  it says what the content is
    """One expression of a content cannot be: of the node ``key``, in ``field``."""

    def __init__(self, key: str, field: str, reason: str) -> None:
        super().__init__(f"{key}, {field}: {reason}")
        self.key, self.field, self.reason = key, field, reason


@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """One node in its place, with a Node's columns; ``parent`` is a key, expressions are read."""

    key: str
    kind: str
    order: int
    last: int
    parent: str
    area: str
    title: str
    text: str
    hint: str
    evidence: str
    importance: str
    weight: float
    target: float | None
    low: float | None
    high: float | None
    unit: str
    required: bool
    choices: list[dict]
    at_most: int | None
    total: float | None
    counts_as: str
    suggests: dict
    relevant: Expression | None
    constraint: Expression | None
    constraint_message: str
    is_soft: bool
    calculation: Expression | None
    repeat: str
    catalogue: str
    has_other: bool
    documents: bool
    measure: str
    fact: dict
    maps: list[dict]

    @property
    def is_question(self) -> bool:
        return self.kind not in NOT_ASKED


class Resolved(NamedTuple):
    """What follows from answers: keys that are not asked, values of calculations by key."""

    hidden: frozenset[str]
    calculated: dict[str, Value]


@dataclass(frozen=True, eq=False)
class Questionnaire:
    """All that is asked, in order. Nothing of it changes, so that processes keep it."""

    items: tuple[Item, ...]
    by_key: Mapping[str, Item] = field(repr=False)

    @cached_property
    def repeats(self) -> tuple[Item, ...]:
        """The sections that are asked once for each of some subjects."""
        return tuple(item for item in self.items if item.repeat)

    @cached_property
    def varies(self) -> bool:
        """Whether the number of questions depends on answers."""
        return any(
            inner.is_question for item in self.items if item.relevant for inner in self.within(item)
        )

    @cached_property
    def varies_by_day(self) -> bool:
        """Whether what is asked depends on the day, too."""
        return any(
            one is not None and one.uses_today
            for item in self._deciding
            for one in (item.relevant, item.calculation)
        )

    def within(self, item: Item) -> tuple[Item, ...]:
        """The item and all beneath it."""
        return self.items[item.order - 1 : item.last]

    def repeat_of(self, key: str) -> Item | None:
        """The repeated section that a node stands in, or is."""
        return self._repeat_of.get(key)

    def hidden(self, answers: Mapping[str, Value], *, today: date) -> frozenset[str]:
        """Keys of all that is not asked: of one person about one subject.

        ``answers``: by key, the scope's and over them the subject's own.
        """
        return self.resolve(answers, today=today).hidden

    def calculated(self, answers: Mapping[str, Value], *, today: date) -> dict[str, Value]:
        """The values of the calculations that are not hidden, by key."""
        return self.resolve(answers, today=today).calculated

    def known(self, answers: Mapping[str, Value], *, today: date) -> dict[str, Value]:
        """What expressions may ask: answers that are not hidden, and calculations."""
        hidden, found = self.resolve(answers, today=today)
        return {key: value for key, value in answers.items() if key not in hidden} | found

    @cached_property
    def _repeat_of(self) -> dict[str, Item]:
        return {inner.key: item for item in self.repeats for inner in self.within(item)}

    @cached_property
    def _deciding(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.relevant or item.calculation)

    def resolve(self, answers: Mapping[str, Value], *, today: date) -> Resolved:
        """Both at once. In order, since an expression asks only what comes before it."""
        known, hidden, found = dict(answers), set[str](), dict[str, Value]()
        for item in self._deciding:
            if item.key in hidden:
                continue
            if item.relevant and not item.relevant.holds(known, today=today):
                keys = [inner.key for inner in self.within(item)]
                hidden.update(keys)
                for key in keys:
                    known.pop(key, None)
            elif item.calculation:
                known[item.key] = found[item.key] = item.calculation.value(known, today=today)
        return Resolved(frozenset(hidden), found)


def read_questionnaire(content: Mapping[str, Any]) -> Questionnaire:
    """Compile a version's content. Raises BadQuestionnaire for the first expression that cannot
    be; the content's other faults are ``framework_file``'s."""
    for fault in faults_of_expressions(content):
        raise fault
    items = tuple(_item(raw, parent, order, last) for raw, parent, order, last in flat(content))
    return Questionnaire(items, {item.key: item for item in items})


def _item(raw: Mapping[str, Any], parent: str, order: int, last: int) -> Item:
    columns = columns_of(raw)
    read = {name: read_expression(columns[name]) if columns[name] else None for name in EXPRESSIONS}
    return Item(parent=parent, order=order, last=last, **columns | read)


# What is wrong ------------------------------------------------------------------------------
@dataclass(slots=True)
class _Seen:
    """What an expression may ask at one place of the tree: by key, its kind and its repetition."""

    kinds: dict[str, str] = field(default_factory=dict)
    repeats: dict[str, tuple[str, str]] = field(default_factory=dict)  # section, kind of subject


def faults_of_expressions(content: Mapping[str, Any]) -> Iterator[BadQuestionnaire]:
    """Everything that is wrong with a content's expressions and repetitions, in order."""
    everything = {raw["key"] for raw, *_rest in flat(content)}
    yield from _faults_within(content["nodes"], _Seen(), everything, ("", ""))


def _faults_within(
    nodes: list, seen: _Seen, everything: set[str], inside: tuple[str, str]
) -> Iterator[BadQuestionnaire]:
    for raw in nodes:
        key, children = raw["key"], raw.get("children")
        if raw.get("repeat") and inside[0]:
            reason = f"stands within {inside[0]!r}, which repeats already."
            yield BadQuestionnaire(key, "repeat", reason)
        here = (key, str(raw["repeat"])) if raw.get("repeat") and not inside[0] else inside
        for name in EXPRESSIONS:
            if raw.get(name):
                # The condition of a repeated section is asked before it repeats.
                place = inside if name == "relevant" else here
                yield from _faults_of(raw, name, seen, everything, place)
        seen.kinds[key] = SECTION if children is not None else raw.get("type", "")
        seen.repeats[key] = here
        yield from _faults_within(children or [], seen, everything, here)


def _faults_of(
    raw: Mapping[str, Any], name: str, seen: _Seen, everything: set[str], inside: tuple[str, str]
) -> Iterator[BadQuestionnaire]:
    key = raw["key"]
    try:
        expression = read_expression(raw[name])
    except BadExpression as error:
        yield BadQuestionnaire(key, name, str(error))
        return
    if expression.uses_here and name != "constraint":
        yield BadQuestionnaire(key, name, "asks its own answer (.), which only a check may.")
    for asked in sorted(expression.names):
        if asked == key and name == "constraint":
            continue
        if reason := _why_not(asked, key, seen, everything, inside):
            yield BadQuestionnaire(key, name, reason)


def _why_not(
    asked: str, key: str, seen: _Seen, everything: set[str], inside: tuple[str, str]
) -> str:
    """Why one key cannot be asked here, or nothing."""
    if asked == key:
        return f"${{{asked}}} is the question itself."
    if asked not in everything:
        return f"${{{asked}}} is no question of this questionnaire."
    if asked not in seen.kinds:
        return f"${{{asked}}} comes later; only what comes before can be asked."
    if seen.kinds[asked] in (SECTION, NOTE):
        return f"${{{asked}}} has no answer; it is a {seen.kinds[asked]}."
    section, subjects = seen.repeats[asked]
    if section and subjects != inside[1]:
        return f"${{{asked}}} is answered once for each {subjects}, so it has no one answer here."
    return ""


# Answers ------------------------------------------------------------------------------------
def value_of(kind: str, content: Mapping[str, Any] | None) -> Value:
    """An answer's content (``models.CONTENT``) as expressions read it; None where there is none."""
    if not content or content.get("state") != "answered":
        return None
    read = _VALUES.get(kind)
    return read(content) if read else None


def _number(content: Mapping[str, Any]) -> Value:
    number = content.get("number")
    return None if number is None else float(number)


def _one(content: Mapping[str, Any]) -> Value:
    chosen = content.get("chosen")
    return to_written(chosen[0]) if chosen else None


def _several(content: Mapping[str, Any]) -> Value:
    return tuple(to_written(value) for value in content.get("chosen") or ()) or None


def _text(content: Mapping[str, Any]) -> Value:
    return content.get("text") or None


def _day(content: Mapping[str, Any]) -> Value:
    day = content.get("day")
    return date.fromisoformat(day) if isinstance(day, str) and day else day or None


def _file(content: Mapping[str, Any]) -> Value:
    return str(content["file"]) if content.get("file") else None


_VALUES = {
    "level": _number,
    "number": _number,
    "boolean": _number,
    "single": _one,
    "multiple": _several,
    "subject": _several,
    "text": _text,
    "date": _day,
    "file": _file,
}

"""A difference between two versions in words: what changed where, and what follows from it."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audits.choices import Importance, NodeKind
from audits.forms.drafts import HeadForm, NodeForm
from audits.version_diff import Change, Difference, FieldChange, NodeChange, marked
from productops import numbers
from teams.choices import SubjectKind

KINDS = {
    Change.ADDED: ("good", gettext_lazy("New")),
    Change.REMOVED: ("bad", gettext_lazy("Gone")),
    Change.CHANGED: ("flat", gettext_lazy("Changed")),
    Change.MOVED: ("flat", gettext_lazy("Moved")),
}
LABELS = {
    "children": gettext_lazy("Questions"),
    "choices": gettext_lazy("Choice"),
    "levels": gettext_lazy("Level"),
    "scale": gettext_lazy("Scale"),
    "areas": gettext_lazy("Area"),
    "suggests": gettext_lazy("Suggests"),
    "fact": gettext_lazy("Fact"),
    "maps": gettext_lazy("Mapped to"),
    "name": gettext_lazy("name"),
    "score": gettext_lazy("score"),
    "value": gettext_lazy("value"),
    "order": gettext_lazy("order"),
}
INSIDE = ("choices", "levels", "areas", "maps")  # what stands in rows: the second word names one
WORDS = {
    "type": dict(NodeKind.choices),
    "importance": dict(Importance.choices),
    "repeat": dict(SubjectKind.choices),
    "catalogue": dict(SubjectKind.choices),
}


def words_of(changes: Difference) -> dict[str, Any]:
    return {
        "difference": changes,
        "is_empty": changes.is_empty,
        "head": [line_of(one) for one in changes.head],
        "nodes": [node_of(one) for one in changes.shown],
        "counts": counts(changes),
        "consequences": consequences(changes),
    }


def node_of(change: NodeChange) -> dict[str, Any]:
    kind, word = KINDS[change.change]
    node = change.node
    return {
        "key": change.key,
        "title": node.get("title") or node.get("text") or change.key,
        "text": node.get("text", "") if node.get("title") else "",
        "section": change.section,
        "is_section": change.is_section,
        "kind": kind,
        "word": word,
        "is_moved": change.is_moved and change.change == Change.CHANGED,
        "measures_otherwise": change.is_question and change.measures_otherwise,
        "lines": [line_of(one) for one in change.fields],
    }


def line_of(change: FieldChange) -> dict[str, Any]:
    """One field: its name and both texts as one, with what is gone and what is new."""
    name = change.name[-1] if change.name[0] not in WORDS else change.name[0]
    before, after = shown(name, change.before), shown(name, change.after)
    return {"label": label_of(change.name), "pieces": marked(before, after)}


def label_of(name: tuple[str, ...]) -> str:
    words = [name_of(name[0])]
    if name[0] == "scale" and len(name) > 2:
        words = [name_of("levels"), *name[2:3], *map(name_of, name[3:])]
    elif name[0] in INSIDE:
        words += [*name[1:2], *map(name_of, name[2:])]
    else:
        words += map(name_of, name[1:])
    return " ".join(words)


def name_of(word: str) -> str:
    if word in LABELS:
        return str(LABELS[word])
    for form in (NodeForm, HeadForm):
        if word in form.base_fields:
            return str(form.base_fields[word].label)
    return word.replace("_", " ")


def shown(name: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, (int, float)):
        return numbers.number(value)
    if isinstance(value, (list, tuple)):
        return ", ".join(shown(name, one) for one in value)
    if isinstance(value, dict):
        return ", ".join(f"{word}: {shown(word, inner)}" for word, inner in value.items())
    return str(WORDS.get(name, {}).get(value, value))


def counts(changes: Difference) -> list[tuple[str, str, int]]:
    """(kind of status, word, number) of what there is."""
    found = [(*KINDS[change], changes.count(change)) for change in KINDS]
    return [(kind, str(word), number) for kind, word, number in found if number]


def consequences(changes: Difference) -> list[str]:
    """What the new version means for comparisons with audits before it."""
    found = [_kept(len(changes.keeping))]
    for sentence, number in (
        (_new, len(changes.questions(Change.ADDED))),
        (_gone, len(changes.questions(Change.REMOVED))),
        (_otherwise, len(changes.measured_otherwise)),
    ):
        if number:
            found.append(sentence(number))
    if any(one.name in (("scale", "min"), ("scale", "max")) for one in changes.head):
        found.append(_("The scale is another one: levels before and after are compared by share."))
    return found


def _kept(number: int) -> str:
    return ngettext(
        "%s question keeps its history.", "%s questions keep their history.", number
    ) % numbers.number(number)


def _new(number: int) -> str:
    return ngettext(
        "%s is new: comparisons leave it out.", "%s are new: comparisons leave them out.", number
    ) % numbers.number(number)


def _gone(number: int) -> str:
    return ngettext(
        "%s is asked no more; what was answered stays with its audits.",
        "%s are asked no more; what was answered stays with its audits.",
        number,
    ) % numbers.number(number)


def _otherwise(number: int) -> str:
    return ngettext(
        "%s has another scale or other scores: a new key would keep old and new apart.",
        "%s have another scale or other scores: new keys would keep old and new apart.",
        number,
    ) % numbers.number(number)

"""What one can choose at a question, as its page draws it."""

from django.utils.translation import gettext_lazy as _

from audits.choices import AnswerState, NodeKind
from audits.models import Node, Place
from audits.replies import OTHER

CHOICES = (NodeKind.LEVEL, NodeKind.SINGLE, NodeKind.BOOLEAN)
MOST_SAID = 10  # ticked choices that are named one by one
# How far something is written down, by the share of the way from nothing to all.
WRITTEN = ((0, _("Nowhere")), (0.4, _("In pieces")), (0.7, _("Partly")), (0.99, _("Mostly")))


def without_value() -> tuple[tuple[str, str], ...]:
    states = (AnswerState.DONT_KNOW, AnswerState.NOT_APPLICABLE)
    return tuple((str(state), str(state.label)) for state in states)


def options_of(form, former: dict | None) -> list[dict]:
    """The choices of a question; ``former`` is the content of last time's answer."""
    before = values_of(former or {}, form.node.kind)
    return [
        {
            "value": value,
            "name": name,
            "text": text,
            "is_chosen": value in form.chosen,
            "is_previous": value in before,
            "is_weak": is_weak(form.place, value),
            "is_other": value == OTHER and form.node.has_other,
        }
        for value, name, text in _choices(form)
    ]


def extra_of(form) -> list[dict]:
    return [
        {"value": value, "name": name, "is_chosen": value in form.chosen}
        for value, name in without_value()
    ]


def written_options(form) -> list[dict]:
    """How far it is written down, on the scale of the question."""
    node = form.node
    if node.kind == NodeKind.BOOLEAN:
        scale = [("true", "1", _("Yes")), ("false", "0", _("No"))]
    elif node.kind == NodeKind.LEVEL and node.choices:
        steps = max(1, len(node.choices) - 1)
        values = [shown(choice["value"]) for choice in node.choices]
        scale = [(value, value, _share(n / steps)) for n, value in enumerate(values)]
    elif node.kind == NodeKind.SINGLE:
        scale = [
            (shown(choice["value"]), f"{choice['score']:g}", choice["name"])
            for choice in node.choices
            if choice.get("score") is not None
        ]
    else:
        scale = []
    chosen = form.documented
    return [
        {"value": value, "name": name, "is_chosen": chosen in (value, number)}
        for value, number, name in scale
    ]


def _share(share: float) -> str:
    return next((word for most, word in WRITTEN if share <= most), _("Fully"))


def is_weak(place: Place, value: str) -> bool:
    """Whether an answer lies below what is wanted, so that one may say what to do about it."""
    node = place.node
    if node.kind == NodeKind.BOOLEAN:
        return value == "false"
    if node.kind != NodeKind.LEVEL:
        return False
    version = place.invitation.audit.framework_version
    target = version.target if node.target is None else node.target
    try:
        return float(value) < target
    except ValueError:
        return False


def _choices(form) -> list[tuple]:
    node = form.node
    if node.kind == NodeKind.BOOLEAN:
        return [("true", _("Yes"), ""), ("false", _("No"), "")]
    if node.kind == NodeKind.SUBJECT:
        return [(subject.reference, subject.name, "") for subject in form.catalogue]
    there = [(shown(one["value"]), one["name"], one.get("text", "")) for one in node.choices]
    return [*there, (OTHER, _("Something else"), "")] if node.has_other else there


def said(node: Node, content: dict | None) -> str:
    """A kept answer in words."""
    if not content:
        return ""
    names = {shown(choice["value"]): choice["name"] for choice in node.choices}
    words = {**names, **dict(without_value()), **(_truth(node))}
    if node.has_other:
        words[OTHER] = content.get("text", "")
    found = values_of(content, node.kind)[:MOST_SAID]
    return ", ".join(str(words.get(value, value)) for value in found)


def _truth(node: Node) -> dict[str, str]:
    return {"true": _("Yes"), "false": _("No")} if node.kind == NodeKind.BOOLEAN else {}


def values_of(content: dict, kind: str) -> list[str]:
    """What a kept answer looks like on the page: the values of its inputs."""
    if not content:
        return []
    if content["state"] != AnswerState.ANSWERED:
        return [content["state"]]
    if content["chosen"]:
        return [shown(value) for value in content["chosen"]]
    if content["number"] is not None:
        return [
            _truth_of(content["number"]) if kind == NodeKind.BOOLEAN else f"{content['number']:g}"
        ]
    return [value for value in (content["text"], content["day"]) if value]


def _truth_of(number: float) -> str:
    return "true" if number else "false"


def shown(value: object) -> str:
    """A choice's value as it stands in the page: 3.0 is "3"."""
    return f"{value:g}" if isinstance(value, float) else str(value)

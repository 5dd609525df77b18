"""What the editor of a questionnaire shows: the outline, one place of it, and what is wrong."""

from collections import Counter
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from audits import drafting
from audits.choices import NodeKind
from audits.draft_faults import DraftFault, faults_in
from audits.drafting import ROOT, Spot
from audits.forms.drafts import HeadForm, NodeForm, kinds_of
from audits.models import Framework, FrameworkVersion
from audits.pages.version_words import name_of, words_of
from audits.refusals import DraftIsStale
from audits.version_diff import difference
from productops import changelog, numbers
from productops.timeline import events_of
from teams.models import Skill

# A fault's field where the form calls it otherwise, or has it among its rows.
NAMED = {
    "choices": "choices-0-name",
    "levels": "levels-0-name",
    "suggests": "gap",
    "fact": "fact_levels",
    "maps": "maps-0-framework",
    "scale": "min",
    "areas": "areas-0-key",
    "children": "title",
    "nodes": "title",
}


def form_for(draft: FrameworkVersion, key: str, data=None) -> HeadForm | NodeForm:
    """The form of the whole (``all``) or of one node. Raises CannotEdit where there is none."""
    if key == ROOT:
        return HeadForm(data, draft=draft)
    return NodeForm(data, draft=draft, node=drafting.spot_of(draft.content, key).node)


def editor(draft: FrameworkVersion, key: str, form, stale: DraftIsStale | None = None) -> dict:
    """The draft with the place that is chosen. ``stale`` says what somebody else saved."""
    faults = faults_in(draft.content)
    spot = None if key == ROOT else drafting.spot_of(draft.content, key)
    counts = Counter(fault.key for fault in faults)
    return {
        "draft": draft,
        "framework": draft.framework,
        "key": key,
        "root": ROOT,
        "spot": spot,
        "form": form,
        "outline": [outline_row(draft, one, counts, key) for one in drafting.spots(draft.content)],
        "root_faults": counts[ROOT],
        "faults": [fault_line(draft, fault) for fault in faults],
        "own_faults": [fault for fault in faults if fault.key == key],
        "sections": drafting.sections_for(draft.content, key) if spot else [],
        "home": home_of(draft, key),
        "kinds": kinds_of("") + [(NodeKind.SECTION.value, NodeKind.SECTION.label)],
        "askable": askable(draft, key) if spot else [],
        "skills": Skill.objects.values_list("slug", "name"),
        "frameworks": Framework.objects.values_list("slug", "title"),
        "former": former_of(draft),
        "stale": stale and {"message": str(stale), "events": edits_since(draft, stale.since)},
    }


def home_of(draft: FrameworkVersion, key: str) -> tuple[str, str]:
    """Where something new goes: into the section that is chosen, or behind the question."""
    if key == ROOT:
        return ROOT, ""
    spot = drafting.spot_of(draft.content, key)
    return (key, "") if spot.is_section else (spot.parent, key)


def outline_row(draft: FrameworkVersion, spot: Spot, counts: Counter, current: str) -> dict:
    node = spot.node
    return {
        "key": spot.key,
        "depth": min(spot.depth, 4),
        "is_section": spot.is_section,
        "is_current": spot.key == current,
        "title": node.get("title") or node.get("text") or "",
        "kind": _("Section") if spot.is_section else kind_label(node),
        "weight": numbers.number(node["weight"]) if node.get("weight", 1) != 1 else "",
        "condition": node.get("relevant", ""),
        "repeat": node.get("repeat", ""),
        "measure": node.get("measure", ""),
        "faults": counts[spot.key],
        "url": url_of(draft, spot.key),
    }


def kind_label(node: dict) -> str:
    kind = node.get("type", "")
    return str(NodeKind(kind).label) if kind in NodeKind.values else kind


def url_of(draft: FrameworkVersion, key: str) -> str:
    if key == ROOT:
        return reverse("audits:draft-edit", args=[draft.framework_id])
    return reverse("audits:draft-node", args=[draft.framework_id, key])


def fault_line(draft: FrameworkVersion, fault: DraftFault) -> dict:
    """A fault with the way to the field in which it is."""
    field = NAMED.get(fault.field, fault.field)
    return {
        "fault": fault,
        "url": url_of(draft, fault.key) + (f"#id_{field}" if field else ""),
        "name": title_of(draft, fault),
        "label": name_of(fault.field) if fault.field else "",
    }


def title_of(draft: FrameworkVersion, fault: DraftFault) -> str:
    if fault.key == ROOT:
        return str(draft.content.get("title") or draft.framework.title)
    try:
        node = drafting.spot_of(draft.content, fault.key).node
    except drafting.CannotEdit:
        return fault.key
    return node.get("title") or node.get("text") or fault.key


def askable(draft: FrameworkVersion, key: str) -> list[dict]:
    """What conditions at this place may name, with the values that they may be compared with."""
    return [
        {
            "key": spot.key,
            "name": spot.node.get("title") or spot.node.get("text", ""),
            "kind": kind_label(spot.node),
            "values": ", ".join(str(c.get("value")) for c in spot.node.get("choices") or []),
        }
        for spot in drafting.askable_before(draft.content, key)
    ]


def former_of(draft: FrameworkVersion) -> FrameworkVersion | None:
    """What the draft is going to replace."""
    versions = draft.framework.versions.exclude(pk=draft.pk)
    return versions.published().first() or versions.first()


def edits_since(draft: FrameworkVersion, edition: int) -> list[dict]:
    """What the log says of the edits that somebody has not read yet, newest first."""
    entries = changelog.history_of(draft)[:20]
    return events_of(entry for entry in entries if entry.after.get("edition", 0) > edition)


def publishing(draft: FrameworkVersion) -> dict[str, Any]:
    """What publishing changes, and what stands in the way."""
    former = former_of(draft)
    faults = faults_in(draft.content)
    return {
        "draft": draft,
        "framework": draft.framework,
        "former": former,
        "changes": words_of(difference(former.content, draft.content)) if former else None,
        "faults": [fault_line(draft, fault) for fault in faults],
        "audits": former.audits.exclude(state="closed").count() if former else 0,
        "questions": sum(
            not spot.is_section and spot.node.get("type") not in ("note", "calculated")
            for spot in drafting.spots(draft.content)
        ),
    }


# Edits --------------------------------------------------------------------------------------
def edited(content: dict, key: str, values: dict) -> tuple[dict, str]:
    """The content with what a form gave, and the key that its place has now."""
    if key == ROOT:
        return drafting.head_changed(content, values), ROOT
    if values.get("key", key) == key:
        words = values.get("title") or values.get("text") or ""
        node = drafting.spot_of(content, key).node
        values = values | {"key": drafting.key_for(content, node, words)}
    return drafting.changed(content, key, values), values["key"]


def with_new(content: dict, kind: str, *, into: str, after: str) -> tuple[dict, str]:
    """The content with one more node of a kind, and its key."""
    if kind not in NodeKind.values or kind == NodeKind.FRAMEWORK:
        raise drafting.CannotEdit(f"There is no kind {kind!r:.40}.")
    node = drafting.new_node(content, kind)
    return drafting.added(content, node, into=into, after=after), node["key"]

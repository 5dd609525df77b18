"""Which questionnaires there are, what a version of one asks, and how two versions differ."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from audits import access
from audits.actions.frameworks import library_files
from audits.choices import NodeKind, Relation, VersionState
from audits.framework_file import FrameworkFile, flat, write_framework_files
from audits.models import Framework, FrameworkVersion, Node
from audits.pages.version_words import words_of
from audits.version_diff import difference
from productops.measures import measure_named
from teams.choices import SubjectKind


def framework_rows(person, frameworks: Iterable[Framework]) -> list[dict[str, Any]]:
    """Each framework with the version that is asked now, and what else there is of it."""
    found = defaultdict(list)
    versions = access.framework_versions_for(person).filter(framework__in=list(frameworks))
    for version in versions.with_counts().order_by("-number"):
        found[version.framework_id].append(version)
    return [row_of(framework, found[framework.pk]) for framework in frameworks]


def row_of(framework: Framework, versions: list[FrameworkVersion]) -> dict[str, Any]:
    """``versions``: the newest first."""
    drafts = [one for one in versions if one.is_draft]
    kept = [one for one in versions if not one.is_draft]
    asked = next((one for one in kept if one.state == VersionState.PUBLISHED), None)
    return {
        "framework": framework,
        "version": asked or next(iter(kept or drafts), None),
        "versions": len(kept),
        "draft": next(iter(drafts), None),
        "is_asked": asked is not None,
        "is_new": not kept,
        "times_asked": sum(one.times_asked for one in kept),
    }


def framework(person, version: FrameworkVersion) -> dict:
    """The whole tree in reading order, with the other versions of the framework."""
    nodes = list(version.nodes.exclude(parent=None))
    versions = list(access.framework_versions_for(person).filter(framework=version.framework_id))
    kept = [one for one in versions if not one.is_draft]
    return {
        "version": version,
        "nodes": [described(node) for node in nodes],
        "questions": sum(node.is_question for node in nodes),
        "versions": [
            (one, kept[at + 1] if at + 1 < len(kept) else None) for at, one in enumerate(kept)
        ],
        "draft": next((one for one in versions if one.is_draft), None),
        "is_newest": bool(kept) and kept[0].pk == version.pk,
        "is_asked": any(one.state == VersionState.PUBLISHED for one in kept),
        "audits": access.audits_for(person).filter(framework_version=version),
        "may_prepare": access.may_prepare(person),
        "area_names": version.areas,
    }


def described(node: Node) -> Node:
    """A node with what its page says of it beside its own words."""
    node.catalogue_name = SubjectKind(node.catalogue).label if node.catalogue else ""
    node.is_note = node.kind in (NodeKind.NOTE, NodeKind.CALCULATED)
    node.rules = list(rules_of(node))
    return node


def rules_of(node: Node) -> Iterator[tuple[str, str, str]]:
    """When and how it is asked, in sentences: (icon, sentence, expression or nothing)."""
    if node.repeat:
        kind = SubjectKind(node.repeat).label
        yield "layers", _("Asked once for each: %s") % kind, ""
    if node.relevant:
        yield "git-branch", _("Asked only where"), node.relevant
    if node.constraint:
        text = _("Warns unless") if node.is_soft else _("Has to fulfil")
        yield "check", text, node.constraint
    if node.calculation:
        yield "chart-line", _("Calculated as"), node.calculation
    if node.documents:
        yield "file-text", _("Asks apart how far it is written down"), ""
    if node.measure:
        yield "scale", _("The fact beside it: %s") % name_of_measure(node.measure), ""
    for one in node.maps:
        relation = Relation(one["relation"]).label if one.get("relation") in Relation else ""
        yield "link", f"{one.get('framework')}, {one.get('key')}: {relation}", ""


def name_of_measure(key: str) -> str:
    known = measure_named(key)
    return str(known.name) if known else key


def changes(before: FrameworkVersion, after: FrameworkVersion) -> dict[str, Any]:
    """What the later version says differently, in words."""
    return words_of(difference(before.content, after.content))


def other_pairs(person, before: FrameworkVersion, after: FrameworkVersion) -> list[tuple]:
    """Neighbouring versions of the framework that may be compared as well: (older, newer)."""
    versions = access.framework_versions_for(person).filter(framework=before.framework_id)
    numbers = list(versions.order_by("-number").values_list("number", flat=True))
    pairs = zip(numbers[1:], numbers[:-1], strict=True)
    return [pair for pair in pairs if pair != (before.number, after.number)]


# What arrives by file or with a new release -------------------------------------------------
def updates_by(person, files: list[FrameworkFile]) -> dict[str, Any]:
    """What files change in the frameworks that are here, and what they bring that is new."""
    found = [(file, update_by(person, file)) for file in files]
    return {
        "updates": [update for _file, update in found if update],
        "others": [file.content["title"] for file, update in found if not update],
        "text": "".join(write_framework_files(file.content for file in files)),
        "is_one": len(files) == 1,
    }


def update_by(person, file: FrameworkFile) -> dict[str, Any] | None:
    """What a file changes in a framework that is here; None where it is new or says nothing
    new."""
    versions = access.framework_versions_for(person).filter(framework__slug=file.content["key"])
    kept = list(versions.exclude(state=VersionState.DRAFT).order_by("-number"))
    if not kept or any(one.sha256 == file.sha256 for one in kept):
        return None
    former = next((one for one in kept if one.state == VersionState.PUBLISHED), kept[0])
    return {
        "former": former,
        "changes": words_of(difference(former.content, file.content)),
        "is_own": former.edited_by_id is not None,
        "has_draft": versions.drafts().exists(),
    }


def library(person) -> dict[str, Any]:
    """The shipped questionnaires beside what is here."""
    known = defaultdict(list)
    files = library_files()
    keys = [file.content["key"] for file in files]
    versions = access.framework_versions_for(person).filter(framework__slug__in=keys)
    for version in versions.exclude(state=VersionState.DRAFT).defer("content"):
        known[version.framework.slug].append(version)
    rows = [_shipped(file, known[file.content["key"]]) for file in files]
    return {"rows": rows, "news": sum(row["state"] != "there" for row in rows)}


def _shipped(file: FrameworkFile, versions: list[FrameworkVersion]) -> dict[str, Any]:
    there = next((one for one in versions if one.sha256 == file.sha256), None)
    state = "there" if there else "newer" if versions else "new"
    return {
        "content": file.content,
        "state": state,
        "version": there or next(iter(versions), None),
        "is_own": bool(versions) and versions[0].edited_by_id is not None,
        "questions": sum("children" not in raw for raw, *_place in flat(file.content)),
    }

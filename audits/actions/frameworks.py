"""Take questionnaires in: every change of their content is a new version that never changes."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max

from audits.choices import NodeKind, VersionState
from audits.framework_file import (
    ROOT,
    FrameworkFile,
    columns_of,
    fingerprint,
    flat,
    read_framework_file,
)
from audits.models import Framework, FrameworkVersion, Node
from productops import changelog
from teams.models import Person

LIBRARY = Path(__file__).resolve().parent.parent / "library"


@transaction.atomic
def load_framework(
    *, file: FrameworkFile, by: Person | None, now: datetime
) -> tuple[FrameworkVersion, bool]:
    """The version that says what the file says, and whether it is new.

    Content that some version of the framework already holds adds none.
    """
    framework, _created = Framework.objects.get_or_create(
        slug=file.content["key"], defaults={"title": file.content["title"]}
    )
    known = framework.versions.exclude(state=VersionState.DRAFT).filter(sha256=file.sha256).first()
    if known is not None:
        return known, False
    return publish(framework=framework, file=file, by=by, now=now), True


@transaction.atomic
def publish(
    *,
    framework: Framework,
    file: FrameworkFile,
    by: Person | None,
    now: datetime,
    summary: str = "",
    draft: FrameworkVersion | None = None,
) -> FrameworkVersion:
    """Make what the file says the version that the next audits ask; the former ones are retired,
    and audits that use them go on.

    A ``draft`` that holds the same becomes that version, else it stays what it is. ``summary``
    tells readers what changed. The number is the file's, but never one that was there before.
    """
    version = draft or FrameworkVersion(framework=framework)
    version.number = max(file.version, newest_number(framework, version) + 1)
    version.state, version.published_at, version.summary = VersionState.PUBLISHED, now, summary
    write_content(version, file.content)
    version.save()
    _create_nodes(version)
    framework.versions.published().exclude(pk=version.pk).update(state=VersionState.RETIRED)
    if framework.title != file.content["title"]:
        framework.title = file.content["title"]
        framework.save(update_fields=["title", "updated_at"])
    verb = "published" if draft else "loaded"
    changelog.record(by=by, row=framework, verb=verb, after={"version": version.number})
    return version


@transaction.atomic
def load_frameworks(
    *, files: Iterable[FrameworkFile], by: Person | None, now: datetime
) -> list[tuple[FrameworkVersion, bool]]:
    """Each file's version and whether it is new: all of them, or none."""
    return [load_framework(file=file, by=by, now=now) for file in files]


def library_files() -> list[FrameworkFile]:
    """The questionnaires that are shipped, by name."""
    return [read_framework_file(path.read_bytes()) for path in sorted(LIBRARY.glob("*.yaml"))]


def load_library(*, by: Person | None, now: datetime) -> list[FrameworkVersion]:
    """Take in the questionnaires that are shipped; those that are there already stay."""
    return [load_framework(file=file, by=by, now=now)[0] for file in library_files()]


def newest_number(framework: Framework, version: FrameworkVersion | None = None) -> int:
    """The highest number that another version of the framework has, 0 where there is none."""
    others = framework.versions.exclude(pk=version.pk) if version else framework.versions.all()
    return others.aggregate(newest=Max("number"))["newest"] or 0


def write_content(version: FrameworkVersion, content: Mapping[str, Any]) -> None:
    """Give a version its content, and its columns what they say of it; nothing is saved. A
    draft's may still have faults."""
    scale = content.get("scale") or {}
    version.content, version.sha256 = dict(content), fingerprint(content)
    version.description = content.get("description", "")
    version.language = content.get("language", "en")[:10]
    version.minutes = min(content.get("minutes") or 0, 10_000)
    version.low, version.high = scale.get("min", 0), scale.get("max", 4)
    version.target = content.get("target", version.low)


def _create_nodes(version: FrameworkVersion) -> None:
    """Lay the tree level by level, since a child needs its parent's key in the table."""
    rows = list(flat(version.content))
    root = Node.objects.create(version=version, **_root(version, len(rows)))
    level, parents = [row for row in rows if row[1] == ROOT], {ROOT: root}
    while level:
        made = [
            _node(version, parents[parent], raw, order, last) for raw, parent, order, last in level
        ]
        parents = {node.key: node for node in Node.objects.bulk_create(made)}
        level = [row for row in rows if row[1] in parents]


def _root(version: FrameworkVersion, last: int) -> dict[str, Any]:
    return {
        "key": ROOT,
        "order": 0,
        "last": last,
        "kind": NodeKind.FRAMEWORK,
        "text": version.content["title"],
        "target": version.target,
        "low": version.low,
        "high": version.high,
    }


def columns_of_nodes(version: FrameworkVersion) -> dict[str, dict[str, Any]]:
    """What the nodes of a version should say by its content: columns by the node's key, its
    parent's key among them."""
    rows = list(flat(version.content))
    found = {ROOT: _root(version, len(rows)) | {"parent": ""}}
    for raw, parent, order, last in rows:
        places = {"order": order, "last": last, "parent": parent}
        found[raw["key"]] = columns_of(raw) | places
    return found


def _node(version: FrameworkVersion, parent: Node, raw: dict, order: int, last: int) -> Node:
    return Node(version=version, parent=parent, order=order, last=last, **columns_of(raw))

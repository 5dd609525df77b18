"""Take questionnaires in: every change of their content is a new version that never changes."""

from datetime import datetime
from pathlib import Path

from django.db import transaction

from audits.choices import NodeKind, VersionState
from audits.framework_file import ROOT, FrameworkFile, columns_of, flat, read_framework_file
from audits.models import Framework, FrameworkVersion, Node
from productops import changelog
from teams.models import Person

LIBRARY = Path(__file__).resolve().parent.parent / "library"


@transaction.atomic
def load_framework(
    *, file: FrameworkFile, by: Person | None, now: datetime
) -> tuple[FrameworkVersion, bool]:
    """The version that says what the file says, and whether it is new.

    Content that some version of the framework already holds adds none. A new version is what the
    next audits ask; the former ones are retired, and audits that use them go on.
    """
    framework, _created = Framework.objects.get_or_create(
        slug=file.content["key"], defaults={"title": file.content["title"]}
    )
    known = framework.versions.filter(sha256=file.sha256).first()
    if known is not None:
        return known, False
    version = _new_version(framework, file, now)
    framework.versions.exclude(pk=version.pk).update(state=VersionState.RETIRED)
    if framework.title != file.content["title"]:
        framework.title = file.content["title"]
        framework.save(update_fields=["title", "updated_at"])
    changelog.record(by=by, row=framework, verb="loaded", after={"version": version.number})
    return version, True


def load_library(*, by: Person | None, now: datetime) -> list[FrameworkVersion]:
    """Take in the questionnaires that are shipped; those that are there already stay."""
    files = [read_framework_file(path.read_bytes()) for path in sorted(LIBRARY.glob("*.yaml"))]
    return [load_framework(file=file, by=by, now=now)[0] for file in files]


def _new_version(framework: Framework, file: FrameworkFile, now: datetime) -> FrameworkVersion:
    content = file.content
    newest = framework.versions.order_by("-number").first()
    version = FrameworkVersion.objects.create(
        framework=framework,
        number=max(file.version, newest.number + 1 if newest else 1),
        state=VersionState.PUBLISHED,
        description=content.get("description", ""),
        language=content.get("language", "en")[:10],
        minutes=min(content.get("minutes", 0), 10_000),
        low=content["scale"]["min"],
        high=content["scale"]["max"],
        target=content["target"],
        content=content,
        sha256=file.sha256,
        published_at=now,
    )
    _create_nodes(version)
    return version


def _create_nodes(version: FrameworkVersion) -> None:
    """Lay the tree level by level, since a child needs its parent's key in the table."""
    rows = list(flat(version.content))
    root = Node.objects.create(
        version=version,
        key=ROOT,
        order=0,
        last=len(rows),
        kind=NodeKind.FRAMEWORK,
        text=version.framework.title,
        target=version.target,
        low=version.low,
        high=version.high,
    )
    level, parents = [row for row in rows if row[1] == ROOT], {ROOT: root}
    while level:
        made = [
            _node(version, parents[parent], raw, order, last) for raw, parent, order, last in level
        ]
        parents = {node.key: node for node in Node.objects.bulk_create(made)}
        level = [row for row in rows if row[1] in parents]


def _node(version: FrameworkVersion, parent: Node, raw: dict, order: int, last: int) -> Node:
    return Node(version=version, parent=parent, order=order, last=last, **columns_of(raw))

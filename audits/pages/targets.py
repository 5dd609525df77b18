"""Targets of products and teams beside those of the framework."""

from collections.abc import Iterator
from typing import Any

from audits import access
from audits.choices import NodeKind, VersionState
from audits.forms.targets import Cells
from audits.models import Framework, FrameworkVersion, Node
from teams.choices import SubjectKind

TARGET_KINDS = (SubjectKind.PRODUCT, SubjectKind.TEAM)
TARGET_COLUMNS = ("framework", "key", "section", "target", "subject", "level")


def kind_from(text: str) -> str:
    return text if text in TARGET_KINDS else SubjectKind.PRODUCT


def asked_version(person, framework: Framework) -> FrameworkVersion | None:
    """The version that says which sections there are: the published, else the newest."""
    versions = access.framework_versions_for(person).filter(framework=framework)
    kept = versions.exclude(state=VersionState.DRAFT)
    return kept.published().first() or kept.first()


def nodes_with_targets(version: FrameworkVersion) -> list[Node]:
    """The whole, and its top sections."""
    nodes = version.nodes.filter(parent=None) | version.nodes.sections().filter(
        parent__kind=NodeKind.FRAMEWORK
    )
    return list(nodes.select_related("version").order_by("order"))


def levels_of(person, framework: Framework, subjects: list) -> Cells:
    rows = access.targets_for(person, framework).filter(subject__in=subjects)
    return {(one.key, one.subject_id): one.level for one in rows}


def target_lines(person, framework: Framework, version: FrameworkVersion) -> Iterator[list[Any]]:
    """Every level that somebody set, as lines of a file."""
    nodes = {node.key: node for node in nodes_with_targets(version)}
    rows = access.targets_for(person, framework).select_related("subject")
    for one in rows.order_by("subject__kind", "subject__name", "key"):
        node = nodes.get(one.key)
        target = "" if node is None or node.target is None else node.target
        section = node.short if node else ""
        yield [framework.slug, one.key, section, target, one.subject.reference, one.level]

"""A questionnaire's YAML file, read into plain data, or refused with line, key and reason.

Nothing is left out in silence: a field that nobody reads is a mistake of the writer.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from audits.framework_file.faults import HEAD, faults_of
from audits.framework_file.loading import LARGEST, Fault, FrameworkRefused, Lined, load
from audits.questionnaire import faults_of_expressions
from audits.scoring.nodes import read_framework
from audits.tree import ROOT, columns_of, flat, to_written

__all__ = [
    "LARGEST",
    "ROOT",
    "Fault",
    "FrameworkFile",
    "FrameworkRefused",
    "columns_of",
    "fingerprint",
    "flat",
    "read_content",
    "read_framework_file",
    "read_framework_files",
    "to_written",
    "write_framework_file",
    "write_framework_files",
]


@dataclass(frozen=True)
class FrameworkFile:
    """``content`` is the file as plain data, ``sha256`` that of all in it but its number."""

    content: dict[str, Any]
    sha256: str

    @property
    def version(self) -> int:
        return int(self.content.get("version") or 1)


class _Dumper(yaml.SafeDumper):
    """Writes out what stands twice, since references are not read."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def read_framework_file(text: str | bytes) -> FrameworkFile:
    """Read a questionnaire. Raises FrameworkRefused with every fault that could be found."""
    head = load(text)
    faults = list(faults_of(head))
    if faults:
        raise FrameworkRefused(faults)
    faults = [*_faults_of_scores(head)] or [*_faults_of_expressions(head)]
    if faults:
        raise FrameworkRefused(faults)
    content = _plain(head)
    return FrameworkFile(content, fingerprint(content))


def read_content(content: Mapping[str, Any]) -> FrameworkFile:
    """A questionnaire that came in another form, held to the same rules."""
    try:
        return read_framework_file(write_framework_file(content))
    except RecursionError:
        raise FrameworkRefused([Fault(None, "nodes", "are nested too deeply.")]) from None


def read_framework_files(text: bytes) -> list[FrameworkFile]:
    """Read a pack: one questionnaire or several, each after a line of three hyphens."""
    pieces = [piece for piece in re.split(rb"(?m)^---[ \t]*\r?$", text) if piece.strip()]
    return [read_framework_file(piece) for piece in pieces or [b""]]


def write_framework_files(contents: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """A pack of questionnaires, as ``read_framework_files`` reads it."""
    for content in contents:
        yield "---\n" + write_framework_file(content)


def fingerprint(content: Mapping[str, Any]) -> str:
    """SHA-256 over all that a questionnaire says, whatever the file's order and number."""
    said = {name: value for name, value in content.items() if name != "version"}
    canonical = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def write_framework_file(content: Mapping[str, Any]) -> str:
    """The content as YAML, which ``read_framework_file`` reads back to the same fingerprint."""
    ordered = {name: content[name] for name in HEAD if name in content}
    return yaml.dump(ordered, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


def _faults_of_scores(head: Lined) -> Iterator[Fault]:
    """What the scores will need: kinds, scales, targets, choices. They say it in one sentence."""
    try:
        read_framework(head)
    except ValueError as error:
        reason = str(error)
        node = next((one for one in _nodes(head["nodes"]) if f" {one['key']}" in reason), None)
        line = node.line if node is not None else None
        yield Fault(line, node["key"] if node else "nodes", reason)


def _faults_of_expressions(head: Lined) -> Iterator[Fault]:
    nodes = {node["key"]: node for node in _nodes(head["nodes"])}
    for fault in faults_of_expressions(head):
        yield Fault(nodes[fault.key].lines[fault.field], fault.field, fault.reason)


def _nodes(nodes: list) -> Iterator[Lined]:
    for node in nodes:
        yield node
        yield from _nodes(node.get("children") or [])


def _plain(value: Any) -> Any:
    """The same as plain data: what JSON holds and gives back unchanged."""
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items() if inner is not None}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value

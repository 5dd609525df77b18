"""Everything that is wrong with a draft, found by the rules of files and told by node and field."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from audits.framework_file.faults import ROOT, faults_of
from audits.framework_file.loading import Fault, Lined
from audits.questionnaire import faults_of_expressions
from audits.scoring.nodes import read_framework

IN_WORDS = re.compile(r"^node (?P<key>[a-z0-9-]+)(?:, (?P<field>\w+))?:? ?")
A_LINE = re.compile(r", in line \d+(?=\.)")


@dataclass(frozen=True)
class DraftFault:
    """``key`` of the node (``all``: the whole), the field of it, and why."""

    key: str
    field: str
    reason: str


def faults_in(content: Mapping[str, Any]) -> list[DraftFault]:
    """All faults that can be found, in reading order; none: it can be published."""
    places: list[tuple[str, str]] = []
    head = _numbered(content, ROOT, "", places)
    assert isinstance(head, Lined)
    found = [_placed(fault, places) for fault in faults_of(head)] or _faults_of_scores(head)
    return found + [
        DraftFault(fault.key, fault.field, fault.reason) for fault in faults_of_expressions(content)
    ]


def _numbered(value: Any, key: str, field: str, places: list) -> Any:
    """The same data as a file's loader gives it; its lines are numbers of ``places``."""
    if isinstance(value, Mapping):
        own = value["key"] if field in ("nodes", "children") and value.get("key") else key
        lined = Lined()
        lined.line, lined.lines = len(places), dict.fromkeys(value, len(places))
        places.append((own, "" if field in ("nodes", "children") else field))
        for name, inner in value.items():
            lined[name] = _numbered(inner, own, name, places)
        return lined
    if isinstance(value, list):
        return [_numbered(inner, key, field, places) for inner in value]
    return value


def _placed(fault: Fault, places: list[tuple[str, str]]) -> DraftFault:
    key, field = places[fault.line] if fault.line is not None else (ROOT, "")
    return DraftFault(key, field or fault.key, A_LINE.sub("", fault.reason))


def _faults_of_scores(head: Lined) -> list[DraftFault]:
    """What the scores need: they say it in one sentence, which names the node."""
    try:
        read_framework(head)
    except ValueError as error:
        found = IN_WORDS.match(str(error))
        if found is None:
            return [DraftFault(ROOT, "", str(error))]
        reason = str(error)[found.end() :]
        return [DraftFault(found["key"], found["field"] or "", reason)]
    return []

"""How sheets are read: who is asked what and what they answered, in one statement.

What a published version asks never changes, so its nodes are read once for each process.
"""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import Aggregate, Exists, Func, JSONField, OuterRef, QuerySet, Subquery
from django.db.models import TextField as Text
from django.db.models.functions import JSONObject

from audits.choices import QUESTION_KINDS, NodeKind
from audits.models.answer import CONTENT, Answer, ReviewNote
from audits.models.audit import Assignment, Repeat
from audits.models.framework import FrameworkVersion, Node
from audits.progress import Key
from teams.models import Subject

REMEMBERED = 64  # versions whose nodes a process keeps
# No more than every page and save needs: the names of columns cost as much as their values.
PARTS = (
    "invitation__person",
    "invitation__link",
    "invitation__audit__framework_version",
    "scope__subject",
)
LONG = ("content", "description")  # of a version; nothing of it is needed once it is compiled
FIGURES = ("number", "documented")


class Together(Aggregate):
    """Many rows as one JSON array."""

    function = "JSONB_AGG"
    output_field = JSONField()

    def as_sqlite(self, compiler, connection, **extra):
        return self.as_sql(compiler, connection, function="JSON_GROUP_ARRAY", **extra)


class Exactly(Func):
    """A figure as text with all its digits: as a number of JSON, SQLite would round it."""

    output_field = Text()
    template = "CAST(%(expressions)s AS TEXT)"

    def as_sqlite(self, compiler, connection, **extra):
        written = "PRINTF('%%%%!.17g', %(expressions)s)"
        template = f"CASE WHEN %(expressions)s IS NOT NULL THEN {written} END"
        return self.as_sql(compiler, connection, template=template, **extra)


@dataclass(frozen=True)
class Kept:
    """An answer as it stands; revision 0 and no content where nothing was answered yet."""

    answer_id: int | None = None
    revision: int = 0
    content: dict | None = None
    answered_at: datetime | None = None
    is_asked_again: bool = False  # a reviewer wants it looked at once more


NOTHING = Kept()


@dataclass(frozen=True)
class Layout:
    """The nodes of a version in order, and what belongs together on the way through them."""

    nodes: tuple[Node, ...]

    @cached_property
    def by_id(self) -> dict[int, Node]:
        return {node.pk: node for node in self.nodes}

    @cached_property
    def has_conditions(self) -> bool:
        return any(node.relevant for node in self.nodes)

    @cached_property
    def tops(self) -> tuple[Node, ...]:
        """The sections right under the root, and questions that stand beside them."""
        root = self.nodes[0].pk if self.nodes else None
        there = (node for node in self.nodes if node.parent_id == root)
        return tuple(one for one in there if one.kind == NodeKind.SECTION or one.is_question)

    @cached_property
    def blocks(self) -> tuple[tuple[Node | None, tuple[Node, ...]], ...]:
        """Questions in order; those of a repeated section (first) stay together."""
        blocks: list[tuple[Node | None, tuple[Node, ...]]] = []
        beyond = -1
        for node in self.nodes:
            if node.order <= beyond:
                continue
            if node.repeat:
                beyond = node.last
                blocks.append((node, self._questions(node.order, node.last)))
            elif node.is_question:
                blocks.append((None, (node,)))
        return tuple(blocks)

    @cached_property
    def notes(self) -> dict[int, tuple[Node, ...]]:
        """The texts to read right before a question, by its id."""
        notes: dict[int, tuple[Node, ...]] = {}
        waiting: list[Node] = []
        for node in self.nodes:
            if node.kind == NodeKind.NOTE:
                waiting.append(node)
            elif node.is_question and waiting:
                notes[node.pk], waiting = tuple(waiting), []
        return notes

    @cached_property
    def part_of(self) -> dict[int, int]:
        """The part right under the root that a node stands in (or is), by id."""
        found: dict[int, int] = {}
        for node in self.nodes[1:]:
            found[node.pk] = found.get(node.parent_id or 0, node.pk)
        return found

    def top_of(self, node: Node) -> Node:
        return self.by_id[self.part_of[node.pk]]

    def _questions(self, first: int, last: int) -> tuple[Node, ...]:
        return tuple(n for n in self.nodes if first <= n.order <= last and n.kind in QUESTION_KINDS)


def layout_of(version: FrameworkVersion) -> Layout:
    if version.published_at is None:  # a draft changes
        return _layout.__wrapped__(version.pk, version.sha256, None)
    return _layout(version.pk, version.sha256, version.published_at)


@lru_cache(maxsize=REMEMBERED)
def _layout(version: int, _sha256: str, _published_at: datetime | None) -> Layout:
    return Layout(tuple(Node.objects.filter(version=version).order_by("order")))


def assigned(**narrowed) -> QuerySet[Assignment]:
    """Assignments with all that a page says of them; ``repeats`` are those of the scope, ``said``
    what the person answered about it."""
    late = [f"invitation__audit__framework_version__{name}" for name in LONG]
    return (
        Assignment.objects.filter(**narrowed)
        .select_related(*PARTS)
        .defer(*late)
        .annotate(repeats=_repeats(), said=_answers())
        .order_by("scope__subject__name", "scope", "pk")
    )


def _repeats() -> Subquery:
    row = JSONObject(
        node="node_id",
        id="subject_id",
        kind="subject__kind",
        key="subject__key",
        name="subject__name",
    )
    rows = Repeat.objects.filter(scope=OuterRef("scope")).order_by().values("scope")
    return Subquery(rows.annotate(all=Together(row)).values("all"))


def _answers() -> Subquery:
    columns = {name: name if name != "file" else "file_id" for name in CONTENT}
    row = JSONObject(
        node="node_id",
        subject="subject_id",
        pk="pk",
        revision="revision",
        answered_at="answered_at",
        again=Exists(ReviewNote.objects.open().filter(answer=OuterRef("pk"))),
        **columns | {name: Exactly(name) for name in FIGURES},
    )
    mine = Answer.objects.filter(invitation=OuterRef("invitation"), scope=OuterRef("scope"))
    return Subquery(mine.order_by().values("scope").annotate(all=Together(row)).values("all"))


def repeats_in(assignment: Assignment) -> dict[int, list[Subject]]:
    """The subjects for which each repeated section of a scope is asked, by the section's id."""
    found: dict[int, list[Subject]] = defaultdict(list)
    for row in sorted(
        getattr(assignment, "repeats", None) or [], key=lambda row: (row["name"].lower(), row["id"])
    ):
        node = row.pop("node")
        found[node].append(Subject(**row))
    return found


def kept_in(assignment: Assignment) -> dict[Key, Kept]:
    """What was answered about a scope, by place."""
    rows = getattr(assignment, "said", None) or []
    return {(assignment.scope_id, row.pop("node"), row.pop("subject")): _kept(row) for row in rows}


def _kept(row: dict[str, Any]) -> Kept:
    pk, revision = row.pop("pk"), row.pop("revision")
    at, again = datetime.fromisoformat(row.pop("answered_at")), bool(row.pop("again"))
    for name in FIGURES:
        row[name] = None if row[name] is None else float(row[name])
    if isinstance(row["chosen"], str):  # where the database keeps JSON as text
        row["chosen"] = json.loads(row["chosen"])
    return Kept(pk, revision, row, at if at.tzinfo else at.replace(tzinfo=UTC), again)

"""How sheets are read: one statement for who is asked what, one for what was answered.

What a published version asks never changes, so its nodes are read once for each process.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache

from django.db.models import Aggregate, Exists, JSONField, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from audits.choices import QUESTION_KINDS, NodeKind
from audits.models.answer import CONTENT, DAYS, Answer, ReviewNote
from audits.models.audit import Assignment, Repeat
from audits.models.framework import FrameworkVersion, Node
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
Key = tuple[int, int, int]  # scope, node, subject


class Together(Aggregate):
    """Many rows as one JSON array."""

    function = "JSONB_AGG"
    output_field = JSONField()

    def as_sqlite(self, compiler, connection, **extra):
        return self.as_sql(compiler, connection, function="JSON_GROUP_ARRAY", **extra)


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
        """The sections right under the root."""
        sections = (node for node in self.nodes if node.kind == NodeKind.SECTION)
        root = self.nodes[0].pk if self.nodes else None
        return tuple(node for node in sections if node.parent_id == root)

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

    def top_of(self, node: Node) -> Node:
        return next(one for one in self.tops if one.order <= node.order <= one.last)

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
    """Assignments with all that a page says of them; ``repeats`` are those of the scope."""
    row = JSONObject(
        node="node_id",
        id="subject_id",
        kind="subject__kind",
        key="subject__key",
        name="subject__name",
    )
    repeats = Repeat.objects.filter(scope=OuterRef("scope")).order_by().values("scope")
    late = [f"invitation__audit__framework_version__{name}" for name in LONG]
    return (
        Assignment.objects.filter(**narrowed)
        .select_related(*PARTS)
        .defer(*late)
        .annotate(repeats=Subquery(repeats.annotate(all=Together(row)).values("all")))
        .order_by("scope__subject__name", "scope", "pk")
    )


def repeats_in(assignment: Assignment) -> dict[int, list[Subject]]:
    """The subjects for which each repeated section of a scope is asked, by the section's id."""
    found: dict[int, list[Subject]] = defaultdict(list)
    for row in sorted(
        getattr(assignment, "repeats", None) or [], key=lambda row: (row["name"].lower(), row["id"])
    ):
        node = row.pop("node")
        found[node].append(Subject(**row))
    return found


def kept_of(invitations: Iterable[int]) -> dict[int, dict[Key, Kept]]:
    """What was answered, by invitation and place."""
    columns = [name if name != "file" else "file_id" for name in CONTENT]
    rows = (
        Answer.objects.filter(invitation__in=invitations)
        .annotate(again=Exists(ReviewNote.objects.open().filter(answer=OuterRef("pk"))))
        .values_list(
            "invitation", "scope", "node", "subject",
            "pk", "revision", "answered_at", "again", *columns,
        )
    )  # fmt: skip
    found: dict[int, dict[Key, Kept]] = defaultdict(dict)
    for invitation, scope, node, subject, pk, revision, at, again, *values in rows:
        content = dict(zip(CONTENT, values, strict=True))
        for name in DAYS:
            content[name] = content[name].isoformat() if content[name] else None
        found[invitation][scope, node, subject] = Kept(pk, revision, content, at, again)
    return found

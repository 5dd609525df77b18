"""Where somebody stands in a questionnaire: one question about one scope, and what was said."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, JSONField, OuterRef, Subquery

from audits.models.answer import Answer, AnswerRevision
from audits.models.audit import Assignment, Invitation, Scope
from audits.models.framework import Node
from productops.models import Link

QUESTION = "node__version__nodes__"  # from an assignment to the questions of its version
FIELDS = (
    "id",
    "key",
    "kind",
    "title",
    "text",
    "hint",
    "evidence",
    "required",
    "choices",
    "low",
    "high",
    "unit",
    "at_most",
    "order",
    "parent_id",
    "version_id",
)


@dataclass(frozen=True)
class Place:
    """The ``number``-th question of an invitation. ``revision`` is 0 and ``content`` None where
    nothing was answered yet."""

    invitation: Invitation
    scope: Scope
    node: Node
    number: int
    is_last: bool
    answer_id: int | None
    revision: int
    content: dict | None


@dataclass(frozen=True)
class Step:
    """One line of the way through a questionnaire."""

    number: int
    scope_id: int
    node_id: int
    order: int
    is_required: bool
    answered_at: datetime | None

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None


def place_at(link: Link, number: int) -> Place | None:
    """The place, whatever the size of the questionnaire in one query; None beyond its end."""
    rows = list(_questions(link)[number - 1 : number + 1])
    if not rows:
        return None
    row = rows[0]
    node = Node(**{name: getattr(row, f"q_{name}") for name in FIELDS})
    return Place(
        invitation=row.invitation,
        scope=row.scope,
        node=node,
        number=number,
        is_last=len(rows) == 1,
        answer_id=row.answer_pk,
        revision=row.answer_revision or 0,
        content=row.answer_content,
    )


def _questions(link: Link):
    mine = {
        "invitation": OuterRef("invitation"),
        "scope": OuterRef("scope"),
        "node": OuterRef(f"{QUESTION}id"),
    }
    answer = Answer.objects.filter(**mine)
    said = AnswerRevision.objects.filter(
        **{f"answer__{name}": outer for name, outer in mine.items()}
    ).order_by("-number")
    return (
        Assignment.objects.filter(invitation__link=link)
        .questions()
        .select_related(
            "invitation__person",
            "invitation__audit__framework_version__framework",
            "invitation__audit__owner",
            "scope__subject",
        )
        .defer("invitation__audit__framework_version__content")
        .annotate(
            answer_pk=Subquery(answer.values("pk")[:1]),
            answer_revision=Subquery(answer.values("revision")[:1]),
            answer_content=Subquery(said.values("content")[:1], output_field=JSONField()),
            **{f"q_{name}": F(QUESTION + name) for name in FIELDS},
        )
    )


def steps_of(invitation: Invitation) -> list[Step]:
    """The whole way through, in order, in one query."""
    answered = Answer.objects.filter(
        invitation=OuterRef("invitation"), scope=OuterRef("scope"), node=OuterRef(f"{QUESTION}id")
    )
    rows = (
        invitation.assignments.questions()
        .annotate(answered_at=Subquery(answered.values("answered_at")[:1]))
        .values_list(
            "scope_id",
            f"{QUESTION}id",
            f"{QUESTION}order",
            f"{QUESTION}required",
            "answered_at",
        )
    )
    return [Step(number, *row) for number, row in enumerate(rows, 1)]

"""All that the people of one audit are asked and how far they are, read once for a page."""

from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from audits.choices import InvitationState
from audits.models import Assignment, Audit, Node, ReviewNote, Scope, progress_of
from audits.models.sheet_rows import Layout, layout_of
from audits.progress import Progress

RESPONDED = (InvitationState.SUBMITTED, InvitationState.CHANGES)


class Row(NamedTuple):
    """An assignment without the weight of models: an invitation, a scope, a node."""

    invitation: int
    scope: int
    node: int


class Invited(NamedTuple):
    state: str
    progress: dict | None  # as it is kept


class Asked:
    """Statements are made when something is asked for the first time, four in all, and one more
    where somebody's progress is not kept."""

    def __init__(self, audit: Audit) -> None:
        self.audit = audit

    @cached_property
    def rows(self) -> list[Row]:
        """Who is asked what, by scope."""
        rows = Assignment.objects.filter(invitation__audit=self.audit)
        ordered = rows.order_by("scope__subject__name", "scope", "pk")
        return [Row(*one) for one in ordered.values_list("invitation", "scope", "node")]

    @cached_property
    def invited(self) -> Mapping[int, Invited]:
        rows = self.audit.invitations.values_list("pk", "state", "progress")
        return {pk: Invited(*rest) for pk, *rest in rows}

    @cached_property
    def progress(self) -> Mapping[int, Progress]:
        """By invitation. Empty for an anonymous audit: how far somebody is, question by question,
        would tell what they answered."""
        if self.audit.is_anonymous:
            return {}
        return progress_of({pk: one.progress for pk, one in self.invited.items()})

    @cached_property
    def asked_again(self) -> Mapping[int, int]:
        """How many answers a reviewer wants looked at once more, by invitation; nobody's of an
        anonymous audit."""
        if self.audit.is_anonymous:
            return Counter()
        notes = ReviewNote.objects.open().filter(answer__invitation__audit=self.audit)
        places = ("answer__scope", "answer__node", "answer__subject")
        rows = notes.values_list("answer__invitation", *places).distinct()
        return Counter(
            invitation
            for invitation, *place in rows
            if tuple(place) not in self.progress[invitation].unasked
        )

    @cached_property
    def scopes(self) -> list[Scope]:
        return list(self.audit.scopes.select_related("subject"))

    @cached_property
    def scope(self) -> Mapping[int, Scope]:
        return {scope.pk: scope for scope in self.scopes}

    @cached_property
    def layout(self) -> Layout:
        return layout_of(self.audit.framework_version)

    @cached_property
    def parts(self) -> list[Node]:
        """What can be assigned."""
        return list(self.layout.tops)

    @cached_property
    def of_invitation(self) -> Mapping[int, list[Row]]:
        found: dict[int, list[Row]] = {}
        for row in self.rows:
            found.setdefault(row.invitation, []).append(row)
        return found

    @property
    def questions(self) -> int:
        return sum(node.is_question for node in self.layout.nodes)

    @property
    def has_repeats(self) -> bool:
        return any(node.repeat for node in self.layout.nodes)

    def node(self, row: Row) -> Node:
        return self.layout.by_id[row.node]

    def unassigned(self) -> dict[str, list[str]]:
        """Names of parts that nobody answers, by the name of their scope."""
        held: dict[int, set[int]] = {}
        for row in self.rows:
            held.setdefault(row.scope, set()).add(row.node)
        root = self.layout.nodes[0].pk
        found = {
            scope.subject.name: [
                part.short for part in self.parts if not held.get(scope.pk, set()) & {root, part.pk}
            ]
            for scope in self.scopes
        }
        return {name: parts for name, parts in found.items() if parts}

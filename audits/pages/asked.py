"""All that the people of one audit are asked and what they answered, read once for a page."""

from collections.abc import Mapping
from functools import cached_property

from audits.choices import InvitationState, NodeKind
from audits.models import Assignment, Audit, Node, Scope, Sheet, sheets_of
from audits.models.sheet_rows import Layout, assigned, layout_of

RESPONDED = (InvitationState.SUBMITTED, InvitationState.CHANGES)


class Asked:
    """Statements are made when something is asked for the first time, three in all."""

    def __init__(self, audit: Audit) -> None:
        self.audit = audit

    @cached_property
    def rows(self) -> list[Assignment]:
        """Who is asked what, by scope and person."""
        return list(assigned(invitation__audit=self.audit))

    @cached_property
    def sheets(self) -> Mapping[int, Sheet]:
        """By invitation. Empty for an anonymous audit: how far somebody is, question by question,
        would tell what they answered."""
        return {} if self.audit.is_anonymous else sheets_of(self.rows)

    @cached_property
    def scopes(self) -> list[Scope]:
        return list(self.audit.scopes.select_related("subject"))

    @cached_property
    def layout(self) -> Layout:
        return layout_of(self.audit.framework_version)

    @cached_property
    def parts(self) -> list[Node]:
        """What can be assigned: sections at the top, and questions that stand beside them."""
        root, *others = self.layout.nodes
        tops = [node for node in others if node.parent_id == root.pk]
        return [node for node in tops if node.kind == NodeKind.SECTION or node.is_question]

    @cached_property
    def of_invitation(self) -> Mapping[int, list[Assignment]]:
        found: dict[int, list[Assignment]] = {}
        for row in self.rows:
            found.setdefault(row.invitation_id, []).append(row)
        return found

    @property
    def questions(self) -> int:
        return sum(node.is_question for node in self.layout.nodes)

    @property
    def has_repeats(self) -> bool:
        return any(node.repeat for node in self.layout.nodes)

    def node(self, row: Assignment) -> Node:
        return self.layout.by_id[row.node_id]

    def unassigned(self) -> dict[str, list[str]]:
        """Names of parts that nobody answers, by the name of their scope."""
        held: dict[int, set[int]] = {}
        for row in self.rows:
            held.setdefault(row.scope_id, set()).add(row.node_id)
        root = self.layout.nodes[0].pk
        found = {
            scope.subject.name: [
                part.short for part in self.parts if not held.get(scope.pk, set()) & {root, part.pk}
            ]
            for scope in self.scopes
        }
        return {name: parts for name, parts in found.items() if parts}

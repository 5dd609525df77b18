"""Who answers what, as many small boxes: each names what it stands for."""

from collections.abc import Mapping
from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.forms.inviting import SectionsField
from audits.models import Audit, Node
from audits.refusals import NotNow
from teams.choices import AccountRole
from teams.models import Person, Role, Seat, Subject

RESPONDENT = "respondent"
MOST_BOXES = 20_000


class Boxes:
    """Boxes named ``row`` and ``box``, whose values are numbers joined by dots: a row says that it
    was on the page, a box that it was ticked."""

    def __init__(self, data, *, audit: Audit) -> None:
        self.audit = audit
        self.rows = [_numbers(text, 2) for text in data.getlist("row")[:MOST_BOXES]]
        self.boxes = [_numbers(text, 3) for text in data.getlist("box")[:MOST_BOXES]]

    def by_row(self) -> Mapping[tuple[int, int], list[int]]:
        found: dict[tuple[int, int], list[int]] = {(row[0], row[1]): [] for row in self.rows}
        for first, second, third in self.boxes:
            if (first, second) in found:
                found[first, second].append(third)
        return found


class AssignmentsForm(Boxes):
    """Rows of invitation and scope, boxes of sections."""

    def wanted(self) -> dict[tuple[int, int], list[Node]]:
        nodes = {node.pk: node for node in self.audit.framework_version.nodes.all()}
        return {row: _known(keys, nodes) for row, keys in self.by_row().items()}


class RepeatsForm(Boxes):
    """Rows of scope and repeated section, boxes of subjects."""

    def wanted(self) -> dict[tuple[int, int], list[Subject]]:
        subjects = Subject.objects.in_bulk({key for _scope, _node, key in self.boxes})
        return {row: _known(keys, subjects) for row, keys in self.by_row().items()}


def _known(keys: list[int], rows: Mapping[int, object]) -> list:
    if any(key not in rows for key in keys):
        raise NotNow(_("What you ticked is not there any more. Look at the page again."))
    return [rows[key] for key in keys]


def _numbers(text: str, count: int) -> tuple[int, ...]:
    parts = text.split(".")
    if len(parts) != count or not all(
        part.isascii() and part.isdigit() and len(part) < 19 for part in parts
    ):
        raise NotNow(_("What you ticked is not there any more. Look at the page again."))
    return tuple(map(int, parts))


class SectionField(forms.ModelChoiceField):
    label_from_instance = SectionsField.label_from_instance


class RoleForm(forms.Form):
    """Everyone in a role answers a section."""

    role = forms.ChoiceField(label=_("Everyone in the role"))
    section = SectionField(Node.objects.none(), label=_("answers"), empty_label=None)

    def __init__(self, data=None, *, audit: Audit) -> None:
        super().__init__(data)
        seats = [(f"role:{role.pk}", role.name) for role in Role.objects.order_by("name")]
        accounts = [*AccountRole.choices, (RESPONDENT, _("Without an account"))]
        self.fields["role"].choices = [*seats, *accounts]
        sections = audit.framework_version.nodes.sections().filter(parent__parent=None)
        self.fields["section"].queryset = sections.order_by("order")

    def people(self, on: date) -> list[Person]:
        """Those who hold the role on a day."""
        kind, _colon, key = self.cleaned_data["role"].partition(":")
        if key:
            seated = Seat.objects.on(on).filter(role=key, person__isnull=False)
            return list(Person.objects.filter(pk__in=seated.values("person")))
        return list(Person.objects.filter(role="" if kind == RESPONDENT else kind))

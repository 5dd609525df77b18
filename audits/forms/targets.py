"""The matrix of targets: a section a row, a product or team a column, a level in each cell."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.models import Node
from productops.fields import NumberField
from teams.models import Subject

Cells = dict[tuple[str, int], float]


class TargetsForm(forms.Form):
    """``was`` stands beside each cell, so that nobody writes over what they have not seen."""

    def __init__(self, data=None, *, nodes: list[Node], subjects: list[Subject], levels: Cells):
        super().__init__(data)
        self.nodes, self.subjects, self.levels = nodes, subjects, levels
        for node in nodes:
            for subject in subjects:
                self._add(node, subject)

    def _add(self, node: Node, subject: Subject) -> None:
        low, high = node.ends
        field = NumberField(
            label=gettext_lazy("%(section)s, %(subject)s")
            % {"section": node.short, "subject": subject.name},
            required=False,
            low=low,
            high=high,
            show_hidden_initial=True,
            initial=text_of(self.levels.get((node.key, subject.pk))),
        )
        field.widget.attrs["aria-label"] = str(field.label)
        self.fields[name_of(node, subject)] = field

    def clean(self):
        for node in self.nodes:
            for subject in self.subjects:
                self._refuse_stale(node, subject)
        return self.cleaned_data

    def _refuse_stale(self, node: Node, subject: Subject) -> None:
        name = name_of(node, subject)
        seen = self.data.get(f"initial-{name}", "")
        now = text_of(self.levels.get((node.key, subject.pk)))
        if self.data.get(name, "") != seen and seen != now:
            text = _("Somebody else wrote %s here meanwhile.") % (now or "–")
            self.add_error(name, text)
            self.is_stale = True
            self.data = self.data.copy()  # the next attempt builds on what stands now
            self.data[f"initial-{name}"] = now

    is_stale = False

    @property
    def status(self) -> int:
        return 409 if self.is_stale else 422 if self.errors else 200

    def wanted(self) -> dict[tuple[str, Subject], float | None]:
        """The cells that somebody changed."""
        return {
            (node.key, subject): self.cleaned_data[name_of(node, subject)]
            for node in self.nodes
            for subject in self.subjects
            if self.data.get(name_of(node, subject), "")
            != self.data.get(f"initial-{name_of(node, subject)}", "")
        }

    def rows(self) -> list[dict]:
        return [
            {
                "node": node,
                "cells": [(subject, self[name_of(node, subject)]) for subject in self.subjects],
            }
            for node in self.nodes
        ]


def name_of(node: Node, subject: Subject) -> str:
    return f"{node.key}.{subject.pk}"


def text_of(level: float | None) -> str:
    return "" if level is None else f"{level:g}"

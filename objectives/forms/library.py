from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from objectives.choices import Family
from objectives.forms.asking import AskingForm

EVERY = "every"


class LibraryForm(AskingForm):
    """Which of the shipped KPIs are taken over: single ones, whole families, or all."""

    kpis = forms.MultipleChoiceField(required=False)
    families = forms.MultipleChoiceField(required=False, choices=Family.choices)
    all = forms.CharField(required=False)  # the button that takes every one

    def __init__(self, data=None, *, cards: list[dict[str, Any]], known: list[dict[str, Any]]):
        """``cards`` are those that are missing; of ``known``, all that we ship, may be asked."""
        super().__init__(data)
        self.cards = cards
        self.fields["kpis"].choices = [(card["slug"], card["name"]) for card in known]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not self.errors and not any(values.values()):
            self.add_error(None, _("Tick at least one KPI or family."))
        return values

    def values(self) -> dict[str, Any]:
        chosen, families = set(self.cleaned_data["kpis"]), set(self.cleaned_data["families"])
        if self.cleaned_data["all"]:
            return {"slugs": None}
        of_families = {card["slug"] for card in self.cards if card["family"] in families}
        return {"slugs": chosen | of_families}

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The missing cards under their families, with what is ticked."""
        ticked, whole = set(self["kpis"].value() or ()), set(self["families"].value() or ())
        found = []
        for family in Family:
            cards = [
                {"slug": card["slug"], "name": card["name"], "purpose": card.get("purpose", ""),
                 "is_ticked": card["slug"] in ticked}
                for card in self.cards
                if card["family"] == family
            ]  # fmt: skip
            if cards:
                group = {"family": family, "is_ticked": family.value in whole, "cards": cards}
                found.append(group)
        return found

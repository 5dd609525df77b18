from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from objectives.actions.influences import say_influence
from objectives.actions.kpis import define_kpi
from objectives.choices import Influence
from objectives.models import Kpi, KpiInfluence
from teams.models import Person

LIBRARY = Path(__file__).resolve().parents[1] / "library" / "kpis.yaml"
APART = {"band", *Influence.values}  # fields of a card that are no fields of ``define_kpi``


@cache
def _shipped() -> list[dict[str, Any]]:
    return yaml.safe_load(LIBRARY.read_text(encoding="utf-8"))["kpis"]


@cache
def library_cards() -> list[dict[str, Any]]:
    """The definition cards that we ship, as fields of ``define_kpi``."""
    return [_fields_of(card) for card in _shipped()]


@cache
def library_influences() -> list[tuple[str, str, dict[str, Any]]]:
    """What the shipped KPIs drive among themselves: (cause, effect, what is said of it)."""
    return [
        (card["slug"], said["slug"], {name: said[name] for name in said if name != "slug"} | kind)
        for card in _shipped()
        for kind in ({"kind": each} for each in Influence)
        for said in card.get(kind["kind"].value, ())
    ]


def _fields_of(card: dict[str, Any]) -> dict[str, Any]:
    """A card with its band as the two ends that a definition has."""
    return {name: value for name, value in card.items() if name not in APART} | card.get("band", {})


def missing_cards() -> list[dict[str, Any]]:
    """The shipped cards that are not there, not even in the trash."""
    known = set(Kpi.with_trash.values_list("slug", flat=True))
    return [card for card in library_cards() if card["slug"] not in known]


@transaction.atomic
def load_library(*, by: Person | None, slugs: set[str] | None = None) -> list[Kpi]:
    """Take over the shipped cards (or those named) that are not there yet; those that are, also
    in the trash, stay as people made them. What new ones drive, or are driven by, comes along."""
    made = [
        define_kpi(by=by, **card)
        for card in missing_cards()
        if slugs is None or card["slug"] in slugs
    ]
    _say_what_drives_what(made, by)
    return made


def _say_what_drives_what(made: Iterable[Kpi], by: Person | None) -> None:
    new = {kpi.slug for kpi in made}
    if not new:
        return
    ends = {slug for cause, effect, _said in library_influences() for slug in (cause, effect)}
    known = {kpi.slug: kpi for kpi in Kpi.objects.filter(slug__in=ends)}
    there = set(KpiInfluence.objects.values_list("cause__slug", "effect__slug"))
    for cause, effect, said in library_influences():
        if (cause, effect) not in there and {cause, effect} & new and {cause, effect} <= set(known):
            say_influence(cause=known[cause], effect=known[effect], by=by, **said)

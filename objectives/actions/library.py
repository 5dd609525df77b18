from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from objectives.actions.kpis import define_kpi
from objectives.models import Kpi
from teams.models import Person

LIBRARY = Path(__file__).resolve().parents[1] / "library" / "kpis.yaml"


@cache
def library_cards() -> list[dict[str, Any]]:
    """The definition cards that we ship, as fields of ``define_kpi``."""
    cards = yaml.safe_load(LIBRARY.read_text(encoding="utf-8"))["kpis"]
    return [_fields_of(card) for card in cards]


def _fields_of(card: dict[str, Any]) -> dict[str, Any]:
    """A card with its band as the two ends that a definition has."""
    return {name: value for name, value in card.items() if name != "band"} | card.get("band", {})


def missing_cards() -> list[dict[str, Any]]:
    """The shipped cards that are not there, not even in the trash."""
    known = set(Kpi.with_trash.values_list("slug", flat=True))
    return [card for card in library_cards() if card["slug"] not in known]


@transaction.atomic
def load_library(*, by: Person | None, slugs: set[str] | None = None) -> list[Kpi]:
    """Take over the shipped cards (or those named) that are not there yet; those that are, also
    in the trash, stay as people made them."""
    return [
        define_kpi(by=by, **card)
        for card in missing_cards()
        if slugs is None or card["slug"] in slugs
    ]

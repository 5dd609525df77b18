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
    return [{**card, **card.pop("band", {})} for card in cards]


@transaction.atomic
def load_library(*, by: Person | None, slugs: set[str] | None = None) -> list[Kpi]:
    """Take over the shipped cards (or those named) that are not there yet; those that are, also
    in the trash, stay as people made them."""
    known = set(Kpi.with_trash.values_list("slug", flat=True))
    return [
        define_kpi(by=by, **card)
        for card in library_cards()
        if card["slug"] not in known and (slugs is None or card["slug"] in slugs)
    ]

"""Packs of KPIs: YAML in the format of the shipped library, with what the KPIs raise and lower."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

import yaml
from django.utils.translation import gettext as _

from objectives.actions.influences import LONGEST_WAIT
from objectives.choices import Influence
from objectives.exchange.reading import LONG
from objectives.models import KpiInfluence
from productops import parsing
from productops.exchange import Refused, Report
from productops.intake import Row
from productops.parsing import Unreadable

LARGEST = 5_000_000  # bytes of a file
MOST_EFFECTS = 100  # of one card
TOLD = {"slug", "after_days", "why"}  # of one influence


@dataclass(frozen=True)
class Saying:
    """What one card says that its KPI drives. ``kind`` is the field that says so."""

    number: int
    card: Row
    kind: Influence
    effect: str
    after_days: int | None
    why: str

    @property
    def said(self) -> dict[str, Any]:
        return {"kind": self.kind, "after_days": self.after_days, "why": self.why}


class PlainLoader(yaml.SafeLoader):
    """Plain data as it is written: no numbers of other bases, which may be longer than can be told
    again, no key twice, of which one would be lost, and no aliases, by which a small file could
    stand for a huge one."""

    def compose_node(self, parent, index):
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("A pack has no aliases.")
        return super().compose_node(parent, index)

    def construct_mapping(self, node, deep=False):
        keys = [key.value for key, _value in node.value if isinstance(key, yaml.ScalarNode)]
        if len(set(keys)) < len(keys):
            raise yaml.YAMLError("A card says each thing once.")
        return super().construct_mapping(node, deep=deep)

    def construct_text(self, node) -> str:
        return self.construct_scalar(node)

    def refuse(self, node) -> None:
        raise yaml.YAMLError("A card has plain values alone.")


for _tag in ("bool", "int", "float", "timestamp"):
    PlainLoader.add_constructor(f"tag:yaml.org,2002:{_tag}", PlainLoader.construct_text)
for _tag in ("binary", "omap", "pairs", "set"):
    PlainLoader.add_constructor(f"tag:yaml.org,2002:{_tag}", PlainLoader.refuse)


# Reading ------------------------------------------------------------------------------------
def read_pack(file: BinaryIO, knows: tuple[str, ...]) -> tuple[list[tuple[int, Row]], list[Saying]]:
    """The cards of a pack as rows of texts, numbered from 1, and what they drive. Raises Refused
    with all that is wrong, by card and field."""
    report, rows, sayings = Report(), [], list[Saying]()
    for number, card in enumerate(_cards(file, report), 1):
        row = _plain(number, card, knows, report)
        rows.append((number, row))
        sayings += _sayings(number, card, row, report)
    if report.refused:
        raise Refused(report)
    return rows, sayings


def _cards(file: BinaryIO, report: Report) -> list[dict]:
    text = file.read(LARGEST + 1)
    if len(text) > LARGEST:
        report.refuse(None, "", _("The file is too large for a pack of KPIs."))
        raise Refused(report)
    try:
        found = yaml.load(text.decode("utf-8-sig"), Loader=PlainLoader)
        cards = found["kpis"]
        fits = isinstance(cards, list) and all(isinstance(card, dict) for card in cards)
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError, TypeError, KeyError):
        fits = False
    if not fits:
        report.refuse(None, "kpis", _("This is no YAML with a list of cards under “kpis”."))
        raise Refused(report)
    return cards


def _plain(number: int, card: dict, knows: tuple[str, ...], report: Report) -> Row:
    """A card as a row of texts; ``band`` becomes its two ends."""
    band = card.get("band")
    ends = band if isinstance(band, dict) else {}
    left = {"band", *Influence.values}
    row = {str(key): value for key, value in card.items() if key not in left} | ends
    for key, value in row.items():
        if key not in knows:
            report.refuse(number, str(key)[:80], _("Nothing reads this."))
        elif isinstance(value, (dict, list)):
            report.refuse(number, str(key), _("A cell holds one value."))
    return {
        str(key): "" if value is None else str(value)
        for key, value in row.items()
        if not isinstance(value, (dict, list))
    }


def _sayings(number: int, card: dict, row: Row, report: Report) -> Iterator[Saying]:
    """Both fields of a card; one that it raises and lowers at once is refused."""
    seen = set()
    for kind in Influence:
        listed = card.get(kind.value) or []
        if not isinstance(listed, list) or len(listed) > MOST_EFFECTS:
            report.refuse(number, kind.value, _("This is a list of at most 100 short names."))
            continue
        for each in listed:
            try:
                saying = _saying(number, row, kind, each)
            except Unreadable as problem:
                report.refuse(number, kind.value, str(problem))
                continue
            if saying.effect in seen:
                text = _("“%s” stands here twice.") % saying.effect
                report.refuse(number, kind.value, text)
            seen.add(saying.effect)
            yield saying


def _saying(number: int, row: Row, kind: Influence, said: Any) -> Saying:
    """One entry: a short name alone, or a mapping with when it shows and why."""
    told = said if isinstance(said, Mapping) else {"slug": said}
    if unknown := [key for key in told if key not in TOLD]:
        raise Unreadable(_("Nothing reads “%s”.") % str(unknown[0])[:80])
    if any(isinstance(value, (dict, list)) for value in told.values()):
        raise Unreadable(_("A cell holds one value."))
    days = told.get("after_days")
    return Saying(
        number=number,
        card=row,
        kind=kind,
        effect=parsing.to_slug(str(told.get("slug") or ""))[:120],
        after_days=None if days is None else parsing.to_whole(days, low=0, high=LONGEST_WAIT),
        why=parsing.clean_text(str(told.get("why") or ""), longest=LONG, has_lines=True),
    )


# Writing ------------------------------------------------------------------------------------
def pack_of(cards: Iterable[dict[str, Any]], influences: Iterable[KpiInfluence]) -> str:
    """Cards with what they drive, as the text of a pack. What has no text is said as such, so
    that taking it in again clears it."""
    drives: dict[str, dict[str, list]] = {}
    for each in influences:
        drives.setdefault(each.cause.slug, {}).setdefault(str(each.kind), []).append(_told(each))
    pack = [{**_scalars(card), **drives.get(card["slug"], {})} for card in cards]
    return yaml.safe_dump({"kpis": pack}, allow_unicode=True, sort_keys=False, width=sys.maxsize)


def _scalars(card: dict[str, Any]) -> dict[str, Any]:
    """Choices are texts of their own kind, which YAML does not know."""
    return {name: str(value) if isinstance(value, str) else value for name, value in card.items()}


def _told(belief: KpiInfluence) -> str | dict[str, Any]:
    if belief.after_days is None and not belief.why:
        return belief.effect.slug
    told: dict[str, Any] = {"slug": belief.effect.slug}
    if belief.after_days is not None:
        told["after_days"] = belief.after_days
    return told | ({"why": belief.why} if belief.why else {})

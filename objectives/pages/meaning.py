"""A key result whose KPI means something else by now: what changed, when, why, and the way on."""

from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from objectives.models import KeyResult, KpiVersion
from objectives.progress.meaning import MEANING, written_for
from productops import clock, numbers


@dataclass(frozen=True)
class MeaningChange:
    """``written`` is what the numbers were written for, ``now`` what counts the KPI."""

    key_result: KeyResult
    written: KpiVersion
    now: KpiVersion

    @property
    def sentence(self) -> str:
        text = _("The meaning of %(kpi)s changed on %(day)s (%(reason)s): write the numbers anew.")
        day = numbers.short_date(self.now.valid_from, clock.today())
        return text % {"kpi": self.now.kpi, "day": day, "reason": self.now.reason.rstrip(".")}

    @property
    def lines(self) -> list[tuple[str, str, str]]:
        """What differs, in words: (of what, as it was, as it is)."""
        found = ((name, said(self.written, name), said(self.now, name)) for name in MEANING)
        return [(_label(name), old, new) for name, old, new in found if old != new]


def meaning_change(key_result: KeyResult) -> MeaningChange | None:
    """None where its numbers mean what the KPI means; it comes ``with_standing``."""
    if not key_result.is_meant_otherwise:
        return None
    written = written_for(key_result.definitions, key_result.meant_by_id)
    return MeaningChange(key_result, written, key_result.series.counted_by)


def said(version: KpiVersion, name: str) -> str:
    """A part of a definition in words; a dash for what it leaves open."""
    shown = getattr(version, f"get_{name}_display", None)
    return str(shown() if shown else getattr(version, name)) or numbers.NOTHING


def _label(name: str) -> str:
    return capfirst(str(KpiVersion._meta.get_field(name).verbose_name))

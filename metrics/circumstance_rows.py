"""What else happened while a change was compared, as far as the reader may see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from audits.models import Audit
from metrics.choices import Circumstance
from metrics.models import Improvement, Verdict
from objectives.models import KpiVersion, Series
from processes.models import Revision
from teams.models import Person
from tooling.models import Rollout


@dataclass(frozen=True)
class Happening:
    kind: str
    id: int
    on: date
    title: str
    url: str

    @property
    def word(self) -> str:
        return str(Circumstance(self.kind).label)


@dataclass(frozen=True)
class Seen:
    """``rows`` that the reader may see, and how many are ``hidden``."""

    rows: tuple[Happening, ...]
    hidden: int

    @property
    def count(self) -> int:
        return len(self.rows) + self.hidden


def seen_by(person: Person, verdicts: Sequence[Verdict]) -> dict[int, Seen]:
    """Of each verdict what the person may see; one query for each kind that occurs."""
    known = addresses(person, [one for verdict in verdicts for one in verdict.circumstances])
    found = {}
    for verdict in verdicts:
        told = verdict.circumstances
        rows = [
            Happening(
                one["kind"], one["id"], date.fromisoformat(one["on"]), one["title"],
                known[one["kind"], one["id"]],
            )
            for one in told
            if (one["kind"], one["id"]) in known
        ]  # fmt: skip
        found[verdict.pk] = Seen(tuple(rows), len(told) - len(rows))
    return found


def addresses(person: Person, told: Sequence[Mapping[str, Any]]) -> dict[tuple[str, int], str]:
    """The pages of what the person may see, by kind and key."""
    asked: dict[str, set[int]] = {}
    for one in told:
        asked.setdefault(one["kind"], set()).add(one["id"])
    return {
        (kind, row.pk): row.get_absolute_url() if kind != Circumstance.DEFINITION else ""
        for kind, keys in asked.items()
        for row in ROWS[Circumstance(kind)](person).filter(pk__in=keys)
    }


def definitions(person: Person):
    """Versions of KPIs of which the person sees a series."""
    seen = Series.objects.visible_to(person).values("kpi")
    return KpiVersion.objects.filter(kpi__in=seen)


ROWS = {
    Circumstance.IMPROVEMENT: lambda person: Improvement.objects.visible_to(person),
    Circumstance.DEFINITION: definitions,
    Circumstance.REVISION: lambda person: Revision.objects.visible_to(person).select_related(
        "process"
    ),
    Circumstance.ROLLOUT: lambda person: Rollout.objects.visible_to(person),
    Circumstance.AUDIT: lambda person: Audit.objects.visible_to(person),
}

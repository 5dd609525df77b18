"""Many verdicts in one cycle: which of them would stand if some were found by chance."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from metrics.choices import Basis
from metrics.discovery import Discovery, discoveries
from metrics.models import Verdict
from metrics.periods import QUARTER, first_day, next_first
from objectives.models import Cycle
from productops import numbers
from productops.cadences import name_of_period


@dataclass(frozen=True)
class Round:
    """The changes that went live between two days: the cycle's, or else a quarter's."""

    name: str
    first: date
    until: date  # the day after its last

    def holds(self, day: date) -> bool:
        return self.first <= day < self.until


@dataclass(frozen=True)
class Reckoning:
    """What stands of all verdicts of one round; every change that was tested counts, whoever
    may see it."""

    round: Round
    keys: tuple[int, ...]
    found: Discovery

    @property
    def stands(self) -> dict[int, bool]:
        return dict(zip(self.keys, self.found.stands, strict=True))

    @property
    def false_text(self) -> str:
        return numbers.number(self.found.expected_false)

    @property
    def chance_text(self) -> str:
        return numbers.number(self.found.by_chance)


def round_of(day: date, cycles: Sequence[Cycle]) -> Round:
    """The shortest cycle that the day lies in; without one, the quarter."""
    around = [one for one in cycles if one.starts_on <= day <= one.ends_on]
    if around:
        cycle = min(around, key=lambda one: (one.ends_on - one.starts_on, one.pk))
        return Round(cycle.name, cycle.starts_on, date.fromordinal(cycle.ends_on.toordinal() + 1))
    first = first_day(day, QUARTER)
    return Round(name_of_period(first, QUARTER, first), first, next_first(first, QUARTER))


def dated_cycles() -> list[Cycle]:
    return list(Cycle.objects.exclude(starts_on=None).order_by("starts_on", "pk"))


def reckonings(days: Iterable[date]) -> list[Reckoning]:
    """The rounds that these days of going live fall into, newest first, in two queries."""
    cycles = dated_cycles()
    rounds = sorted({round_of(day, cycles) for day in days}, key=lambda one: one.first)
    if not rounds:
        return []
    tested = list(
        Verdict.objects.filter(
            basis=Basis.DECIDED,
            p_value__isnull=False,
            registration__improvement__deleted_at=None,
            registration__improvement__go_live_on__gte=rounds[0].first,
            registration__improvement__go_live_on__lt=max(one.until for one in rounds),
        )
        .order_by("pk")
        .values_list("pk", "p_value", "registration__improvement__go_live_on")
    )
    return [reckoning(one, tested, cycles) for one in reversed(rounds)]


def reckoning(
    one: Round, tested: Iterable[tuple[int, float, date]], cycles: Sequence[Cycle]
) -> Reckoning:
    own = [(pk, p) for pk, p, day in tested if round_of(day, cycles) == one]
    return Reckoning(one, tuple(pk for pk, _p in own), discoveries([p for _pk, p in own]))


def newest() -> Reckoning | None:
    """The newest round in which anything was tested; None where nothing was yet."""
    tested = Verdict.objects.filter(basis=Basis.DECIDED, p_value__isnull=False)
    kept = tested.filter(registration__improvement__deleted_at=None)
    day = kept.aggregate(day=Max("registration__improvement__go_live_on"))["day"]
    return reckonings([day])[0] if day else None


def standing_of(verdicts: Sequence[Verdict]) -> dict[int, tuple[bool, Reckoning]]:
    """Whether each verdict would stand, with the round that it was reckoned in; those that were
    not reached by numbers, or as delivered, are not among them."""
    asked = {one.pk for one in verdicts}
    days = {one.registration.improvement.go_live_on for one in verdicts}
    return {
        pk: (stands, found)
        for found in reckonings(day for day in days if day)
        for pk, stands in found.stands.items()
        if pk in asked
    }

"""What the numbers say beside what people believe drives what."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from objectives import ages
from objectives.ages import Age
from objectives.linkage import LEAST, Linkage, Says, linkage
from objectives.models import KpiInfluence, Series
from productops.cadences import count_of_periods
from teams.models import Person

MOST_READ = 500  # series; those of the organisation come first
KINDS = {Says.AGREES: "good", Says.OPPOSITE: "bad"}
WORDS = {
    Says.AGREES: gettext_lazy("The numbers agree"),
    Says.OPPOSITE: gettext_lazy("The numbers say the opposite"),
    Says.NOTHING: gettext_lazy("No link seen"),
    Says.TOO_FEW: gettext_lazy("Too few numbers yet"),
}


@dataclass(frozen=True)
class Seen:
    """What two series say of a belief, from how many numbers, and how old they are."""

    says: Says
    basis: str
    age: Age | None

    @property
    def kind(self) -> str:
        return KINDS.get(self.says, "flat")

    @property
    def words(self) -> str:
        return str(WORDS[self.says])


def seen_of(influences: Iterable[KpiInfluence], person: Person, on: date) -> dict[int, Seen]:
    """By the key of each belief; left out where no subject has numbers of both, counted by the
    same periods. Two queries."""
    influences = list(influences)
    kpis = {end for each in influences for end in (each.cause_id, each.effect_id)}
    if not kpis:
        return {}
    of_kpi: dict[int, dict[int, Series]] = {}
    for series in Series.objects.visible_to(person).measured_of(kpis)[:MOST_READ]:
        of_kpi.setdefault(series.kpi_id, {})[series.subject_id] = series
    found = {each.pk: _read(each, of_kpi) for each in influences}
    return {pk: _told(one, on) for pk, one in found.items() if one is not None}


def _read(belief: KpiInfluence, of_kpi: dict[int, dict[int, Series]]) -> Linkage | None:
    """Of the subject with the most numbers of both."""
    causes, effects = of_kpi.get(belief.cause_id, {}), of_kpi.get(belief.effect_id, {})
    found = [
        linkage(
            causes[subject].closed_points,
            effects[subject].closed_points,
            raises=belief.does_raise,
            cadence=causes[subject].cadence,
            after_days=belief.after_days,
        )
        for subject in causes
        if subject in effects and causes[subject].cadence == effects[subject].cadence
    ]
    return max(found, key=lambda one: one.n, default=None)


def _told(found: Linkage, on: date) -> Seen:
    basis = _("from %(periods)s") % {"periods": count_of_periods(found.n, found.cadence)}
    if found.says == Says.TOO_FEW:
        basis = _("%(n)s of the %(least)s changes it takes") % {"n": found.n, "least": LEAST}
    elif found.r is not None:
        basis = _("r = %(r)s, %(basis)s") % {
            "r": f"{found.r:+.2f}".replace("-", "−"),
            "basis": basis,
        }
    age = ages.of_period(found.last, found.cadence, on) if found.last else None
    return Seen(found.says, basis, age)


def counted(found: Iterable[Seen | None]) -> list[tuple[str, str]]:
    """How many beliefs the numbers say what of, as statuses: "7 show no link"."""
    many = Counter(one.says if one else None for one in found)
    return [
        (KINDS.get(says, "flat") if says else "flat", _many(says, number))
        for says, number in many.most_common()
    ]


def _many(says: Says | None, number: int) -> str:
    words = {
        Says.AGREES: ngettext("%(n)s is supported", "%(n)s are supported", number),
        Says.OPPOSITE: ngettext("%(n)s is contradicted", "%(n)s are contradicted", number),
        Says.NOTHING: ngettext("%(n)s shows no link", "%(n)s show no link", number),
        Says.TOO_FEW: ngettext(
            "%(n)s has too few numbers yet", "%(n)s have too few numbers yet", number
        ),
        None: ngettext(
            "%(n)s is not measured on both sides", "%(n)s are not measured on both sides", number
        ),
    }
    return words[says] % {"n": number}

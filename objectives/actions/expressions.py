"""What a computed KPI may be computed from: KPIs that are there, counted as often, in no circle."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from objectives.formula import BadFormula, read_formula
from objectives.models import Kpi, KpiInput, KpiVersion
from objectives.wording import formula_fault
from productops import clock
from productops.measures import Cadence

MOST_STEPS = 8  # from a computed KPI down to one that is observed
# A version may hold a little longer than to the next one's first day: to the end of its period.
LONGEST_PERIOD = timedelta(days=92)
FINENESS: list[str] = list(Cadence.values)  # from fine to coarse
Edges = Mapping[int, set[int]]  # of a KPI: those that it is computed from


@transaction.atomic
def inputs_named(version: KpiVersion, *, slug: str) -> list[Kpi]:
    """The KPIs that the expression of a version that is not written yet names, in its order.

    ``slug`` is the short name of its own KPI. Raises ValidationError with what cannot be.
    """
    try:
        wanted = read_formula(version.expression).inputs
    except BadFormula as problem:
        refuse(formula_fault(problem))
    if slug in wanted:
        refuse(_("A KPI cannot be computed from itself: {%s}.") % slug)
    found = {kpi.slug: kpi for kpi in Kpi.objects.filter(slug__in=wanted).with_versions()}
    for name in wanted:
        if name not in found:
            refuse(_("There is no KPI with the short name “%s”.") % name)
    inputs = [found[name] for name in wanted]
    for kpi in inputs:
        check_cadence(version, kpi)
    check_circle(version, inputs)
    return inputs


def refuse(text: str) -> None:
    raise ValidationError({"expression": text})


def check_cadence(version: KpiVersion, kpi: Kpi) -> None:
    """An input is counted at least as often: what is known by month has no weeks."""
    since = max(version.valid_from, clock.today())
    for held in [kpi.version_on(since), *(v for v in kpi.versions.all() if v.valid_from > since)]:
        if held and FINENESS.index(version.cadence) < FINENESS.index(held.cadence):
            text = _("“%(kpi)s” is counted %(theirs)s, so this cannot be counted %(ours)s.")
            words = {"theirs": how_often(held), "ours": how_often(version), "kpi": kpi.name}
            refuse(text % words)


def how_often(version: KpiVersion) -> str:
    return str(Cadence(version.cadence).label).lower()


def check_uses(kpi: Kpi, cadence: str) -> None:
    """Refuse a cadence that is too coarse for what is computed from a KPI."""
    for version in KpiVersion.objects.made_of(kpi):
        if FINENESS.index(version.cadence) < FINENESS.index(cadence):
            text = _("“%(kpi)s” is computed from this and counted %(cadence)s: change that first.")
            words = {"kpi": version.kpi.name, "cadence": how_often(version)}
            raise ValidationError({"cadence": text % words})


# Circles ------------------------------------------------------------------------------------
def check_circle(version: KpiVersion, inputs: Iterable[Kpi]) -> None:
    """Refuse what would be computed from itself in the end, or through too many steps.

    All KPIs that it is made of are locked before their edges are read the last time, so that of
    two changes that would close a circle together the later sees the earlier.
    """
    below = {kpi.pk for kpi in inputs}
    since = None if version.restates_history or version.is_first else version.valid_from
    lock(set().union(below, *levels(below, edges_since(since))) | ({version.kpi_id} - {None}))
    edges = edges_since(since) | {version.kpi_id: below}
    if path := way_back(version.kpi_id, edges):
        refuse(_("This would be a circle: %s.") % in_words(path))
    if len(list(levels(below, edges))) == MOST_STEPS:
        refuse(_("This would be computed through %d steps and more.") % MOST_STEPS)


def way_back(start: int | None, edges: Edges) -> list[int]:
    """The shortest way down from a KPI to itself; none if it has no circle."""
    above: dict[int, int] = {}
    level = [start]
    while level:
        following = []
        for pk in level:
            for each in sorted(edges.get(pk, ())):
                if each not in above:
                    above[each] = pk
                    following.append(each)
        level = following
    if start not in above:
        return []
    path = [start, above[start]]
    while path[-1] != start:
        path.append(above[path[-1]])
    return path[::-1]


def levels(start: set[int], edges: Edges) -> Iterator[set[int]]:
    """What lies one step down, two steps down, …; at most so many as may be."""
    level = start
    for _step in range(MOST_STEPS):
        level = {below for pk in level for below in edges.get(pk, ())}
        if not level:
            return
        yield level


def edges_since(since: date | None) -> dict[int, set[int]]:
    """What each KPI is computed from by versions that hold on a day or later (None: ever)."""
    rows = KpiVersion.objects.filter(kpi__in=KpiInput.objects.values("version__kpi"))
    versions: dict[int, list[KpiVersion]] = {}
    for version in rows.order_by("valid_from", "number"):
        versions.setdefault(version.kpi_id, []).append(version)
    holding = [v.pk for found in versions.values() for v in still_holding(found, since)]
    edges: dict[int, set[int]] = {}
    pairs = KpiInput.objects.filter(version__in=holding).order_by()
    for above, below in pairs.values_list("version__kpi_id", "kpi_id"):
        edges.setdefault(above, set()).add(below)
    return edges


def still_holding(versions: list[KpiVersion], since: date | None) -> Iterable[KpiVersion]:
    """Those of one KPI, by their first day, that hold on a day or later."""
    restated = max((v.number for v in versions if v.restates_history), default=0)
    counted = [version for version in versions if version.number >= restated]
    for version, following in pairwise(counted):
        if since is None or following.valid_from + LONGEST_PERIOD > since:
            yield version
    yield counted[-1]


def lock(kpi_ids: set[int]) -> None:
    rows = Kpi.with_trash.filter(pk__in=kpi_ids).order_by("pk").select_for_update(no_key=True)
    list(rows.values_list("pk"))


def in_words(path: list[int]) -> str:
    slugs = dict(Kpi.with_trash.filter(pk__in=path).values_list("pk", "slug"))
    return " → ".join(f"{{{slugs[pk]}}}" for pk in path)

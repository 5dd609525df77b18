"""What series are counted by, and which others those are computed from, down to the observed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from metrics.actions.facts import ASKED, as_day, asked, spans_by_series
from metrics.periods import Span
from objectives.formula import read_formula
from objectives.models import Series

EDGES = """
WITH asked AS ({asked})
SELECT a.series_id,
    (SELECT s.period FROM metrics_snapshot s
     WHERE s.series_id = a.series_id ORDER BY s.period LIMIT 1),
    (SELECT o."on" FROM metrics_observation o
     WHERE o.series_id = a.series_id ORDER BY o."on" LIMIT 1),
    (SELECT o."on" FROM metrics_observation o
     WHERE o.series_id = a.series_id ORDER BY o."on" DESC LIMIT 1)
FROM asked a
"""
Edges = tuple[date, date]  # the first and the last day


@dataclass
class Lineage:
    """Series with everything that they are computed from; ``inputs`` by short name of the KPI."""

    spans: dict[int, Sequence[Span]] = field(default_factory=dict)
    inputs: dict[int, dict[str, int]] = field(default_factory=dict)

    def observed(self, series_id: int, above: frozenset[int] = frozenset()) -> Iterator[int]:
        """The series that observations come into and that this one is made of, or it itself."""
        if series_id not in self.inputs:
            yield series_id
        elif series_id not in above:
            for each in self.inputs[series_id].values():
                yield from self.observed(each, above | {series_id})

    def all_observed(self, series_ids: Iterable[int]) -> set[int]:
        return {each for series_id in series_ids for each in self.observed(series_id)}

    def edges_of(self, series_id: int, observed: Mapping[int, Edges]) -> Edges | None:
        """The first and last day of any number that a series is made of; None before one came."""
        known = [observed[each] for each in self.observed(series_id) if each in observed]
        if not known:
            return None
        return min(first for first, _last in known), max(last for _first, last in known)


def lineage_of(series_ids: Iterable[int]) -> Lineage:
    """Look up definitions and inputs: four queries for each step from a KPI to its inputs."""
    found = Lineage()
    level = set(series_ids)
    while level:
        found.spans |= spans_by_series(level)
        named = {pk: slugs for pk in level if (slugs := slugs_in(found.spans[pk]))}
        found.inputs |= inputs_of(named) if named else {}
        level = {each for pk in named for each in found.inputs[pk].values()} - set(found.spans)
    return found


def slugs_in(spans: Sequence[Span]) -> set[str]:
    """The KPIs that a series is computed from by any of its definitions."""
    texts = (span.expression for span in spans if span.expression)
    return {slug for text in texts for slug in read_formula(text).inputs}


def inputs_of(named: Mapping[int, set[str]]) -> dict[int, dict[str, int]]:
    """The series of the named KPIs about the same subject, as far as there are any."""
    subjects = dict(Series.objects.filter(pk__in=named).values_list("pk", "subject_id"))
    rows = Series.objects.filter(
        kpi__slug__in=set().union(*named.values()), subject__in=set(subjects.values())
    )
    known = {
        (slug, subject_id): pk
        for pk, slug, subject_id in rows.order_by().values_list("pk", "kpi__slug", "subject_id")
    }
    return {
        pk: {
            slug: known[slug, subjects[pk]]
            for slug in sorted(slugs)
            if (slug, subjects[pk]) in known
        }
        for pk, slugs in named.items()
    }


def edges_of(series_ids: Iterable[int]) -> dict[int, Edges]:
    """The first and the last day of each series that has numbers.

    A first number that was deleted leaves its snapshot: a series does not begin later than it did.
    """
    found = {}
    ids = sorted(series_ids)
    for series_id, *days in asked(EDGES, ASKED, ids) if ids else ():
        known = [day for each in days if (day := as_day(each))]
        if known:
            found[series_id] = min(known), max(known)
    return found

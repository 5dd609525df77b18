"""What rows name: KPIs, subjects and series, looked up a chunk at a time."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from metrics.actions.facts import hold_kpis, spans_by_kpi
from metrics.actions.founding import series_of
from metrics.periods import Span
from objectives.models import Kpi
from productops.measures import Aggregation
from productops.parsing import Unreadable, clean_text, to_slug
from teams.choices import SubjectKind
from teams.models import Person, Subject

Raw = Mapping[str, Any]
Place = tuple[Any, ...]
ORGANISATION = f"{SubjectKind.ORGANISATION}:organisation"


class Unlike(Exception):  # noqa: N818  a sentence for people, not a fault
    """A cell that cannot be taken, and its column."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


class Lookups:
    """What is known by now: four queries for each chunk of rows that name something new.

    ``by`` None is the operator, who may write about everything.
    """

    def __init__(self, by: Person | None) -> None:
        self.by = by
        self.kpis: dict[str, tuple[int, Sequence[Span]]] = {}
        self.subjects: dict[str, int] = {}
        self.series: dict[tuple[int, int], int] = {}
        self.spans: dict[int, Sequence[Span]] = {}  # by series
        self.keys_of_text: dict[str, str] = {}
        # Of a place as it is written: its series, and whether that takes values and no ratios.
        self.places: dict[Place, tuple[int, bool]] = {}

    def reference(self, raw: Raw) -> tuple[str, str]:
        """The column that says what the number is about, and its ``kind:key``."""
        product, subject = raw.get("product"), raw.get("subject")
        if not is_blank(subject):
            if not is_blank(product):
                raise Unlike("subject", _("Write either a product or a subject."))
            return "subject", read("subject", clean_text, subject, longest=140)
        if is_blank(product):
            return "product", ORGANISATION
        return "product", f"{SubjectKind.PRODUCT}:{self.slug('product', product)}"

    def slug(self, column: str, text: Any) -> str:
        """The key of a name; the same text is worked on once."""
        if isinstance(text, str) and (known := self.keys_of_text.get(text)):
            return known
        slug = read(column, to_slug, text)
        self.keys_of_text[text] = slug
        return slug

    def look_up(self, named: Mapping[Place, Raw], *, makes_series: bool = True) -> None:
        """Find the KPIs, subjects and series that rows name, all at once."""
        pairs: dict[Place, tuple[str, str]] = {}
        for place in named.keys() - self.places.keys():
            raw = named[place]
            try:
                pairs[place] = self.slug("kpi", raw.get("kpi")), self.reference(raw)[1]
            except Unlike:
                continue  # told when the row itself is read
        self.look_up_kpis({slug for slug, _reference in pairs.values()} - set(self.kpis))
        references = {reference for _slug, reference in pairs.values()}
        self.look_up_subjects(references - set(self.subjects))
        known = {
            place: (self.kpis[slug][0], self.subjects[reference])
            for place, (slug, reference) in pairs.items()
            if slug in self.kpis and reference in self.subjects
        }
        self.look_up_series(set(known.values()) - set(self.series), makes_series)
        for place, pair in known.items():
            if pair in self.series:
                spans = self.kpis[pairs[place][0]][1]
                takes_values = all(
                    s.aggregation != Aggregation.RATIO and not s.expression for s in spans
                )
                self.places[place] = self.series[pair], takes_values
                self.spans[self.series[pair]] = spans

    def look_up_kpis(self, slugs: set[str]) -> None:
        if not slugs:
            return
        found = dict(Kpi.objects.filter(slug__in=slugs).values_list("pk", "slug"))
        hold_kpis(found)
        for pk, spans in spans_by_kpi(found).items():
            self.kpis[found[pk]] = pk, spans

    def look_up_subjects(self, references: set[str]) -> None:
        if not references:
            return
        self.read_subjects(references)
        if ORGANISATION in references - set(self.subjects):
            Subject.organisation()  # the first number of all makes it
            self.read_subjects({ORGANISATION})

    def read_subjects(self, references: set[str]) -> None:
        rows = Subject.objects.all()
        if self.by is not None:
            rows = rows.changeable_by(self.by)
        keys = {reference.partition(":")[2] for reference in references}
        for pk, kind, key in rows.filter(key__in=keys).values_list("pk", "kind", "key"):
            self.subjects[f"{kind}:{key}"] = pk

    def look_up_series(self, pairs: set[tuple[int, int]], makes: bool) -> None:
        if pairs:
            self.series |= series_of(pairs, begins=makes)


def read(column: str, reader: Any, *args: Any, **kwargs: Any) -> Any:
    """What a reader of productops.parsing makes of a cell; its refusal gets the column's name."""
    try:
        return reader(*args, **kwargs)
    except Unreadable as problem:
        raise Unlike(column, str(problem)) from problem


def is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def place_of(raw: Raw) -> Place:
    """Which KPI of what a row names, as it is written; what JSON nests is taken as its text."""
    place = raw.get("kpi"), raw.get("product"), raw.get("subject")
    try:
        hash(place)
    except TypeError:
        return tuple(map(repr, place))
    return place

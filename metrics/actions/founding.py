"""KPIs, products and series that numbers bring along."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from metrics.models import DefinitionMark
from objectives.actions.series import begin_computed
from objectives.actions.targets import begin_targets
from objectives.models import Kpi, KpiVersion, Series
from objectives.models.kpi import BEGINNING
from productops.changelog import record
from productops.measures import Aggregation, Cadence, Direction
from teams.choices import SubjectKind
from teams.models import Person, Product, Subject

Pair = tuple[int, int]  # of a KPI and a subject


@dataclass(frozen=True)
class Founding:
    """What a KPI that does not exist yet shall be."""

    slug: str
    name: str
    cadence: Cadence
    aggregation: Aggregation = Aggregation.MEAN
    direction: Direction = Direction.NEUTRAL
    unit: str = ""
    purpose: str = ""
    measure: str = ""
    subject_kind: str = SubjectKind.PRODUCT


@transaction.atomic
def found_kpis(*, kpis: Iterable[Founding], by: Person | None, now: datetime) -> int:
    """Create the KPIs whose slug is free, each with its first definition; how many."""
    wanted = {kpi.slug: kpi for kpi in kpis}
    taken = Kpi.with_trash.filter(slug__in=wanted).values_list("slug", flat=True)
    missing = [wanted[slug] for slug in sorted(set(wanted) - set(taken))]
    for founding in missing:
        found_kpi(founding, by=by, now=now)
    return len(missing)


def found_kpi(founding: Founding, *, by: Person | None, now: datetime) -> Kpi:
    """Create one KPI and its first definition, which counts from ever."""
    kpi = Kpi.objects.create(
        slug=founding.slug,
        name=founding.name,
        purpose=founding.purpose,
        measure=founding.measure,
        subject_kind=founding.subject_kind,
    )
    version = KpiVersion.objects.create(
        kpi=kpi,
        number=1,
        valid_from=BEGINNING,
        unit=founding.unit,
        direction=founding.direction,
        cadence=founding.cadence,
        aggregation=founding.aggregation,
        by=by,
    )
    # There is nothing yet that it could change.
    DefinitionMark.objects.create(kpi_version=version, met_at=now, done_at=now)
    record(by=by, row=kpi, verb="create", after={"cadence": founding.cadence})
    return kpi


@transaction.atomic
def found_products(*, names: Mapping[str, str], by: Person | None) -> int:
    """Create the products, slug to name, whose slug is free; how many."""
    rows = Subject.objects.of_kind(SubjectKind.PRODUCT).filter(key__in=names)
    missing = sorted(set(names) - set(rows.values_list("key", flat=True)))
    for slug in missing:
        product = Product(slug=slug, name=names[slug])
        product.save()
        record(by=by, row=product, verb="create", after={"slug": slug})
    return len(missing)


def series_of(pairs: set[Pair], *, begins: bool = True) -> dict[Pair, int]:
    """The series of each (KPI, subject); those that are missing begin now, with their targets."""
    known = known_series(pairs)
    if begins and (missing := pairs - set(known)):
        try:
            with transaction.atomic():
                begin(missing)
        except IntegrityError:
            pass  # somebody else began one of them just now
        known = known_series(pairs)
        if late := pairs - set(known):
            begin(late)
            known = known_series(pairs)
    return known


def begin(pairs: set[Pair]) -> None:
    Series.objects.bulk_create(
        [Series(kpi_id=kpi_id, subject_id=subject_id) for kpi_id, subject_id in sorted(pairs)]
    )
    begin_targets(series=Series.objects.filter(pk__in=known_series(pairs).values()))
    kpis, subjects = zip(*pairs, strict=True)
    begin_computed(of=kpis, subjects=subjects)


def known_series(pairs: set[Pair]) -> dict[Pair, int]:
    rows = Series.objects.filter(
        kpi__in={kpi_id for kpi_id, _subject in pairs},
        subject__in={subject_id for _kpi, subject_id in pairs},
    )
    found = {(kpi, subject): pk for pk, kpi, subject in rows.values_list("pk", "kpi", "subject")}
    return {pair: pk for pair, pk in found.items() if pair in pairs}

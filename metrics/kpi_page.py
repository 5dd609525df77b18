"""What the page of one series needs, asked for once."""

from datetime import date
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from metrics import access, readings, source_access, source_page, verdict_card
from metrics.choices import ImprovementState, Variation
from metrics.method_words import method_of
from metrics.models import Improvement, Note, Snapshot, Verdict
from metrics.occasions import occasions_of
from metrics.portrait import RANGES, Portrait, range_asked
from metrics.scorecard import Row, rows_of, version_on
from objectives.models import KeyResult, Objective, Series
from productops import numbers, querystrings
from teams.models import Person

MOST_KIN = 12
AUTOCORRELATED_FROM = 0.3  # beyond, limits are too narrow and signals too many (formulae 4.1)


def portrait_of(person: Person, series: Series, asked: str, today: date) -> Portrait:
    """Load the history of a series; ``asked`` is the range that the address names."""
    segments = series.segments.select_related("locked_by", "improvement").order_by("from_period")
    exclusions = list(series.exclusions.select_related("by"))
    versions = list(access.versions_of(series))
    return Portrait(
        series=series,
        versions=versions,
        targets=list(series.targets.order_by("from_on")),
        snapshots=list(Snapshot.objects.of(series)),
        segments=(stretches := list(segments)),
        reasons={exclusion.period: exclusion.reason for exclusion in exclusions},
        occasions=occasions_of(
            notes=notes_of(person, series),
            improvements=improvements_of(person, series),
            segments=stretches,
            exclusions=exclusions,
        ),
        today=today,
        newest=range_asked(asked, version_on(today, versions).cadence),
    )


def notes_of(person: Person, series: Series):
    return Note.objects.visible_to(person).on_chart_of(series).select_related("subject")


def improvements_of(person: Person, series: Series):
    """Improvements that went live and promised something of the series."""
    live = (
        Improvement.objects.visible_to(person)
        .on_series(series)
        .exclude(state__in=(ImprovementState.IDEA, ImprovementState.APPROVED))
    )
    return live.prefetch_related("registrations__verdicts")


def context_of(person: Person, series: Series, params: QueryDict, *, today: date) -> dict[str, Any]:
    """Everything that templates/metrics/kpi_chart.html shows."""
    portrait = portrait_of(person, series, params.get("range", ""), today)
    may_change = access.may_change(person, series)
    return {
        "portrait": portrait,
        "series": series,
        "kpi": series.kpi,
        "row": portrait.row,
        "version": portrait.version,
        "may_change": may_change,
        "crumbs": crumbs_of(series),
        "csv_url": querystrings.replaced(params, format="csv"),
        "is_table": params.get("view") == "table",
        "ranges": ranges_of(portrait, params),
        "views": views_of(params, {"chart": _("Chart"), "table": _("Table")}),
        "kin": kin_of(person, series, today),
        "about": facts_of(person, portrait),
        "fed_by": source_page.fed_lines(source_access.feeding(series), timezone.now()),
        "meta": meta_of(portrait),
        "is_autocorrelated": is_autocorrelated(portrait.row),
        "newest_segment": portrait.segments[-1] if portrait.segments else None,
        "method": method_of(portrait),
        **verdict_of(person, portrait),
    }


def is_autocorrelated(row: Row) -> bool:
    """Whether values lean on the ones before; a shift within the stretch only looks like it."""
    is_quiet = row.state.variation == Variation.USUAL
    return is_quiet and (row.state.r1 or 0.0) > AUTOCORRELATED_FROM


def crumbs_of(series: Series) -> list[tuple[str, str]]:
    """The way up: all KPIs, those of the family."""
    every = reverse("metrics:kpi-list")
    family = series.kpi.get_family_display()
    above = [(_("Metrics"), every)]
    return [*above, (family, f"{every}?family={series.kpi.family}")] if family else above


def ranges_of(portrait: Portrait, params: QueryDict) -> list[dict[str, Any]]:
    """The ranges that the chart may show, the present one marked."""
    few, many = RANGES[portrait.cadence]
    named = [(n, readings.count_of_periods(n, portrait.cadence)) for n in (few, many)]
    return [
        {
            "text": text,
            "url": querystrings.replaced(params, range=str(n or "all")),
            "is_current": portrait.newest == n,
        }
        for n, text in [*named, (0, _("All"))]
    ]


def views_of(params: QueryDict, named: dict[str, str]) -> list[dict[str, Any]]:
    """Ways of seeing the same thing, as links; the first is shown unless the address says."""
    current = params.get("view") if params.get("view") in named else next(iter(named))
    return [
        {
            "text": text,
            "url": querystrings.replaced(params, view=view),
            "is_current": view == current,
        }
        for view, text in named.items()
    ]


def kin_of(person: Person, series: Series, today: date) -> list[Row]:
    """The same KPI of other subjects, as rows."""
    return rows_of(access.siblings_of(person, series)[:MOST_KIN], today=today)


def meta_of(portrait: Portrait) -> list[str]:
    """The line under the title: what is counted, which way is better, who answers for it."""
    version, row = portrait.version, portrait.row
    said = [
        f"{version.get_cadence_display()}, {version.get_aggregation_display().lower()}",
        str(version.get_direction_display()),
    ]
    if row.person:
        said.append(_("Owner %(name)s") % {"name": row.person})
    if row.state.observed_at:
        said.append(
            _("Newest number of %(day)s")
            % {"day": numbers.short_date(row.state.observed_at, portrait.today)}
        )
    return said


def facts_of(person: Person, portrait: Portrait) -> dict[str, Any]:
    """The rail beside the notes: what the series is for, its target, where its limits come from."""
    key_results = KeyResult.objects.visible_to(person).filter(series=portrait.series)
    objectives = (
        Objective.objects.visible_to(person)
        .filter(key_results__in=key_results)
        .prefetch_related("gaps")
        .distinct()
    )
    found = list(objectives)
    return {
        "objectives": found,
        "gaps": list({gap.pk: gap for objective in found for gap in objective.gaps.all()}.values()),
        "limits": limits_in_words(portrait),
    }


def limits_in_words(portrait: Portrait) -> str:
    """Where the present limits come from, and whether anything still moves them."""
    if not portrait.segments or portrait.segments[-1].centre is None:
        return _("Not enough points yet")
    newest = portrait.segments[-1]
    words = {
        "periods": readings.count_of_periods(newest.n, portrait.cadence),
        "day": numbers.short_date(newest.locked_at, portrait.today) if newest.locked_at else "",
    }
    if newest.is_held:
        return _("From %(periods)s, locked on %(day)s") % words
    if newest.locked_at:
        return _("From %(periods)s, settled") % words
    return _("From %(periods)s, still moving") % words


def verdict_of(person: Person, portrait: Portrait) -> dict[str, Any]:
    """The newest verdict on the series as a card, with the improvement it is about."""
    verdict: Verdict | None = access.verdicts_on(person, portrait.series).first()
    if verdict is None:
        return {"verdict": None}
    improvement = verdict.registration.improvement
    about = verdict_card.About(
        kpi=portrait.series.kpi.name,
        unit=portrait.version.unit,
        cadence=portrait.cadence,
        today=portrait.today,
    )
    return {
        "verdict": verdict_card.card(verdict, about),
        "judged": improvement,
        "may_rule": improvement.may_be_ruled_by(person),
    }

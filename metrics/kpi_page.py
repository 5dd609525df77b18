"""What the page of one series needs, asked for once."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Count
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from metrics import access, compare, source_access, source_page, verdict_card
from metrics.choices import ImprovementState, Variation
from metrics.compare import MOST_OTHERS
from metrics.computing import computing_of
from metrics.events import events_of
from metrics.kpi_links import Asked, events_link, overlays_of, ranges_of, views_of
from metrics.method_words import method_of
from metrics.models import Comment, Improvement, Note
from metrics.occasions import occasions_of
from metrics.plain_words import three_sentences
from metrics.portrait import Portrait, range_asked
from metrics.scorecard import Row, rows_of, version_on
from objectives.models import Action, KeyResult, Kpi, Objective, Series
from objectives.pages import certificate, formula_pieces
from productops import cadences, numbers, querystrings
from teams.models import Person

MOST_KIN = 12
MOST_THREADS = 10
AUTOCORRELATED_FROM = 0.3  # beyond, limits are too narrow and signals too many (formulae 4.1)


def portrait_of(
    person: Person, series: Series, asked: Asked, today: date, kin: Sequence[Series] = ()
) -> Portrait:
    """Load the history of a series, as the address asks for it; ``kin`` are the same KPI of other
    subjects (``access.siblings_of``), which are shown as rows and may be laid behind the chart."""
    segments = series.segments.select_related("locked_by", "improvement", "kpi_version__kpi")
    exclusions = list(series.exclusions.select_related("by"))
    versions = list(access.versions_of(series))
    verdicts = list(access.verdicts_on(person, series))
    behind = kin[:MOST_OTHERS] if asked.overlay == compare.OTHERS else ()
    snapshots = compare.snapshots_of([series, *behind])
    targets = compare.targets_of([series, *kin])
    present = version_on(today, versions)
    return Portrait(
        series=series,
        versions=versions,
        targets=targets[series.pk],
        snapshots=snapshots[series.pk],
        segments=(stretches := list(segments.order_by("from_period"))),
        reasons={exclusion.period: exclusion.reason for exclusion in exclusions},
        occasions=occasions_of(
            notes=notes_of(person, series),
            improvements=improvements_of(person, series),
            segments=stretches,
            exclusions=exclusions,
            verdicts=verdicts,
        ),
        verdicts=verdicts,
        today=today,
        newest=range_asked(asked.range, present.cadence),
        talk=compare.talk_of(series),
        events=events_of(person, series) if asked.has_events else (),
        overlay=asked.overlay,
        others=[(one.subject.name, compare.values_in(snapshots[one.pk])) for one in behind],
        kin=rows_of(
            kin,
            today=today,
            versions={series.kpi_id: present},
            targets=compare.held_on(today, targets),
        ),
    )


def notes_of(person: Person, series: Series):
    return Note.objects.visible_to(person).on_chart_of(series).select_related("subject")


def improvements_of(person: Person, series: Series):
    """Improvements that went live and promised something of the series."""
    planned = (ImprovementState.IDEA, ImprovementState.APPROVED)
    return Improvement.objects.visible_to(person).on_series(series).exclude(state__in=planned)


def context_of(person: Person, series: Series, params: QueryDict, *, today: date) -> dict[str, Any]:
    """Everything that templates/metrics/kpi_chart.html shows."""
    asked = Asked.of(params)
    siblings = list(access.siblings_of(person, series)[:MOST_KIN])
    portrait = portrait_of(person, series, asked, today, siblings)
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
        "overlays": overlays_of(portrait, params, has_others=bool(siblings)),
        "has_events": asked.has_events,
        "events_url": events_link(asked, params),
        "kin": portrait.kin,
        "certificate": certificate(series.kpi, today),
        "plain_words": three_sentences(portrait.row),
        "open_threads": threads_of(person, series),
        "follow_ups": follow_ups_of(person, series),
        "about": facts_of(person, portrait),
        "computed_from": formula_pieces(portrait.version, lambda kpi: address_of(kpi, series)),
        "computing": computing_of(Series.objects.filter(pk=series.pk))
        if series.is_pending
        else None,
        "computing_url": f"{reverse('metrics:computing-detail')}?series={series.pk}",
        "fed_by": source_page.fed_lines(source_access.feeding(series), timezone.now()),
        "meta": meta_of(portrait),
        "is_autocorrelated": is_autocorrelated(portrait.row),
        "newest_segment": portrait.segments[-1] if portrait.segments else None,
        "method": method_of(portrait),
        **verdict_of(person, portrait),
    }


def address_of(kpi: Kpi, series: Series) -> str:
    """Where another KPI of the same subject is read."""
    chart = reverse("metrics:kpi-chart", args=[kpi.slug])
    return f"{chart}?subject={series.subject.reference}"


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


def threads_of(person: Person, series: Series) -> list[Comment]:
    """What is in discussion, the newest point first."""
    threads = Comment.objects.visible_to(person).of(series).open().with_people()
    return list(threads.annotate(said=Count("answers")).order_by("-period", "-pk")[:MOST_THREADS])


def follow_ups_of(person: Person, series: Series) -> list[Action]:
    """What somebody still does about what the chart has shown."""
    asked = Action.objects.visible_to(person).filter(series=series).open()
    return list(asked.select_related("owner")[:MOST_THREADS])


def meta_of(portrait: Portrait) -> list[str]:
    """The line under the title: what is counted, which way is better, who answers for it."""
    version, row = portrait.version, portrait.row
    said = [
        f"{version.get_cadence_display()}, {version.counted_as.lower()}",
        str(version.get_direction_display()),
    ]
    if row.person:
        said.append(_("Owner %(name)s") % {"name": row.person})
    if row.certificate:
        until = numbers.short_date(portrait.series.kpi.certified_until, portrait.today)
        words = {"valid": _("Certified until %s"), "expired": _("Certificate expired on %s")}
        said.append(words[row.certificate] % until)
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
        "periods": cadences.count_of_periods(newest.n, portrait.cadence),
        "day": numbers.short_date(newest.locked_at, portrait.today) if newest.locked_at else "",
    }
    if newest.is_held:
        return _("From %(periods)s, locked on %(day)s") % words
    if newest.locked_at:
        return _("From %(periods)s, settled") % words
    return _("From %(periods)s, still moving") % words


def verdict_of(person: Person, portrait: Portrait) -> dict[str, Any]:
    """The newest verdict on the series as a card, with the improvement it is about."""
    if not portrait.verdicts:
        return {"verdict": None}
    verdict = portrait.verdicts[0]
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

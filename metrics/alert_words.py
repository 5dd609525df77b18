"""What alerts say: one sentence for pages, mails and chat."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from metrics import readings, scorecard
from metrics.briefing import Sentence
from metrics.choices import Side, Variation
from metrics.models import Alert
from metrics.scorecard import Row
from objectives.models import Series
from productops import cadences
from productops.rule_names import name_of_signal

BEYOND = {"outside", "rule1"}  # rules that say: beyond the limits
ORDER = {Variation.WORSE: 0, Variation.CHANGED: 1, Variation.BETTER: 2}
MOST_TOLD = 20


def rows_about(alerts: Iterable[Alert], today: date) -> dict[int, Row]:
    """The readings of the series that alerts are about, by series, in a few queries."""
    wanted = {alert.series_id for alert in alerts}
    series = scorecard.with_readings(Series.objects.filter(pk__in=wanted))
    return {row.series.pk: row for row in scorecard.rows_of(series, today=today)}


def worst_first(alerts: Iterable[Alert]) -> list[Alert]:
    def rank(alert: Alert) -> tuple:
        return ORDER.get(Variation(alert.variation), 3), -alert.raised_at.timestamp(), alert.pk

    return sorted(alerts, key=rank)


def sentence(alert: Alert, row: Row) -> Sentence:
    """One episode as the sentences of a briefing are."""
    return Sentence(
        kind=readings.KINDS.get(alert.variation, "flat"),
        rising=alert.side == Side.HIGH,
        title=title(alert, row),
        url=row.url,
        text=text(alert, row),
        who=row.owner,
    )


def title(alert: Alert, row: Row) -> str:
    is_high = alert.side == Side.HIGH
    if alert.is_withdrawn:
        said = _("%(kpi)s: the signal is withdrawn")
    elif BEYOND & set(alert.names):
        said = (
            _("%(kpi)s is above its usual range")
            if is_high
            else _("%(kpi)s is below its usual range")
        )
    else:
        said = _("%(kpi)s runs high") if is_high else _("%(kpi)s runs low")
    return said % {"kpi": row.name}


def text(alert: Alert, row: Row) -> str:
    if alert.is_withdrawn:
        return _("The numbers or limits that it came from were changed; by now it is %(now)s.") % {
            "now": row.reading.lower()
        }
    rules = row.series.rule_set
    words = {
        "value": row.quantity_of(alert.value),
        "period": cadences.name_of_period(alert.seen_in, row.version.cadence, row.today),
        "usual": row.usual,
        "why": ", ".join(name_of_signal(name, rules) for name in alert.names),
    }
    return _("%(value)s in %(period)s, %(usual)s: %(why)s.") % words


def subject_of(sentences: list[Sentence]) -> str:
    """The subject of a mail, or the head of a message, about these."""
    if len(sentences) == 1:
        return sentences[0].title
    words = {"n": len(sentences), "first": sentences[0].title}
    others = len(sentences) - 1
    return ngettext("%(first)s, and %(n)s more", "%(first)s, and %(n)s more", others) % (
        words | {"n": others}
    )


def and_more(count: int) -> str:
    """What is said of those that a message leaves out."""
    left = count - MOST_TOLD
    return (
        ngettext("… and %(n)s more.", "… and %(n)s more.", left) % {"n": left} if left > 0 else ""
    )


def visible_among(person, series_ids: Iterable[int]) -> set[int]:
    """Those of the series that a person may see; one who sees all is not asked about."""
    wanted = set(series_ids)
    if person.sees_all:
        return wanted
    mine = Series.objects.visible_to(person).filter(pk__in=wanted)
    return set(mine.values_list("pk", flat=True))


def by_series(alerts: Iterable[Alert]) -> Mapping[int, list[Alert]]:
    found: dict[int, list[Alert]] = {}
    for alert in alerts:
        found.setdefault(alert.series_id, []).append(alert)
    return found

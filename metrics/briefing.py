"""What changed, in three sentences at most, by rules: what was confirmed, what left its usual
range, what wants a decision; and how many KPIs did nothing of the kind."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from metrics import readings
from metrics.choices import RecheckResult, Result, Variation
from metrics.models import Improvement
from metrics.scorecard import Row

SENTENCES = 3


@dataclass(frozen=True)
class Sentence:
    """One of the sentences; see ui/brief.html. ``rising`` None where nothing moved."""

    kind: str  # good, bad, flat or ask
    rising: bool | None
    title: str
    url: str
    text: str
    who: str = ""
    ref: str = ""  # the records that it speaks of: "improvement:4 series:12"


@dataclass(frozen=True)
class Briefing:
    """The sentences, and one before them that counts."""

    lead: str
    sentences: tuple[Sentence, ...]


def brief(
    *,
    rows: Sequence[Row],
    verdicts: Iterable[Sentence],
    decisions: Iterable[Sentence],
    turns: Iterable[Sentence] = (),
) -> Briefing:
    """Choose what to tell: one verdict, one signal, one decision; then more of the same, signals
    first, and where there is room what else has turned. All come as sentences, the most important
    first."""
    news = signals_of(rows)
    told, asked = list(verdicts), list(decisions)
    firsts = [*told[:1], *news[:1], *asked[:1]]
    more = [*news[1:], *told[1:], *asked[1:], *turns]
    chosen = [*firsts, *more[: SENTENCES - len(firsts)]]
    return Briefing(lead(rows, len(told), len(news), len(asked)), tuple(chosen))


def signals_of(rows: Sequence[Row]) -> list[Sentence]:
    """The rows that left their usual range with their newest value; worse ones first."""
    order = {Variation.WORSE: 0, Variation.CHANGED: 1, Variation.BETTER: 2}
    new = [row for row in rows if row.is_new_signal]
    new.sort(key=lambda row: order[Variation(row.state.variation)])
    return [signal(row) for row in new]


def signal(row: Row) -> Sentence:
    """One KPI that left its usual range."""
    is_high = row.state.latest >= (row.state.centre or 0.0)
    return Sentence(
        kind=row.kind,
        rising=is_high,
        title=_where(row, is_high) % {"kpi": row.name},
        url=row.url,
        text=_("%(value)s in %(period)s, %(usual)s.")
        % {"value": row.quantity, "period": row.period, "usual": row.usual},
        who=row.owner,
        ref=f"series:{row.series.pk}",
    )


def _where(row: Row, is_high: bool) -> str:
    """Where the newest value lies: beyond a limit, or within but too long on one side."""
    state = row.state
    if state.upper is not None and state.latest > state.upper:
        return _("%(kpi)s is above its usual range")
    if state.lower is not None and state.latest < state.lower:
        return _("%(kpi)s is below its usual range")
    return _("%(kpi)s runs high") if is_high else _("%(kpi)s runs low")


def lead(rows: Sequence[Row], verdicts: int, signals: int, decisions: int) -> str:
    """Count what happened, and say that the rest did not."""
    late = sum(row.is_stale for row in rows)
    counted = [
        verdicts and ngettext("one new verdict", "%(n)s new verdicts", verdicts) % {"n": verdicts},
        signals and ngettext("one new signal", "%(n)s new signals", signals) % {"n": signals},
        decisions
        and ngettext("one decision wanted", "%(n)s decisions wanted", decisions) % {"n": decisions},
        late
        and ngettext("one KPI without new numbers", "%(n)s KPIs without new numbers", late)
        % {"n": late},
    ]
    happened = ", ".join(text for text in counted if text)
    quiet = quiet_ones(rows)
    if not happened:
        return quiet or _("Nothing to report.")
    return f"{happened[:1].upper()}{happened[1:]}. {quiet}".strip()


def quiet_ones(rows: Sequence[Row]) -> str:
    """How many KPIs are as usual; those without a usual range or fresh data are not counted."""
    usual = [row for row in rows if row.state.variation == Variation.USUAL and not row.is_stale]
    if not usual:
        return ""
    if len(usual) == len(rows):
        return _("All %(n)s KPIs stayed in their usual range.") % {"n": len(rows)}
    return ngettext(
        "One KPI stayed in its usual range.",
        "%(n)s KPIs stayed in their usual range.",
        len(usual),
    ) % {"n": len(usual)}


def from_verdict(
    *, result: str, effect: float | None, title: str, text: str, url: str, who: str, ref: str = ""
) -> Sentence:
    """A verdict that an improvement has newly got."""
    named = {
        Result.IMPROVED: _("%(title)s: improvement confirmed"),
        Result.WORSENED: _("%(title)s made it worse"),
    }.get(result, _("%(title)s: %(verdict)s"))
    words = {"title": title, "verdict": str(Result(result).label).lower()}
    return Sentence(
        kind=readings.VERDICT_KINDS.get(result, "flat"),
        rising=None if not effect else effect > 0,
        title=named % words,
        url=url,
        text=text,
        who=who,
        ref=ref,
    )


def from_loss(improvement: Improvement) -> Sentence:
    """An improvement that was confirmed, and has not lasted (access.improvements_in_the_news)."""
    named = {
        RecheckResult.REVERSED: _("%(title)s: worse now than before"),
    }.get(improvement.lost_result, _("%(title)s: the improvement has faded"))
    return Sentence(
        kind="bad",
        rising=None,
        title=named % {"title": improvement.title},
        url=improvement.get_absolute_url(),
        text=_("%(kpi)s, asked again after %(days)s days.")
        % {"kpi": improvement.lost_kpi, "days": improvement.lost_days},
        who=str(improvement.owner),
        ref=f"improvement:{improvement.pk}",
    )

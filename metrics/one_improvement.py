"""What the page of one improvement needs: its promises, their verdicts, what stands behind them."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from metrics import (
    access,
    circumstance_rows,
    multiplicity,
    outlook,
    verdict_card,
    verdict_notes,
)
from metrics.choices import Basis, Delivery, RecheckResult, RulingKind
from metrics.improvement_page import Line, foremost
from metrics.models import Improvement, Recheck, Registration, Verdict
from metrics.recheck_words import KINDS, sentence
from metrics.scorecard import versions_on
from objectives.models import KpiVersion
from productops import cadences, changelog, numbers
from productops.timeline import events_of
from teams.models import Person

HISTORY = 50  # entries of the change log on the page


def context_of(person: Person, improvement: Improvement, *, today: date) -> dict[str, Any]:
    """Everything that templates/metrics/improvement_detail.html shows."""
    promises = list(access.promises_of(person, improvement))
    shown = promised(person, promises, today)
    may_change = person.may_change(improvement.subject)
    line = Line(improvement, foremost(decided(promises)), today)
    cards = cards_of(shown)
    dose_seen = may_see(person, improvement.dose_series)
    return {
        "improvement": improvement,
        "line": line,
        "meta": meta_of(improvement, line),
        "promises": shown,
        "cards": cards,
        "besides": circumstances_in(cards),
        "delivery": delivery_of(improvement, today) if dose_seen else None,
        "others": access.concurrent_with(person, improvement, promises),
        "key_results": access.key_results_of(person, improvement),
        "gaps": access.gaps_of(person, improvement),
        "rulings": improvement.rulings.select_related("by"),
        "grew_from": improvement.action if may_see(person, improvement.action) else None,
        "lever": improvement.lever if may_see(person, improvement.lever) else None,
        "may_change": may_change,
        "may_approve": improvement.may_be_approved_by(person),
        "may_rule": improvement.may_be_ruled_by(person),
        "may_answer": person.changes_all or person.pk == improvement.owner_id,
        "may_stop": improvement.is_approved and may_change,
        "may_go_live": improvement.is_approved and may_change,
        "events": events_of(changelog.history_of(improvement)[:HISTORY]),
    }


def decided(promises: Sequence[Registration]) -> list[Verdict]:
    found = [verdict for promise in promises for verdict in promise.verdicts.all()]
    return [verdict for verdict in found if verdict.basis == Basis.DECIDED]


def may_see(person: Person, row: Any) -> bool:
    if row is None:
        return False
    return type(row)._default_manager.visible_to(person).filter(pk=row.pk).exists()


def meta_of(improvement: Improvement, line: Line) -> list[str]:
    return [
        str(improvement.get_kind_display()),
        str(improvement.subject),
        _("Owner %(name)s") % {"name": improvement.owner},
        line.note,
    ]


def cards_of(shown: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The verdicts as cards, each with what stands beside it."""
    return [card for one in shown for card in one["verdicts"]]


def circumstances_in(cards: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The cards beside which something else happened, each list once."""
    found: list[dict[str, Any]] = []
    for card in cards:
        beside = card["circumstances"]
        if beside.count and all(beside != other["circumstances"] for other in found):
            found.append(card)
    return found


def promised(person: Person, promises: Sequence[Registration], today: date) -> list[dict[str, Any]]:
    """Each promise in words, with the cards of its verdicts and what was found later."""
    versions = versions_on(today, {promise.series.kpi_id for promise in promises})
    verdicts = [verdict for promise in promises for verdict in promise.verdicts.all()]
    stands = multiplicity.standing_of(verdicts) if verdicts else {}
    seen = circumstance_rows.seen_by(person, verdicts) if verdicts else {}
    return [
        one_promise(promise, versions[promise.series.kpi_id], today, stands, seen)
        for promise in promises
    ]


def one_promise(
    promise: Registration, version: KpiVersion, today: date, stands: dict, seen: dict
) -> dict[str, Any]:
    about = verdict_card.About(named(promise), version.unit, version.cadence, today)
    verdicts = told_apart(promise.verdicts.all())
    bases = [str(one.get_basis_display()) for one in promise.verdicts.all()]
    return {
        "registration": promise,
        "series": promise.series,
        "terms": terms(promise, version),
        "outlook": outlook_lines(promise, version),
        "rechecks": [recheck_line(one, version, today) for one in promise.rechecks.all()],
        "verdict": verdict_card.card(verdicts[0], about) if verdicts else None,
        "verdicts": [
            verdict_card.card(one, about)
            | {
                "eyebrow": eyebrow(one, verdicts, bases),
                "notes": verdict_notes.notes(one, about, stands.get(one.pk)),
                "circumstances": seen.get(one.pk),
                "series": promise.series,
            }
            for one in verdicts
        ],
    }


def told_apart(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """As decided, then as delivered where that compares anything else."""
    found = sorted(verdicts, key=lambda one: one.basis != Basis.DECIDED)
    return [one for place, one in enumerate(found) if not place or one.summary != found[0].summary]


def eyebrow(verdict: Verdict, verdicts: Sequence[Verdict], bases: Sequence[str]) -> str:
    """On which basis it was reached, where there are two; both, where they are the same."""
    if len(bases) < 2:
        return ""
    if len(verdicts) > 1:
        return str(verdict.get_basis_display())
    return _("As decided and as delivered")


def named(promise: Registration) -> str:
    """The KPI as sentences name it, with what it is compared with."""
    if promise.control_id is None:
        return promise.series.kpi.name
    words = {"kpi": promise.series.kpi.name, "control": promise.control.subject}
    return _("%(kpi)s beside %(control)s") % words


def outlook_lines(promise: Registration, version: KpiVersion) -> list[str]:
    """What the promise can show, as long as it has not been tried."""
    if promise.improvement.is_idea or promise.improvement.is_approved:
        return outlook.sentences(outlook.outlook_of(promise), version)
    return []


def terms(promise: Registration, version: KpiVersion) -> list[str]:
    """What was promised, in a few words each."""
    way = _("up") if promise.direction == "up" else _("down")
    said = [_("should go %(way)s") % {"way": way}]
    if promise.smallest_effect is not None:
        least = numbers.quantity(promise.smallest_effect, numbers.unit_apart(version.unit))
        said.append(_("by %(effect)s or more") % {"effect": least})
    if promise.expected_effect is not None:
        expected = numbers.quantity(promise.expected_effect, numbers.unit_apart(version.unit))
        said.append(_("%(effect)s expected") % {"effect": expected})
    window = cadences.count_of_periods(promise.window_periods, version.cadence)
    said.append(_("judged over %(window)s") % {"window": window})
    if promise.lag_periods:
        lag = cadences.count_of_periods(promise.lag_periods, version.cadence)
        said.append(_("after a lag of %(lag)s") % {"lag": lag})
    if promise.control_id is not None:
        said.append(_("against %(subject)s") % {"subject": promise.control.subject})
    return said


def delivery_of(improvement: Improvement, today: date) -> dict[str, Any]:
    """Whether it arrived: a flag of delivery, said in words, which is no verdict."""
    words = {
        "level": numbers.number(improvement.dose_level),
        "day": numbers.short_date(improvement.delivered_on or today, today),
    }
    said = {
        Delivery.DELIVERED: _("It reached %(level)s on %(day)s."),
        Delivery.NOT_IMPLEMENTED: _(
            "It never reached %(level)s within the window: the change was not put into "
            "practice, so that the numbers say nothing about whether it would help."
        ),
        Delivery.WAITING: _("It has not reached %(level)s yet."),
        Delivery.UNASKED: _("The change counts as delivered once it reaches %(level)s."),
    }[Delivery(improvement.delivery)]
    kinds = {Delivery.DELIVERED: "done", Delivery.NOT_IMPLEMENTED: "bad"}
    return {
        "kind": kinds.get(Delivery(improvement.delivery), "flat"),
        "word": improvement.get_delivery_display(),
        "text": said % words,
        "series": improvement.dose_series,
    }


def recheck_line(recheck: Recheck, version: KpiVersion, today: date) -> dict[str, Any]:
    """One of the later questions: what was found, or on which day it is asked."""
    after = _("After %(days)s days") % {"days": recheck.days}
    if recheck.checked_at is None:
        day = numbers.short_date(recheck.due_on, today)
        text = _("It is asked again on %(day)s.") % {"day": day}
        return {"row": recheck, "kind": "flat", "word": _("Waiting"), "after": after, "text": text}
    return {
        "row": recheck,
        "kind": KINDS[RecheckResult(recheck.result)],
        "word": recheck.get_result_display(),
        "after": after,
        "text": sentence(recheck, version.unit),
        "wants_answer": recheck.is_lost and recheck.answered_at is None,
    }


def ruling_context(
    person: Person, improvement: Improvement, promises: Sequence[Registration], today: date
) -> dict[str, Any]:
    """What a person sees who is about to sign."""
    cards = cards_of(promised(person, promises, today))
    return {
        "improvement": improvement,
        "cards": cards,
        "besides": circumstances_in(cards),
        "rulings": RulingKind,
    }

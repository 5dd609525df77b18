"""What the pages of a review show: the deck, one step of it, what is written beside a block."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from metrics.forms.reviews import AskForm, SayForm
from metrics.models import Review
from metrics.reviewing import access
from metrics.reviewing.content import Deck
from productops import cadences, numbers
from teams.models import Person

NOTEWORTHY = "noteworthy"


def context_of(
    person: Person, review: Review, asked: Mapping[str, str], today: date
) -> dict[str, Any]:
    """Everything that templates/metrics/review_detail.html shows."""
    deck = access.deck_for(person, review, today)
    only = asked.get("only") == NOTEWORTHY
    shown = deck.only_noteworthy() if only else deck
    may_write = review.is_open and review.may_be_held_by(person)
    return {
        "review": review,
        "deck": shown,
        "meta": meta_of(review, deck, today),
        "kind": "flat" if review.is_open else "done",
        "state": review.get_state_display(),
        "week": cadences.name_of_period(review.week, "week", today),
        "is_only": only,
        "is_whole": not only,
        "count": len(deck.blocks),
        "noteworthy": len(deck.exceptions),
        "may_write": may_write,
        "is_as_kept": access.is_as_kept(review),
        "form": say_form(person, review) if may_write else None,
    }


def meta_of(review: Review, deck: Deck, today: date) -> list[str]:
    """The line under the title: when it was held, by whom, how much of it is noteworthy."""
    said = [_("Held on %(day)s") % {"day": numbers.short_date(review.on, today)}]
    if deck.chair:
        said.append(_("Chaired by %(name)s") % {"name": deck.chair})
    count = {"n": len(deck.blocks), "few": len(deck.exceptions)}
    said.append(_("%(few)s of %(n)s KPIs noteworthy") % count)
    return said


def step_of(
    person: Person, review: Review, asked: Mapping[str, Any], today: date
) -> dict[str, Any]:
    """One block with what is beside it, and the ways to its neighbours."""
    deck = access.deck_for(person, review, today)
    all_numbers = [block.number for block in deck.blocks]
    at = nearest(all_numbers, str(asked.get("at", "")))
    place = all_numbers.index(at) if at else 0
    ways = {
        "previous": all_numbers[place - 1] if place else 0,
        "following": all_numbers[place + 1] if place + 1 < len(all_numbers) else 0,
    }
    context = beside_of(person, review, deck, at)
    return context | ways | {
        "deck": deck,
        "week": cadences.name_of_period(review.week, "week", today),
        "meta": _("%(n)s of %(of)s") % {"n": at, "of": all_numbers[-1]} if at else "",
    }  # fmt: skip


def nearest(numbers: list[int], asked: str) -> int:
    """The block that is asked for, else the first; 0 where there is none."""
    wanted = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 0
    return wanted if wanted in numbers else next(iter(numbers), 0)


def beside(
    person: Person, review: Review, asked: Mapping[str, str], today: date, **forms
) -> dict[str, Any]:
    """What stands beside the block that was just written about."""
    deck = access.deck_for(person, review, today)
    series = asked.get("series", "")
    at = next((b.number for b in deck.blocks if str(b.series) == series), 0)
    return beside_of(person, review, deck, at, **forms)


def beside_of(person: Person, review: Review, deck: Deck, at: int, **forms) -> dict[str, Any]:
    block = next((block for block in deck.blocks if block.number == at), None)
    may_write = review.is_open and review.may_be_held_by(person)
    context = {"review": review, "at": at, "may_write": may_write}
    context |= deck.line(block) if block else {"kpi": None, "said": deck.said_of_all, "tasks": ()}
    if may_write:
        initial = {"series": block.series} if block else {}
        context["say_form"] = say_form(person, review, initial=initial)
        context["ask_form"] = ask_form(person, review, initial=initial)
    return context | forms


def number_of(person: Person, review: Review, series_id: int | None, today: date) -> int:
    """The block of a series; 0 for what is about the whole."""
    deck = access.deck_for(person, review, today)
    return next((b.number for b in deck.blocks if b.series == series_id), 0)


def step_url(review: Review, step: Mapping[str, Any]) -> str:
    """Where one goes on after writing: the same step, or the deck."""
    if not step["at"]:
        return review.get_absolute_url()
    return f"{reverse('metrics:review-present', args=[review.pk])}?at={step['at']}"


def say_form(person: Person, review: Review, data=None, **options) -> SayForm:
    return SayForm(data, series=access.series_in(person, review), auto_id="say_%s", **options)


def ask_form(person: Person, review: Review, data=None, **options) -> AskForm:
    series = access.series_in(person, review)
    return AskForm(data, series=series, person=person, auto_id="ask_%s", **options)

"""What people do with what was said about a point: answer, correct, resolve, follow up."""

import re
from collections.abc import Iterable
from datetime import date
from itertools import islice

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from metrics.actions.charts import check_has_point
from metrics.models import Comment, CommentMention, CommentRevision
from objectives.actions import follow_up
from objectives.models import Action, Series
from productops import cadences, changelog, clock, outbox
from productops.forms import take_version
from teams.models import Person

LONGEST = 5_000  # characters
NAMED = re.compile(r"@(?=\w)")
MOST_MENTIONED = 20


@transaction.atomic
def say(
    *, series: Series, period: date, text: str, by: Person, to: Iterable[Person] = ()
) -> Comment:
    """Begin a thread about a period of a series. ``to`` are people who are asked to look, beside
    those named in the text (``@Ines Keller``). Raises CannotSay where there is no point."""
    check_has_point(series, period)
    comment = Comment.objects.create(series=series, period=period, text=text, author=by)
    return _said(comment, "said", to)


@transaction.atomic
def answer(*, comment: Comment, text: str, by: Person, to: Iterable[Person] = ()) -> Comment:
    """Answer in the thread of a comment. A resolved one is open again: it was not the end."""
    thread = comment.thread
    reopen(comment=thread, by=by)
    given = Comment.objects.create(
        series=thread.series, period=thread.period, parent=thread, text=text, author=by
    )
    return _said(given, "answered", to)


def _said(comment: Comment, verb: str, to: Iterable[Person]) -> Comment:
    changelog.record(by=comment.author, row=comment, verb=verb, after={"text": comment.text})
    _mention(comment, to)
    return comment


@transaction.atomic
def edit(*, comment: Comment, text: str, to: Iterable[Person] = ()) -> bool:
    """Let the author correct a comment; what it said before is kept. Whether anything differed.
    Only those who were not mentioned before hear of it."""
    take_version(comment)
    is_changed = text != comment.text
    if is_changed:
        CommentRevision.objects.create(
            comment=comment, text=comment.text, replaced_at=timezone.now()
        )
        before, comment.text, comment.edited_at = comment.text, text, timezone.now()
        comment.save()
        changelog.record(
            by=comment.author,
            row=comment,
            verb="edited",
            before={"text": before},
            after={"text": text},
        )
    _mention(comment, to)
    return is_changed


@transaction.atomic
def resolve(*, comment: Comment, by: Person) -> None:
    """Close the thread of a comment. Said twice, it stays as it was."""
    thread = comment.thread
    if not thread.is_resolved:
        thread.resolved_at, thread.resolved_by = timezone.now(), by
        thread.save(update_fields=["resolved_at", "resolved_by", "updated_at"])
        changelog.record(by=by, row=thread, verb="resolved")


@transaction.atomic
def reopen(*, comment: Comment, by: Person) -> None:
    thread = comment.thread
    if thread.is_resolved:
        thread.resolved_at = thread.resolved_by = None
        thread.save(update_fields=["resolved_at", "resolved_by", "updated_at"])
        changelog.record(by=by, row=thread, verb="reopened")


@transaction.atomic
def follow_up_on(
    *, comment: Comment, title: str, owner: Person, by: Person, due_on: date | None = None
) -> Action:
    """Turn a comment into something that one person does. Asked twice, the first one stands."""
    locked = Comment.objects.select_for_update().get(pk=comment.pk)
    if locked.action is not None:
        return locked.action
    comment.action = locked.action = follow_up(
        series=comment.series, title=title, owner=owner, due_on=due_on, by=by
    )
    locked.save(update_fields=["action", "updated_at"])
    changelog.record(
        by=by, row=comment, verb="followed up", after={"follow-up": locked.action.number}
    )
    return locked.action


# Mentions -----------------------------------------------------------------------------------
def readers_of(series: Series):
    """Those who may be asked to look: people with a role who see the series."""
    return Person.objects.active().seeing(series.subject)


def named_in(text: str, people: Iterable[Person]) -> list[Person]:
    """Those whose whole name follows an @ in the text. Of names that begin alike the longest is
    meant, and all who bear it."""
    by_name: dict[str, list[Person]] = {}
    for person in people:
        by_name.setdefault(person.name.casefold(), []).append(person)
    longest_first = sorted(filter(None, by_name), key=len, reverse=True)
    found: dict[int, Person] = {}
    for place in islice(NAMED.finditer(text), MOST_MENTIONED):
        rest = text[place.end() :].casefold()
        name = next((name for name in longest_first if _begins(rest, name)), "")
        found |= {person.pk: person for person in by_name.get(name, ()) if name}
    return list(found.values())


def _begins(text: str, name: str) -> bool:
    """Whether a text begins with a whole name."""
    return text.startswith(name) and not text[len(name) :][:1].isalnum()


def _mention(comment: Comment, to: Iterable[Person]) -> None:
    """Note who is spoken to, and tell those who were not told before. Nobody hears of a series
    that they may not see."""
    chosen = {person.pk for person in to}
    if not chosen and not NAMED.search(comment.text):
        return
    readers = list(readers_of(comment.series))
    wanted = {p.pk: p for p in named_in(comment.text, readers)}
    wanted |= {p.pk: p for p in readers if p.pk in chosen}
    known = set(comment.mentions.values_list("person", flat=True))
    fresh = [person for pk, person in wanted.items() if pk not in known][:MOST_MENTIONED]
    CommentMention.objects.bulk_create(
        [CommentMention(comment=comment, person=person) for person in fresh]
    )
    for person in fresh:
        if person.pk != comment.author_id:
            _tell(comment, person)


def _tell(comment: Comment, person: Person) -> None:
    version = comment.series.kpi.version_on(comment.period)
    period = cadences.name_of_period(comment.period, version.cadence, clock.today())
    about = {"who": comment.author, "series": comment.series, "period": period}
    outbox.post_mail(
        to=person,
        subject=_("%(who)s asks you about %(series)s") % about,
        template="mail/message",
        context={
            "paragraphs": [
                _("%(who)s mentions you at “%(series)s”, %(period)s:") % about,
                comment.text,
            ],
            "button": _("Read and answer"),
            "link_url": comment.get_absolute_url(),
        },
        once=f"mention-{comment.pk}-{person.pk}",
    )

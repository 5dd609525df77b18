"""Verbs over a process and what belongs to it. Each is whole or not at all, and logged."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from processes.choices import AdoptionState
from processes.models import Acknowledgement, Adoption, Process, Revision, Step
from processes.template_file import ProcessText, read_processes
from productops import changelog, clock, links
from productops.forms import take_version
from productops.models import Link
from productops.outbox import post_mail
from teams.models import Person, Role, Subject

LIBRARY = Path(__file__).parent / "library"
STEP_FIELDS = ("title", "role", "text", "why", "evidence", "time_box_minutes", "due_days")


def library() -> list[ProcessText]:
    """The processes that the product ships, to start from."""
    files = sorted(LIBRARY.glob("*.yaml"))
    return [text for file in files for text in read_processes(file.read_text())]


@transaction.atomic
def create_process(*, text: ProcessText, owner: Person, by: Person) -> Process:
    """Begin a process with its first draft, from a template or from an empty text."""
    process = Process.objects.create(
        slug=free_slug(text.slug),
        title=text.title,
        family=text.family,
        purpose=text.purpose,
        trigger=text.trigger,
        inputs=text.inputs,
        outputs=text.outputs,
        criticality=text.criticality,
        review_months=text.review_months,
        owner=owner,
        owner_role=Role.objects.filter(slug=text.owner_role).first(),
    )
    draft = process.revisions.create(
        number=1, summary=_("First version"), body=text.body, author=by
    )
    write_steps(revision=draft, steps=text.steps)
    changelog.record(by=by, row=process, verb="created", after={"title": process.title})
    return process


def free_slug(wanted: str) -> str:
    """The wanted key, or the same with the first number that nobody has."""
    taken = set(
        Process.with_trash.filter(slug__startswith=wanted[:110]).values_list("slug", flat=True)
    )
    numbered = (f"{wanted[:110]}-{number}" for number in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(s for s in numbered if s not in taken)


def write_steps(*, revision: Revision, steps: Iterable[dict[str, Any]]) -> None:
    """Put these steps in place of the revision's former ones, in this order."""
    revision.steps.all().delete()
    Step.objects.bulk_create(
        Step(revision=revision, order=order, **step) for order, step in enumerate(steps, 1)
    )


@transaction.atomic
def start_draft(*, process: Process, by: Person) -> Revision:
    """Begin the next revision as a copy of the published one. An open one is simply returned."""
    # Held until the end, so that of two who begin at once the second gets the first one's draft.
    process = Process.objects.select_for_update().get(pk=process.pk)
    open_one = process.revisions.open().first()
    if open_one is not None:
        return open_one
    published = process.published
    draft = process.revisions.create(
        number=process.revisions.order_by("-number").values_list("number", flat=True)[0] + 1,
        summary="",
        body=published.body if published else "",
        author=by,
    )
    if published:
        fields = (*STEP_FIELDS, "tool_id")
        write_steps(revision=draft, steps=published.steps.values(*fields))
    changelog.record(by=by, row=draft, verb="drafted")
    return draft


@transaction.atomic
def save_draft(*, form, steps: list[dict[str, Any]], by: Person) -> Revision:
    """Save a valid form of an open revision together with its steps. Raises ``Stale``."""
    revision = form.instance
    before, after = changelog.fields_changed(form)
    take_version(revision)
    form.save()
    former = list(revision.steps.values(*STEP_FIELDS))
    if former != steps:
        write_steps(revision=revision, steps=steps)
        before["steps"] = [step["title"] for step in former]
        after["steps"] = [step["title"] for step in steps]
    changelog.record(by=by, row=revision, verb="edited", before=before, after=after)
    return revision


@transaction.atomic
def publish(*, revision: Revision, by: Person, note: str = "") -> Revision:
    """Approve a revision and let readers see it; the former one becomes replaced.

    Where the change is material, everybody who was asked for the former one is asked again.
    """
    process = Process.objects.select_for_update().get(pk=revision.process_id)
    revision.approve(by=by, note=note)
    former = process.published
    process.published, process.reviewed_on = revision, clock.today()
    process.save(update_fields=["published", "reviewed_on", "updated_at"])
    if former is not None:
        former.replace(by=by)
        if revision.is_material:
            readers = Person.objects.active().filter(acknowledgements__revision=former)
            ask_to_acknowledge(revision=revision, people=readers, due_on=None, by=by)
    return revision


@transaction.atomic
def ask_to_acknowledge(
    *, revision: Revision, people: Iterable[Person], due_on: date | None, by: Person
) -> int:
    """Ask people to read a published revision, each by one mail; returns how many are new."""
    asked = set(revision.acknowledgements.values_list("person", flat=True))
    new = [person for person in people if person.pk not in asked]
    for person in new:
        acknowledgement = Acknowledgement.objects.create(
            revision=revision,
            person=person,
            asked_by=by,
            due_on=due_on,
            link=links.make(Link.Purpose.ACKNOWLEDGE, person=person, target=revision.pk),
        )
        _mail(acknowledgement, once=f"acknowledge:{acknowledgement.pk}")
    if new:
        names = [str(person) for person in new]
        changelog.record(by=by, row=revision, verb="asked", after={"people": names})
    return len(new)


@transaction.atomic
def remind(*, revision: Revision, by: Person, on: date) -> int:
    """Mail those who have not acknowledged yet, at most once a day each; returns how many."""
    missing = list(revision.acknowledgements.missing().select_related("person", "link"))
    for acknowledgement in missing:
        _mail(acknowledgement, once=f"acknowledge:{acknowledgement.pk}:{on}")
    if missing:
        changelog.record(by=by, row=revision, verb="reminded", after={"people": len(missing)})
    return len(missing)


def _mail(acknowledgement: Acknowledgement, *, once: str) -> None:
    revision = acknowledgement.revision
    words = {"title": revision.process.title, "number": revision.number}
    request = _("Please read “%(title)s”, version %(number)s, and say that you did.") % words
    post_mail(
        to=acknowledgement.person,
        subject=_("Please read: %(title)s, version %(number)s") % words,
        template="mail/message",
        context={
            "paragraphs": [text for text in (request, revision.summary) if text],
            "button": _("Read it"),
            "why": _("You get this because %s asked you.") % acknowledgement.asked_by,
        },
        once=once,
        link=acknowledgement.link,
    )


@transaction.atomic
def record_adoption(
    *,
    process: Process,
    subject: Subject,
    state: str,
    by: Person | None,
    on: date | None = None,
    until_on: date | None = None,
    reason: str = "",
) -> Adoption:
    """Say whether a subject works by a process, from ``on``. The same day corrects the entry."""
    exempt = state == AdoptionState.EXEMPT
    adoption, _created = Adoption.objects.update_or_create(
        process=process,
        subject=subject,
        on=on or clock.today(),
        defaults={
            "state": state,
            "until_on": until_on if exempt else None,
            "reason": reason,
            "by": by,
        },
    )
    changelog.record(
        by=by,
        row=process,
        verb="adoption",
        after={"subject": str(subject), "state": state, "since": adoption.on},
    )
    return adoption


@transaction.atomic
def save_process(*, form, by: Person) -> Process:
    """Save a valid form of a process's card. Raises ``Stale``."""
    before, after = changelog.fields_changed(form)
    take_version(form.instance)
    process = form.save()
    changelog.record(by=by, row=process, verb="edited", before=before, after=after)
    return process

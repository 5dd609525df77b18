"""What the pages show of processes, gathered in a constant number of queries."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from difflib import SequenceMatcher
from typing import Any

from django.http import HttpResponse

from processes import access
from processes.actions import STEP_FIELDS
from processes.models import Adoption, Process, Revision, Step
from productops import parsing
from productops.downloads import csv_download
from teams.models import Person, Subject

CARD = (
    "title", "family", "purpose", "trigger", "inputs", "outputs", "criticality", "review_months",
)  # fmt: skip


def slug_of(title: str) -> str:
    """The key of a title; a title without a Latin letter or digit gets a plain one."""
    try:
        return parsing.to_slug(title)[:110]
    except parsing.Unreadable:
        return "process"


def adopted_shares(person: Person, on: date) -> dict[int, tuple[int, int]]:
    """(products that work by it, products that could) for each process, as the person sees it."""
    subjects = set(access.products_to_see(person).values_list("subject", flat=True))
    adopted: Counter[int] = Counter()
    exempt: Counter[int] = Counter()
    for adoption in access.adoptions_to_see(person).on(on).filter(subject__in=subjects):
        counted = adoption.counts_on(on)
        adopted[adoption.process_id] += counted is True
        exempt[adoption.process_id] += counted is None
    found = adopted.keys() | exempt.keys()
    shares = {pk: (adopted[pk], len(subjects) - exempt[pk]) for pk in found}
    return shares | {0: (0, len(subjects))}


def describe(person: Person, processes: Iterable[Process], on: date) -> None:
    """Give each process what its row shows: ``adopted``, ``could`` and ``is_overdue``."""
    shares = adopted_shares(person, on)
    for process in processes:
        process.adopted, process.could = shares.get(process.pk, shares[0])
        process.is_overdue = process.review_is_overdue(on)


def register_csv(person: Person, processes) -> HttpResponse:
    header = ["process", "title", "family", "owner", "version", "review_due", "asked", "read"]
    lines = (
        [
            process.slug,
            process.title,
            process.family,
            process.owner.email,
            process.published.number if process.published else "",
            process.review_due_on or "",
            process.asked,
            process.read,
        ]
        for process in processes
    )
    return csv_download("processes.csv", header, lines)


def page_of(person: Person, process: Process, on: date) -> dict[str, Any]:
    """What the page of a process shows to this person."""
    revision = process.published
    may_change = access.may_change(person, process)
    own = revision and revision.acknowledgements.filter(person=person).first()
    return {
        "process": process,
        "revision": revision,
        "steps": list(revision.steps.select_related("tool")) if revision else [],
        "may_change": may_change,
        "draft": process.revisions.open().first() if may_change else None,
        "revisions": process.revisions.select_related("author") if may_change else [],
        "acknowledgement": own,
        "readers": reading_of(revision) if revision else None,
        "adoptions": adoptions_of(person, process, on),
        "improvements": improvements_of(person, process),
        "is_overdue": process.review_is_overdue(on),
    }


def reading_of(revision: Revision) -> dict[str, int]:
    done = list(revision.acknowledgements.values_list("done_at", flat=True))
    return {"asked": len(done), "read": sum(at is not None for at in done)}


def adoptions_of(person: Person, process: Process, on: date) -> list[tuple[Any, Adoption | None]]:
    """Each product with what is said of it, None where nobody has spoken yet."""
    said = access.adoptions_to_see(person).filter(process=process).on(on)
    by_subject = {adoption.subject_id: adoption for adoption in said}
    products = access.products_to_see(person)
    return [(product, by_subject.get(product.subject_id)) for product in products]


def improvements_of(person: Person, process: Process) -> list:
    """Improvements that change it: a later app's rows, reached by the reverse relation."""
    revisions = process.revisions.prefetch_related("improvements__owner")
    found = {
        improvement.pk: improvement
        for revision in revisions
        for improvement in revision.improvements.visible_to(person)
    }
    return list(found.values())


def differences(older: Revision, newer: Revision) -> list[tuple[str, Step | None, Step | None]]:
    """Step by step: ("same" | "changed" | "added" | "removed", older step, newer step)."""
    before, after = list(older.steps.all()), list(newer.steps.all())
    matcher = SequenceMatcher(None, [s.title for s in before], [s.title for s in after], False)
    found: list[tuple[str, Step | None, Step | None]] = []
    for _tag, i1, i2, j1, j2 in matcher.get_opcodes():
        pairs = zip(before[i1:i2], after[j1:j2], strict=False)
        found += [(_change(a, b), a, b) for a, b in pairs]
        shared = min(i2 - i1, j2 - j1)
        found += [("removed", step, None) for step in before[i1 + shared : i2]]
        found += [("added", None, step) for step in after[j1 + shared : j2]]
    return found


def _change(before: Step, after: Step) -> str:
    same = all(getattr(before, name) == getattr(after, name) for name in STEP_FIELDS)
    return "same" if same else "changed"


def matrix_of(person: Person, processes, on: date) -> dict[str, Any]:
    """Processes x products: ``columns`` (products) and ``rows`` of (process, cells)."""
    products = list(access.products_to_see(person))
    changeable = set(Subject.objects.changeable_by(person).values_list("pk", flat=True))
    said = {
        (adoption.process_id, adoption.subject_id): adoption
        for adoption in access.adoptions_to_see(person).on(on)
    }
    found = [
        (
            process,
            [
                {
                    "product": product,
                    "adoption": said.get((process.pk, product.subject_id)),
                    "may_change": product.subject_id in changeable,
                }
                for product in products
            ],
        )
        for process in processes
    ]
    return {"columns": products, "rows": found}

"""What people write on charts: notes about what happened."""

from datetime import date
from typing import Any

from django.db import transaction

from metrics.models import Note
from objectives.models import Series
from productops import changelog
from productops.forms import take_version
from teams.models import Person, Subject


@transaction.atomic
def add_note(
    *, subject: Subject, on: date, text: str, by: Person, series: Series | None = None
) -> Note:
    """Note what happened to a subject on a day; ``series`` keeps it to the chart of one KPI."""
    note = Note.objects.create(subject=subject, series=series, on=on, text=text, by=by)
    after = {"on": on, "text": text, "subject": str(subject), "series": str(series or "")}
    changelog.record(by=by, row=note, verb="added", after=after)
    return note


@transaction.atomic
def change_note(*, note: Note, by: Person, before: dict[str, Any], after: dict[str, Any]) -> Note:
    """Save a note that a form has changed from ``before`` to ``after``."""
    take_version(note)
    note.save()
    changelog.record(by=by, row=note, verb="changed", before=before, after=after)
    return note


@transaction.atomic
def delete_note(*, note: Note, by: Person) -> None:
    """Take a note off the charts for good; the change log keeps what it said."""
    changelog.record(by=by, row=note, verb="deleted", before={"on": note.on, "text": note.text})
    note.delete()

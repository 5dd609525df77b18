"""Processes in and out as YAML: one process, or a pack of them."""

import sys
from collections.abc import Iterator
from typing import Any

import yaml
from django.db import transaction

from processes.actions import STEP_FIELDS, create_process, start_draft, write_steps
from processes.models import Process, Revision
from processes.template_file import TEXTS, ProcessText, Unreadable, read_processes
from productops import changelog
from productops.exchange import Kind, Refused, Report, kind
from teams.models import Person

CARD = ("title", "family", *TEXTS, "criticality", "review_months")


@transaction.atomic
def take_processes(file, name: str, by: Person | None, options: dict[str, Any]) -> Report:
    """New processes begin with a draft; a changed one gets a draft beside its published revision.

    The same file again changes nothing.
    """
    report = Report()
    author = by or Person.objects.with_role("admin", "ops").active().order_by("pk").first()
    try:
        texts = read_processes(file.read().decode("utf-8-sig"))
    except UnicodeDecodeError:
        report.refuse(None, "", "The file is not UTF-8 text.")
        raise Refused(report) from None
    except Unreadable as problem:
        report.refuse(problem.line, problem.place, str(problem))
        raise Refused(report) from problem
    if author is None:
        report.refuse(None, "", "There is nobody yet who could own a process.")
        raise Refused(report)
    for text in texts:
        _take(text, author, report)
    return report


def _take(text: ProcessText, author: Person, report: Report) -> None:
    process = Process.objects.filter(slug=text.slug).first()
    if process is None:
        create_process(text=text, owner=author, by=author)
        report.created += 1
    elif _content(process) == _content_of(text):
        report.unchanged += 1
    else:
        _update(process, text, author)
        report.updated += 1


def _update(process: Process, text: ProcessText, author: Person) -> None:
    for name in CARD:
        setattr(process, name, getattr(text, name))
    process.save()
    newest = _newest(process)
    if (newest.body, _steps(newest)) != (text.body, text.steps):
        draft = start_draft(process=process, by=author)
        draft.body = text.body
        draft.save(update_fields=["body", "updated_at"])
        write_steps(revision=draft, steps=text.steps)
    changelog.record(by=author, row=process, verb="imported")


def _newest(process: Process) -> Revision:
    return process.revisions.order_by("-number")[0]


def _steps(revision: Revision) -> list[dict[str, Any]]:
    return list(revision.steps.values(*STEP_FIELDS))


def _content(process: Process) -> tuple:
    newest = _newest(process)
    return (*(getattr(process, name) for name in CARD), newest.body, _steps(newest))


def _content_of(text: ProcessText) -> tuple:
    return (*(getattr(text, name) for name in CARD), text.body, text.steps)


def give_processes(person, options: dict[str, Any]) -> Iterator[str]:
    """One YAML text that ``take_processes`` takes back unchanged."""
    processes = Process.objects.visible_to(person) if person else Process.objects.all()
    found = processes.select_related("owner_role").order_by("slug")
    pack = [_as_mapping(process) for process in found]
    yield yaml.safe_dump(
        {"processes": pack}, allow_unicode=True, sort_keys=False, width=sys.maxsize
    )


def _as_mapping(process: Process) -> dict[str, Any]:
    newest = _newest(process)
    card = {"slug": process.slug} | {name: getattr(process, name) for name in CARD}
    card["owner_role"] = process.owner_role.slug if process.owner_role else ""
    steps = [
        {name: value for name, value in step.items() if value not in ("", None)}
        for step in _steps(newest)
    ]
    return card | {"body": newest.body, "steps": steps}


kind(Kind("processes", take=take_processes, give=give_processes, formats=("yaml",)))

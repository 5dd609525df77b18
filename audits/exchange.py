"""Questionnaires and answers, in and out.

``framework`` takes and gives YAML, XLSForm and a table of its own (``framework_formats``).
``responses`` takes and gives a table: email, subject (kind:key), question, value, comment.
"""

from argparse import ArgumentParser
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audits import actions
from audits.choices import NodeKind
from audits.framework_file import FrameworkRefused
from audits.framework_formats import WRITERS, read_frameworks, write_frameworks
from audits.models import Answer, Audit, FrameworkVersion, Node
from audits.pages.answers import ANSWER_COLUMNS, answer_line
from audits.refusals import NotNow
from audits.replies import read_reply
from productops import clock
from productops.exchange import Kind, Refused, Report, kind, table_options
from productops.parsing import Unreadable, to_date
from productops.tables import read_table
from teams.choices import AccountRole
from teams.models import Person, Subject

COLUMNS = ("email", "subject", "question", "value", "comment", "evidence_url")
IGNORED = tuple(name for name in ANSWER_COLUMNS if name not in COLUMNS)  # our export writes them


# Frameworks ---------------------------------------------------------------------------------
@transaction.atomic
def take_framework(file, name: str, by: Person | None, options: dict[str, Any]) -> Report:
    """Each questionnaire whose content is new becomes a new version."""
    report = Report()
    try:
        files = read_frameworks(file.read(), name)
    except FrameworkRefused as refused:
        for fault in refused.faults:
            report.refuse(fault.line, fault.key, fault.reason)
        raise Refused(report) from refused
    for version, is_new in actions.load_frameworks(files=files, by=by, now=timezone.now()):
        if not is_new:
            report.unchanged += 1
        elif version.framework.versions.count() == 1:
            report.created += 1
        else:
            report.updated += 1
    return report


def framework_options(parser: ArgumentParser) -> None:
    parser.add_argument("--framework", metavar="KEY", help="only this one")


def give_framework(person: Person | None, options: dict[str, Any]) -> Iterator[bytes]:
    """The published version of each framework, or of the one that ``framework`` names."""
    versions = FrameworkVersion.objects.published().order_by("framework__slug")
    if options.get("framework"):
        versions = versions.filter(framework__slug=options["framework"])
    yield write_frameworks(
        (version.content for version in versions), options.get("format") or "yaml"
    )


kind(
    Kind(
        "framework",
        take=take_framework,
        give=give_framework,
        formats=tuple(WRITERS),
        choosing=framework_options,
    )
)


# Responses ----------------------------------------------------------------------------------
def response_options(parser: ArgumentParser) -> None:
    parser.add_argument("--audit", help="number of the audit that the answers belong to")
    parser.add_argument("--framework", help="make a new audit of this framework (its key)")
    parser.add_argument("--title", help="of the new audit")
    parser.add_argument("--closed-on", help="close the new audit as of this day (2026-05-13)")


@dataclass
class Reading:
    """What the rows of a file are read against, and what they turned out to be."""

    report: Report
    nodes: dict[str, Node]
    people: dict[str, Person]
    subjects: dict[str, Subject]
    given: list[actions.Given] = field(default_factory=list)
    seen: dict[tuple, int] = field(default_factory=dict)


@transaction.atomic
def take_responses(file, name: str, by: Person | None, options: dict[str, Any]) -> Report:
    """Answers into an audit that is not closed, or into one that is made and closed for them."""
    report = Report()
    audit, closed_on = _audit_for(by, options, report)
    table = read_table(file, name, **table_options(options))
    _check_header(table.header, report)
    reading = Reading(
        report,
        nodes={node.key: node for node in audit.framework_version.nodes.questions()},
        people={person.email: person for person in Person.objects.all()},
        subjects={subject.reference: subject for subject in Subject.objects.all()},
    )
    for number, row in table.rows:
        _read_row(reading, number, row)
    if report.refused:
        raise Refused(report)
    _record(audit, closed_on, reading, by)
    return report


def _record(audit: Audit, closed_on, reading: Reading, by: Person | None) -> None:
    now = _noon(closed_on) if closed_on else timezone.now()
    try:
        counts = actions.record_responses(audit=audit, given=reading.given, now=now)
    except NotNow as refusal:
        reading.report.refuse(None, "audit", str(refusal))
        raise Refused(reading.report) from refusal
    for result, number in counts.items():
        setattr(reading.report, result, number)
    if closed_on:
        actions.close_audit(audit=audit, by=by or audit.owner, now=now)


def _noon(day) -> datetime:
    return datetime.combine(day, time(12), tzinfo=clock.zone())


def _check_header(header: tuple[str, ...], report: Report) -> None:
    for name in COLUMNS[:4]:
        if name not in header:
            report.refuse(None, name, _("This column is missing."))
    for name in header:
        if name not in COLUMNS + IGNORED:
            report.refuse(None, name, _("Nothing reads this column."))
    if report.refused:
        raise Refused(report)


def _audit_for(by: Person | None, options: dict[str, Any], report: Report):
    """The audit that was named, or a new one, and the day on which to close that."""
    try:
        closed_on = to_date(options["closed_on"]) if options.get("closed_on") else None
    except Unreadable as problem:
        report.refuse(None, "closed-on", str(problem))
        raise Refused(report) from problem
    if options.get("framework"):
        return _new_audit(by, options, closed_on, report), closed_on
    named = str(options.get("audit") or "")
    audits = Audit.objects.visible_to(by) if by else Audit.objects.all()
    is_number = named.isascii() and named.isdigit() and len(named) < 19
    audit = audits.filter(pk=named).first() if is_number else None
    if audit is None:
        report.refuse(None, "audit", _("Name an audit by its number, or a framework."))
        raise Refused(report)
    return audit, None


def _new_audit(by: Person | None, options: dict, closed_on, report: Report) -> Audit:
    versions = FrameworkVersion.objects.published()
    version = versions.filter(framework__slug=options["framework"]).first()
    operators = Person.objects.with_role(AccountRole.ADMIN, AccountRole.OPS).active()
    owner = by or operators.order_by("pk").first()
    if version is None or owner is None:
        reason = _("There is no such framework.") if owner else _("Nobody could own the audit.")
        report.refuse(None, "framework", reason)
        raise Refused(report)
    on = closed_on or clock.today()
    audit = actions.create_audit(
        framework_version=version,
        title=options.get("title") or f"{version.framework.title}, {on.isoformat()}",
        closes_on=on,
        subjects=[],
        by=owner,
        on=on,
    )
    audit.begin(by=owner, now=_noon(on))
    return audit


def _read_row(reading: Reading, number: int, row: dict[str, str]) -> None:
    """Read one answer; everything that is wrong with it is said at once."""
    person = _one(reading, number, "email", row["email"].strip().lower(), reading.people)
    subject = _one(reading, number, "subject", row["subject"].strip(), reading.subjects)
    node = _one(reading, number, "question", row["question"].strip(), reading.nodes)
    if node is None or person is None or subject is None:
        return
    key = (person.pk, subject.pk, node.pk)
    if key in reading.seen:
        first = reading.seen[key]
        reading.report.refuse(number, "question", _("Answered in row %s already.") % first)
        return
    reading.seen[key] = number
    try:
        content = read_reply(
            node,
            _value(node, row["value"]),
            comment=row.get("comment", ""),
            evidence_url=row.get("evidence_url", ""),
        )
    except Unreadable as problem:
        reading.report.refuse(number, "value", str(problem))
        return
    reading.given.append(actions.Given(person, subject, node, content))


def _one(reading: Reading, number: int, column: str, text: str, known: dict) -> Any:
    if text not in known:
        reading.report.refuse(number, column, _("“%s” is not known here.") % text[:40])
    return known.get(text)


def _value(node: Node, text: str) -> Any:
    """Several ticked choices stand in one cell, parted by semicolons."""
    if node.kind == NodeKind.MULTIPLE and text.strip() not in ("dont_know", "na"):
        return [part.strip() for part in text.split(";") if part.strip()]
    return text


def give_responses(person: Person | None, options: dict[str, Any]) -> Iterator[Any]:
    """All answers that carry a name, of the audit that ``audit`` names or of all."""
    answers = Answer.objects.visible_to(person) if person else Answer.objects.all()
    named = answers.counted().filter(scope__audit__is_anonymous=False)
    if options.get("audit"):
        named = named.filter(scope__audit=options["audit"])
    related = named.select_related("node", "scope__subject", "invitation__person")
    yield ANSWER_COLUMNS
    for answer in related.order_by("scope__audit", "pk"):
        yield answer_line(answer)


kind(
    Kind(
        "responses",
        take=take_responses,
        give=give_responses,
        arguments=response_options,
    )
)

"""Questionnaires and answers, in and out.

``framework`` takes and gives YAML, XLSForm and a table of its own (``framework_formats``).
``responses`` takes and gives a table (``response_table``): one row for each answer, or one row for
each respondent and one column for each question.
"""

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audits import actions
from audits.framework_file import FrameworkRefused
from audits.framework_formats import WRITERS, read_frameworks, write_frameworks
from audits.models import Answer, Audit, FrameworkVersion
from audits.pages.answers import ANSWER_COLUMNS, answer_line
from audits.refusals import NotNow
from audits.responses import reading_for, told_by
from productops import clock
from productops.exchange import Kind, Refused, Report, kind, table_options
from productops.parsing import Unreadable, to_date
from productops.tables import read_table
from teams.choices import AccountRole
from teams.models import Person


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
    parser.add_argument(
        "--map", action="append", metavar="OURS=THEIRS,…", help="names of columns in the file"
    )
    parser.add_argument(
        "--leave-out", action="append", metavar="COLUMN", help="a column that is not taken in"
    )
    parser.add_argument(
        "--subject", metavar="KIND:KEY", help="what all answers are about (the organisation)"
    )
    parser.add_argument(
        "--create-people", action="store_true", help="create people whose address is unknown"
    )
    parser.add_argument(
        "--nameless",
        action="store_true",
        help="take rows without an address; a new audit of them is anonymous",
    )


@transaction.atomic
def take_responses(file, name: str, by: Person | None, options: dict[str, Any]) -> Report:
    """Answers into an audit that is not closed, or into one that is made and closed for them."""
    report = Report()
    audit, closed_on = _audit_for(by, options, report)
    table = read_table(file, name, **table_options(options))
    reading = reading_for(audit, options, report)
    told = told_by(table.header, reading, options)
    for number, row in table.rows:
        for one in told(number, row):
            reading.read(one)
    reading.check(clock.today())
    if report.refused:
        raise Refused(report)
    _record(audit, closed_on, reading.given, report, by)
    return report


def _record(audit: Audit, closed_on, given, report: Report, by: Person | None) -> None:
    now = _noon(closed_on) if closed_on else timezone.now()
    try:
        counts = actions.record_responses(audit=audit, given=given, by=by, now=now)
    except NotNow as refusal:
        report.refuse(None, "audit", str(refusal))
        raise Refused(report) from refusal
    for result, number in counts.items():
        setattr(report, result, number)
    if closed_on:
        actions.close_audit(audit=audit, by=by or audit.owner, now=now)


def _noon(day) -> datetime:
    return datetime.combine(day, time(12), tzinfo=clock.zone())


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
        is_anonymous=bool(options.get("nameless")) or version.is_meant_anonymous,
    )
    audit.begin(by=owner, now=_noon(on))
    return audit


def audit_option(parser: ArgumentParser) -> None:
    parser.add_argument("--audit", help="only answers of the audit with this number")


def give_responses(person: Person | None, options: dict[str, Any]) -> Iterator[Any]:
    """All answers that carry a name, of the audit that ``audit`` names or of all."""
    answers = Answer.objects.visible_to(person) if person else Answer.objects.all()
    named = answers.counted().filter(scope__audit__is_anonymous=False)
    if options.get("audit"):
        named = named.filter(scope__audit=options["audit"])
    related = named.select_related(
        "node", "subject", "scope__subject", "invitation__person", "file"
    )
    yield ANSWER_COLUMNS
    for answer in related.order_by("scope__audit", "pk"):
        yield answer_line(answer)


kind(
    Kind(
        "responses",
        take=take_responses,
        give=give_responses,
        arguments=response_options,
        choosing=audit_option,
    )
)

"""One way for a file to become rows, whether it came by page, API or command line.

The file is kept, the kind takes it whole or not at all, and an ImportRun says what came of it.
"""

import json
from typing import Any, BinaryIO

import structlog
from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _

from productops import files
from productops.exchange import Kind, Refused, Report
from productops.models import ImportRun, StoredFile
from productops.parsing import Unreadable

MOST_REFUSALS_KEPT = 1_000
log = structlog.get_logger()


def run_import(
    *,
    kind: Kind,
    file: BinaryIO,
    name: str,
    by: Any = None,
    options: dict[str, Any] | None = None,
    dry_run: bool = False,
) -> tuple[ImportRun, Report]:
    """Import one file; nothing is written where anything was refused, or in a dry run.

    ``name`` is what the sender calls the file; ``by`` is None for the operator. The report is
    whole, the run keeps the first thousand refusals.
    """
    stored = files.store(file, name)
    return _run(kind, stored, files.safe_name(name), by, options or {}, dry_run)


def apply_checked(*, run: ImportRun, kind: Kind, by: Any) -> tuple[ImportRun, Report]:
    """Import for good what an earlier dry run has checked, from the file that was kept then."""
    return _run(kind, run.file, run.name, by, run.options, dry_run=False)


def check_again(
    *, run: ImportRun, kind: Kind, by: Any, options: dict[str, Any]
) -> tuple[ImportRun, Report]:
    """Read the file of an earlier run once more, with other options; nothing is written."""
    return _run(kind, run.file, run.name, by, options, dry_run=True)


def earlier_runs(sha256: str, kind: str):
    """Imports of the same content that were applied before, newest first."""
    return ImportRun.objects.applied().filter(file__sha256=sha256, kind=kind).order_by("-pk")


def _run(
    kind: Kind, stored: StoredFile, name: str, by: Any, options: dict[str, Any], dry_run: bool
) -> tuple[ImportRun, Report]:
    run = ImportRun(kind=kind.name, file=stored, name=name, by=by, options=_plain(options))
    report = _taken(kind, run, by, options, dry_run)
    if run.pk is None:
        run.state = ImportRun.State.REFUSED if report.refused else ImportRun.State.CHECKED
        run.report = _kept(report)
        run.save()
    return run, report


def _taken(kind: Kind, run: ImportRun, by: Any, options: dict[str, Any], dry_run: bool) -> Report:
    """Let the kind take the file, and save the run with it where that was for good."""
    report = Report()
    try:
        with transaction.atomic(), files.path_of(run.file.sha256).open("rb") as file:
            report = kind.take(file, run.name, by, options)
            if report.refused:
                raise Refused(report)
            if dry_run:
                transaction.set_rollback(True)
            else:
                run.state, run.report = ImportRun.State.APPLIED, _kept(report)
                run.save()
    except Refused as refusal:
        report = refusal.report
    except Unreadable as problem:
        report = Report()
        report.refuse(getattr(problem, "row", None), getattr(problem, "column", ""), str(problem))
    except (DataError, IntegrityError):
        log.exception("import_refused_by_the_database", kind=kind.name)
        report = Report()
        report.refuse(None, "", _("The database does not take what this file holds."))
    if report.refused:
        run.pk = None
        report.created = report.updated = report.unchanged = 0
    return report


def _kept(report: Report) -> dict[str, Any]:
    kept = report.as_dict()
    kept["refused_in_all"] = len(kept["refused"])
    kept["refused"] = kept["refused"][:MOST_REFUSALS_KEPT]
    return kept


def _plain(options: dict[str, Any]) -> dict[str, Any]:
    return json.loads(json.dumps(options, default=str))

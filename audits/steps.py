"""The first step of the line: find out where the organisation stands."""

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from audits.choices import AuditState, GapState
from audits.models import Audit, FrameworkVersion, Gap
from productops.steps import Step, StepState, StepTask, step


@step("audits")
def find_out(person) -> Step:
    audits = Audit.objects.aggregate(
        sent=Count("pk", filter=~Q(state=AuditState.DRAFT)),
        closed=Count("pk", filter=Q(state=AuditState.CLOSED)),
    )
    questionnaires = FrameworkVersion.objects.published().count()
    tasks = [
        _choose(questionnaires),
        _send(questionnaires, audits["sent"]),
        _close(audits["sent"], audits["closed"]),
        _decide(),
    ]
    return Step(0, _("Find out"), _("Ask those who know where you stand today."), tasks)


def _choose(questionnaires: int) -> StepTask:
    detail = _("%s questionnaires") % questionnaires if questionnaires else ""
    done = questionnaires > 0
    return _task(_("Choose what to ask"), "framework-list", 5, done=done, detail=detail)


def _send(questionnaires: int, sent: int) -> StepTask:
    page = "audit-list" if sent else "audit-new"
    waits = "" if questionnaires else _("Choose what to ask first.")
    return _task(_("Send the first audit"), page, 10, done=sent > 0, waits=waits)


def _close(sent: int, closed: int) -> StepTask:
    waits = "" if sent else _("Nothing was sent yet.")
    title = _("Close it and see the result")
    return _task(title, "audit-list", 5, done=closed > 0, waits=waits)


def _decide() -> StepTask:
    gaps = Gap.objects.aggregate(
        every=Count("pk"), looked_at=Count("pk", filter=~Q(state=GapState.IDENTIFIED))
    )
    detail = _("%(looked_at)s of %(every)s planned, accepted or closed") % gaps
    return _task(
        _("Decide on the gaps"),
        "gap-list",
        20,
        done=gaps["looked_at"] > 0,
        detail=detail if gaps["every"] else "",
        waits="" if gaps["every"] else _("An audit finds them when it closes."),
    )


def _task(
    title: str, page: str, minutes: int, *, done: bool, detail: str = "", waits: str = ""
) -> StepTask:
    state = StepState.DONE if done else StepState.CANNOT_START if waits else StepState.NEXT
    return StepTask(title, state, reverse(f"audits:{page}"), minutes, detail or waits)

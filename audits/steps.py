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
        every=Count("pk"),
        sent=Count("pk", filter=~Q(state=AuditState.DRAFT)),
        closed=Count("pk", filter=Q(state=AuditState.CLOSED)),
    )
    gaps = Gap.objects.aggregate(
        every=Count("pk"), looked_at=Count("pk", filter=~Q(state=GapState.IDENTIFIED))
    )
    questionnaires = FrameworkVersion.objects.published().count()
    tasks = [
        _task(
            _("Choose what to ask"),
            "framework-list",
            5,
            done=questionnaires > 0,
            detail=_("%s questionnaires") % questionnaires if questionnaires else "",
        ),
        _task(
            _("Send the first audit"),
            "audit-list" if audits["sent"] else "audit-new",
            10,
            done=audits["sent"] > 0,
            waits="" if questionnaires else _("Choose what to ask first."),
        ),
        _task(
            _("Close it and see the result"),
            "audit-list",
            5,
            done=audits["closed"] > 0,
            waits="" if audits["sent"] else _("Nothing was sent yet."),
        ),
        _task(
            _("Decide on the gaps"),
            "gap-list",
            20,
            done=gaps["every"] > 0 and gaps["looked_at"] > 0,
            detail=_("%(done)s of %(all)s planned, accepted or closed")
            % {"done": gaps["looked_at"], "all": gaps["every"]}
            if gaps["every"]
            else "",
            waits="" if gaps["every"] else _("An audit finds them when it closes."),
        ),
    ]
    return Step(0, _("Find out"), _("Ask those who know where you stand today."), tasks)


def _task(
    title: str, page: str, minutes: int, *, done: bool, detail: str = "", waits: str = ""
) -> StepTask:
    state = StepState.DONE if done else StepState.CANNOT_START if waits else StepState.NEXT
    return StepTask(title, state, reverse(f"audits:{page}"), minutes, detail or waits)

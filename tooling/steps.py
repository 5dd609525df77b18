"""Step 4 of the line: choose, pay for and roll out the tools that teams work with."""

from django.urls import reverse
from django.utils.translation import gettext as _

from productops.steps import Step, StepState, StepTask, step
from tooling.models import Contract, Rollout, Tool, Usage


@step("tooling")
def equip(person) -> Step:
    tools, contracts = Tool.objects.current().count(), Contract.objects.count()
    rollouts, is_used = Rollout.objects.count(), Usage.objects.exists()
    catalogue = reverse("tooling:tool-list")
    waits = "" if tools else _("Enter a tool first.")
    of_contracts = reverse("tooling:contract-list") if person.sees_all else catalogue
    return Step(
        4,
        _("Equip"),
        _("Give teams tools that they use, and pay for no others."),
        [
            _task(
                _("Enter the tools that teams work with"),
                tools > 0,
                catalogue,
                15,
                _("%s tools") % tools if tools else "",
            ),
            _task(
                _("Say what they cost and when contracts end"),
                contracts > 0,
                of_contracts,
                15,
                waits or (_("%s contracts") % contracts if contracts else ""),
                can_start=tools > 0,
            ),
            _task(_("Bring in who uses them"), is_used, catalogue, 10, waits, can_start=tools > 0),
            _task(
                _("Plan the rollout of a tool"),
                rollouts > 0,
                reverse("tooling:rollout-list"),
                10,
                waits or (_("%s rollouts") % rollouts if rollouts else ""),
                can_start=tools > 0,
            ),
        ],
    )


def _task(title, done: bool, url: str, minutes: int, detail="", *, can_start=True) -> StepTask:
    waiting = StepState.NEXT if can_start else StepState.CANNOT_START
    return StepTask(title, StepState.DONE if done else waiting, url, minutes, detail)

"""Step 1 of the line: agree what is wanted, and how one would see it."""

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from objectives.models import Cycle, KeyResult, Kpi, Objective
from productops.steps import Step, StepState, StepTask, step


@step("objectives")
def agree(person) -> Step:
    cycles = Cycle.objects.visible_to(person).count()
    kpis = Kpi.objects.visible_to(person).count()
    objectives = Objective.objects.visible_to(person).count()
    key_results = KeyResult.objects.visible_to(person).aggregate(
        every=Count("pk"), watched=Count("pk", filter=Q(series__isnull=False))
    )
    register = reverse("objectives:objective-list")
    return Step(
        1,
        _("Agree"),
        _("Say what is to be better, and which number will show it."),
        [
            *_groundwork(cycles, kpis),
            StepTask(
                _("Raise the first objective"),
                _state(objectives > 0, cycles > 0),
                reverse("objectives:objective-new"),
                15,
                _found(objectives, cycles, _("Open a cycle first.")),
            ),
            StepTask(
                _("Add key results that watch a KPI"),
                _state(key_results["watched"] > 0, objectives > 0),
                register,
                15,
                _watched(key_results, objectives),
            ),
        ],
    )


def _groundwork(cycles: int, kpis: int) -> list[StepTask]:
    """What objectives stand on: a time to reach them in, and numbers to see them by."""
    return [
        StepTask(
            _("Open a cycle"),
            _state(cycles > 0),
            reverse("objectives:cycle-list"),
            2,
            _("%s open or closed") % cycles if cycles else "",
        ),
        StepTask(
            _("Take over or define KPIs"),
            _state(kpis > 0),
            reverse("objectives:kpi-list"),
            10,
            _("%s in the catalogue") % kpis if kpis else "",
        ),
    ]


def _state(done: bool, can_start: bool = True) -> StepState:
    if done:
        return StepState.DONE
    return StepState.NEXT if can_start else StepState.CANNOT_START


def _found(number: int, needed: int, otherwise: str) -> str:
    if number:
        return str(number)
    return "" if needed else otherwise


def _watched(key_results: dict[str, int], objectives: int) -> str:
    if not objectives:
        return _("Raise an objective first.")
    return _("%(watched)s of %(every)s key results watch a KPI") % key_results

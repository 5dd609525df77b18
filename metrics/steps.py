"""Step 5 of the line: measure, and improve by what the numbers say."""

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from metrics.choices import ImprovementState
from metrics.models import Dashboard, Improvement, Registration, SeriesState, Verdict
from productops.steps import Step, StepState, StepTask, step

BEFORE_LIVE = (ImprovementState.IDEA, ImprovementState.APPROVED)


@step("metrics")
def measure_and_improve(person) -> Step:
    has_numbers = SeriesState.objects.exclude(latest=None).exists()
    has_dashboard = Dashboard.objects.filter(rows__isnull=False).exists()
    judged = Verdict.objects.filter(registration__improvement=OuterRef("pk"))
    promised = Registration.objects.filter(improvement=OuterRef("pk"))
    counts = Improvement.objects.annotate(
        is_promised=Exists(promised), is_judged=Exists(judged)
    ).aggregate(
        planned=Count("pk", filter=Q(is_promised=True)),
        live=Count("pk", filter=~Q(state__in=BEFORE_LIVE)),
        judged=Count("pk", filter=Q(is_judged=True)),
    )
    return Step(
        5,
        _("Measure and improve"),
        _("Watch the numbers, change one thing at a time, and let the data say whether it worked."),
        [
            *tasks_of_numbers(has_numbers, has_dashboard),
            *tasks_of_improvements(has_numbers, counts),
        ],
    )


def tasks_of_numbers(has_numbers: bool, has_dashboard: bool) -> list[StepTask]:
    waits = "" if has_numbers else _("Bring in numbers first.")
    return [
        StepTask(
            _("Bring in the first numbers"),
            state(has_numbers),
            reverse("metrics:observation-import"),
            10,
        ),
        StepTask(
            _("Put the KPIs that matter on a dashboard"),
            state(has_dashboard, has_numbers),
            reverse("metrics:dashboard-list"),
            10,
            waits,
        ),
    ]


def tasks_of_improvements(has_numbers: bool, counts: dict[str, int]) -> list[StepTask]:
    improvements = reverse("metrics:improvement-list")
    return [
        StepTask(
            _("Plan an improvement and say what it promises"),
            state(counts["planned"] > 0, has_numbers),
            reverse("metrics:improvement-new"),
            10,
            "" if has_numbers else _("Bring in numbers first."),
        ),
        StepTask(
            _("Let it go live"),
            state(counts["live"] > 0, counts["planned"] > 0),
            improvements,
            5,
            "" if counts["planned"] else _("Plan an improvement first."),
        ),
        StepTask(
            _("Read its verdict, and decide"),
            state(counts["judged"] > 0, counts["live"] > 0),
            improvements,
            5,
            "" if counts["live"] else _("A verdict comes some periods after something went live."),
        ),
    ]


def state(is_done: bool, can_start: bool = True) -> StepState:
    if is_done:
        return StepState.DONE
    return StepState.NEXT if can_start else StepState.CANNOT_START

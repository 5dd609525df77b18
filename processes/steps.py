"""Step 3 of the line: standardise how work is done."""

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from processes.models import Acknowledgement, Adoption, Process
from productops.steps import Step, StepState, StepTask, step


@step("processes")
def standardise(person) -> Step:
    counts = Process.objects.aggregate(
        every=Count("pk"), published=Count("pk", filter=Q(published__isnull=False))
    )
    asked = Acknowledgement.objects.in_force().aggregate(
        every=Count("pk"), done=Count("pk", filter=Q(done_at__isnull=False))
    )
    adopted = Adoption.objects.exists()
    register = reverse("processes:process-list")
    waits = "" if counts["published"] else _("Publish a process first.")
    return Step(
        3,
        _("Standardise"),
        _("Agree how work is done, the same way across products."),
        [
            StepTask(
                _("Write or take over your first processes"),
                _state(counts["every"] > 0),
                reverse("processes:process-new"),
                20,
                _("%s in the register") % counts["every"] if counts["every"] else "",
            ),
            StepTask(
                _("Have them reviewed and published"),
                _state(counts["published"] > 0, bool(counts["every"])),
                register,
                15,
                _("%s published") % counts["published"] if counts["published"] else "",
            ),
            StepTask(
                _("Ask people to read them"),
                _state(asked["every"] > 0, bool(counts["published"])),
                register,
                5,
                waits or _("%(done)s of %(every)s acknowledged") % asked,
            ),
            StepTask(
                _("Say which products work by them"),
                _state(adopted, bool(counts["published"])),
                reverse("processes:adoption-matrix"),
                10,
                waits,
            ),
        ],
    )


def _state(done: bool, can_start: bool = True) -> StepState:
    if done:
        return StepState.DONE
    return StepState.NEXT if can_start else StepState.CANNOT_START

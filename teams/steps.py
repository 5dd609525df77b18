"""Step 2 of the line: assemble the team."""

from django.urls import reverse
from django.utils.translation import gettext as _

from productops.steps import Step, StepState, StepTask, step
from teams.models import Person, Product, Rating, Seat, Skill, Team


@step("teams")
def assemble(person) -> Step:
    teams, products = Team.objects.current().count(), Product.objects.current().count()
    people, skills = Person.objects.active().count(), Skill.objects.count()
    open_seats = list(Seat.objects.values_list("person", flat=True))
    filled = sum(holder is not None for holder in open_seats)
    rated = Rating.objects.exists()
    return Step(
        2,
        _("Assemble"),
        _("Bring operational skills, technical expertise and product management together."),
        [
            _task(
                _("Enter products, teams and people"),
                bool(teams and products and people > 1),
                reverse("teams:product-list"),
                10,
                _("%(products)s products, %(teams)s teams, %(people)s people")
                % {"products": products, "teams": teams, "people": people},
            ),
            _task(
                _("Load roles and skills"),
                bool(skills),
                reverse("teams:skill-list"),
                2,
                _("%s skills") % skills if skills else "",
            ),
            _task(
                _("Give the ProductOps team its seats"),
                bool(filled) and filled == len(open_seats),
                reverse("teams:team-list"),
                10,
                _("%(filled)s of %(all)s filled") % {"filled": filled, "all": len(open_seats)}
                if open_seats
                else "",
                can_start=bool(teams),
            ),
            _task(
                _("Rate skills and see what is short"),
                rated,
                reverse("teams:skill-list"),
                15,
                can_start=bool(skills),
            ),
        ],
    )


def _task(title, done: bool, url: str, minutes: int, detail="", *, can_start=True) -> StepTask:
    waiting = StepState.NEXT if can_start else StepState.CANNOT_START
    return StepTask(title, StepState.DONE if done else waiting, url, minutes, detail)

"""This app's place in the chain: the learning plan that an improvement carries out."""

from productops.trace import Node, Noun, noun
from teams.models import LearningPlan


def learning_plans(person, ids: set[int]):
    for plan in LearningPlan.objects.visible_to(person).filter(pk__in=ids):
        yield Node(
            "learning-plan",
            plan.pk,
            plan.title,
            plan.get_absolute_url(),
            plan.get_state_display(),
        )


noun(Noun("learning-plan", learning_plans, order=45, name="Learning plan"))

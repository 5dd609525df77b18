"""This app's place in the chain: the rollout by which an improvement brings a tool."""

from productops.trace import Node, Noun, noun
from tooling.models import Rollout


def rollouts(person, ids: set[int]):
    for rollout in Rollout.objects.visible_to(person).filter(pk__in=ids):
        yield Node(
            "rollout",
            rollout.pk,
            rollout.title,
            rollout.get_absolute_url(),
            rollout.get_state_display(),
        )


noun(Noun("rollout", rollouts, order=45, name="Rollout"))

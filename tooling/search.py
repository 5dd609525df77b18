"""What search finds here: tools, contracts and rollouts."""

from django.utils.translation import gettext as _

from productops.search import Hit, finder
from tooling.models import Contract, Rollout, Tool


@finder("tool")
def tools(person, words: list[str], limit: int):
    found = Tool.objects.visible_to(person).current().naming(" ".join(words))
    for tool in found[:limit]:
        yield Hit(_("Tool"), tool.name, tool.get_absolute_url(), tool.get_ring_display())


@finder("contract")
def contracts(person, words: list[str], limit: int):
    found = Contract.objects.visible_to(person).naming(" ".join(words)).select_related("tool")
    for contract in found[:limit]:
        yield Hit(_("Contract"), contract.name, contract.get_absolute_url(), contract.tool.name)


@finder("rollout")
def rollouts(person, words: list[str], limit: int):
    for rollout in Rollout.objects.visible_to(person).naming(" ".join(words))[:limit]:
        yield Hit(
            _("Rollout"), rollout.title, rollout.get_absolute_url(), rollout.get_state_display()
        )

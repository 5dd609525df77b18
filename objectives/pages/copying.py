"""What the form of a copy begins with, and what is said of the copies."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from objectives.actions import Copies
from objectives.models import Objective


def copy_beginning(objective: Objective) -> dict[str, Any]:
    """All of its key results and what is open of its plan, in the same cycle where that runs."""
    return {
        "title": objective.title,
        "owner": objective.owner_id,
        "cycle": None if objective.cycle.is_closed else objective.cycle_id,
        "key_results": [each.pk for each in objective.key_results.all()],
        "tasks": [task.pk for task in objective.actions.of_kept().open()],
    }


def said_of_copies(copies: Copies) -> list[str]:
    number = len(copies.objectives)
    said = [
        ngettext("Copied, as a draft.", "%(n)d copies made, as drafts.", number) % {"n": number}
    ]
    if copies.kept:
        names = ", ".join(dict.fromkeys(f"“{each.title}”" for each in copies.kept))
        said.append(
            _(
                "The baseline is the same as here, because the number is not known there yet or "
                "has passed the target: %(names)s."
            )
            % {"names": names}
        )
    return said


def address_of_copies(copies: Copies) -> str:
    """The one copy, or the list of all."""
    first = copies.objectives[0]
    if len(copies.objectives) == 1:
        return first.get_absolute_url()
    query = {"cycle": first.cycle.slug, "q": first.title}
    return reverse("objectives:objective-list", query=query)

"""Choices that several forms share."""

from django.utils.translation import gettext_lazy as _

from teams.models import Person

MOST_SEATS = 10_000_000


def any_of(choices) -> list[tuple]:
    return [("", _("Any")), *choices.choices]


def keepers():
    """People who can be asked to look after something."""
    return Person.objects.active().exclude(role="")

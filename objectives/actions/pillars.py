from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from objectives.models import Pillar
from productops import changelog, clock
from teams.models import Person


@transaction.atomic
def add_pillar(*, name: str, by: Person, text: str = "", order: int | None = None) -> Pillar:
    """Add a direction of the strategy, as the last one unless ``order`` says otherwise."""
    if Pillar.objects.filter(name__iexact=name).exists():
        raise ValidationError({"name": _("There is a pillar of this name already.")})
    last = Pillar.objects.order_by("-order").values_list("order", flat=True).first()
    place = order if order is not None else (last or 0) + 1
    pillar = Pillar.objects.create(name=name, text=text, order=place)
    changelog.record(by=by, row=pillar, verb="created", after={"name": name})
    return pillar


@transaction.atomic
def end_pillar(*, pillar: Pillar, by: Person) -> None:
    """No new objective is put under it; those that stand there stay."""
    if pillar.ended_on is None:
        pillar.turn(by=by, verb="ended", ended_on=clock.today())


@transaction.atomic
def change_pillar(*, pillar: Pillar, by: Person, **values: Any) -> bool:
    name = values.get("name", pillar.name)
    if Pillar.objects.filter(name__iexact=name).exclude(pk=pillar.pk).exists():
        raise ValidationError({"name": _("There is a pillar of this name already.")})
    return pillar.edit(by=by, **values)


@transaction.atomic
def move_pillar_up(*, pillar: Pillar, by: Person) -> None:
    """One place up: it changes places with the one before it."""
    above = Pillar.objects.filter(order__lt=pillar.order).order_by("-order", "-pk").first()
    if above is not None:
        first, second = above.order, pillar.order
        above.edit(by=by, order=second)
        pillar.edit(by=by, order=first)

from django.db import models
from django.utils.translation import gettext_lazy as _

from objectives.models.editing import Editable
from productops.models import Record
from teams.models import Person, Subject


class PillarQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self if person.role else self.none()

    def changeable_by(self, person: Person):
        return self if person.changes_all else self.none()

    def counted(self, person: Person):
        """With ``number``: how many objectives under each the person sees."""
        subjects = Subject.objects.visible_to(person).values("pk")
        seen = models.Q(objectives__deleted_at=None, objectives__subject__in=subjects)
        kept = models.Count("objectives", filter=seen)
        return self.annotate(number=kept).order_by("order", "pk")


class Pillar(Editable, Record):
    """One of the few directions of the strategy, under which objectives of all cycles stand."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    text = models.TextField(_("what it means"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    ended_on = models.DateField(null=True, blank=True, editable=False)

    objects = PillarQuerySet.as_manager()

    class Meta:
        verbose_name = _("pillar")
        ordering = ["order", "pk"]

    def __str__(self):
        return self.name

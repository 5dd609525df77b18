from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from objectives.choices import Influence
from objectives.models.kpi import Kpi
from productops.models import Record
from teams.models import Person


class KpiInfluenceQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        """As the definitions at its ends, of which none lies in the trash."""
        return self.kept() if person.role else self.none()

    def changeable_by(self, person: Person):
        return self.kept() if person.changes_all else self.none()

    def kept(self):
        return self.filter(cause__deleted_at=None, effect__deleted_at=None)

    def of(self, kpi: Kpi):
        """What drives a KPI, and what it drives."""
        return self.filter(Q(cause=kpi) | Q(effect=kpi))

    def between(self, slugs):
        """Those of which both ends are among these KPIs."""
        return self.filter(cause__slug__in=slugs, effect__slug__in=slugs)

    def with_ends(self):
        return self.select_related("cause", "effect")


class KpiInfluence(Record):
    """What people believe drives what: more of ``cause`` raises or lowers ``effect``.

    Beliefs may lead in a circle: what feeds itself is worth saying.
    """

    cause = models.ForeignKey(Kpi, on_delete=models.CASCADE, related_name="effects")
    effect = models.ForeignKey(Kpi, on_delete=models.CASCADE, related_name="causes")
    kind = models.CharField(max_length=10, choices=Influence, default=Influence.RAISES)
    after_days = models.PositiveSmallIntegerField(_("shows after days"), null=True, blank=True)
    why = models.TextField(_("why we believe so"), blank=True)

    objects = KpiInfluenceQuerySet.as_manager()

    class Meta:
        ordering = ["cause__name", "effect__name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["cause", "effect"], name="kpi_influence_once"),
            models.CheckConstraint(
                name="kpi_does_not_drive_itself", condition=~Q(cause=F("effect"))
            ),
        ]

    def __str__(self):
        return f"{self.cause} {self.get_kind_display()} {self.effect}"

    @property
    def does_raise(self) -> bool:
        return self.kind == Influence.RAISES

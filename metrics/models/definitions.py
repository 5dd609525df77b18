from django.db import models
from django.db.models import Exists, OuterRef

from objectives.models import KpiVersion


class DefinitionMarkQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(done_at=None)


class DefinitionMark(models.Model):
    """Whether the periods that a definition counts have been marked to be computed by it.

    Definitions are written by objectives, which knows nothing of metrics: so metrics looks for
    those that it has not met.
    """

    kpi_version = models.OneToOneField(
        KpiVersion, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    met_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    objects = DefinitionMarkQuerySet.as_manager()

    def __str__(self):
        return str(self.kpi_version)


def unmet_versions() -> models.QuerySet[KpiVersion]:
    """Definitions that nobody has looked at yet."""
    met = DefinitionMark.objects.filter(kpi_version=OuterRef("pk"))
    return KpiVersion.objects.filter(~Exists(met)).order_by("pk")

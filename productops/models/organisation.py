"""The one organisation of this installation."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Organisation(models.Model):
    """The one organisation of this installation."""

    name = models.CharField(_("name"), max_length=200)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    time_zone = models.CharField(max_length=64, blank=True, editable=False)  # of the observations
    # Hours of the recipient's own clock in which nobody is reminded of anything; the same: none.
    quiet_from = models.PositiveSmallIntegerField(_("quiet from"), default=18)
    quiet_until = models.PositiveSmallIntegerField(_("quiet until"), default=8)
    has_quiet_weekends = models.BooleanField(_("quiet on Saturday and Sunday"), default=True)
    # The month in which the fiscal year begins: quarters and the like are counted from it.
    year_begins_in = models.PositiveSmallIntegerField(_("fiscal year begins in"), default=1)
    is_demo = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="organisation_is_the_only_one", condition=Q(pk=1)),
            models.CheckConstraint(
                name="organisation_year_begins_in_a_month",
                condition=Q(year_begins_in__gte=1, year_begins_in__lte=12),
            ),
        ]

    def __str__(self):
        return self.name

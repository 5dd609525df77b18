"""Which gaps: by right, by state, by day, by where they were found."""

from datetime import date

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from audits.choices import LOWEST, OPEN_GAP_STATES, Band, GapState
from audits.models.audit import Audit
from audits.models.gap_parts import Exemption, GapScope
from teams.models import Person, Subject


class GapQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(subject__in=Subject.objects.visible_to(person).values("pk"))

    def changeable_by(self, person: Person):
        return self.filter(subject__in=Subject.objects.changeable_by(person).values("pk"))

    def open(self):
        return self.filter(state__in=OPEN_GAP_STATES)

    def not_closed(self):
        return self.exclude(state=GapState.CLOSED)

    def late_on(self, on: date):
        return self.open().filter(due_on__lt=on)

    def in_band(self, band: Band):
        """Those of one urgency; whoever has no priority is in none."""
        higher = [LOWEST[one] for one in Band if LOWEST[one] > LOWEST[band]]
        found = self.filter(priority__gte=LOWEST[band])
        return found.filter(priority__lt=min(higher)) if higher else found

    def owned_by(self, person: Person):
        return self.filter(owner=person)

    def ranked(self):
        return self.order_by(F("priority").desc(nulls_last=True), "pk")

    def found_by(self, on: date):
        return self.filter(found_on__lte=on)

    def open_on(self, on: date):
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=on))

    def not_accepted_on(self, on: date):
        """Without those that somebody had accepted for a time that includes the day."""
        accepted = Exemption.objects.filter(gap=OuterRef("pk"), from_on__lte=on, until_on__gte=on)
        return self.exclude(Exists(accepted.filter(ended_on=None))).exclude(
            Exists(accepted.filter(ended_on__gt=on))
        )

    def found_in(self, audit: Audit):
        """Found by this audit, also where a later one found them again."""
        return self.filter(
            Q(audit=audit) | Exists(GapScope.objects.filter(gap=OuterRef("pk"), scope__audit=audit))
        )

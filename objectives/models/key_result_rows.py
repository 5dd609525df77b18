"""Which key results: whose, which are worked on, which want a word."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.db.models import OuterRef, Prefetch, Q, Subquery

from objectives.choices import (
    CHECK_IN_EVERY_DAYS,
    CLOSED_OBJECTIVE_STATES,
    CycleState,
    KeyResultKind,
    ObjectiveState,
)
from objectives.models.check_in import CheckIn
from objectives.models.kpi import KpiVersion
from objectives.models.objective import Objective
from objectives.progress.meaning import Compared, differs
from productops import clock
from teams.models import Person, Subject


class KeyResultQuerySet(models.QuerySet):
    def visible_to(self, person: Person):
        return self.filter(objective__in=Objective.objects.visible_to(person).values("pk"))

    def changeable_by(self, person: Person):
        return self.filter(objective__in=Objective.objects.changeable_by(person).values("pk"))

    def visible_or_owned(self, person: Person):
        """One's own are to be seen as well, whatever they are about."""
        subjects = Subject.objects.visible_to(person).values("pk")
        return self.filter(Q(owner=person) | Q(objective__subject__in=subjects))

    def to_check_in_by(self, person: Person):
        """One's own, whatever they are about, and those that one may change."""
        subjects = Subject.objects.changeable_by(person).values("pk")
        mine = Q(owner=person) | Q(objective__subject__in=subjects)
        return self.ongoing().filter(mine)

    def ongoing(self):
        """Those that are worked on: their objective runs, and its cycle does."""
        rows = self.filter(objective__state=ObjectiveState.ONGOING, objective__deleted_at=None)
        return rows.exclude(objective__cycle__state=CycleState.CLOSED)

    def ongoing_on(self, day: date):
        """Those whose objective was being worked on at the end of ``day``, also if deleted since:
        ask it of ``with_trash``."""
        begun = Q(created_at__lt=clock.start_of(day + timedelta(days=1)))
        kept = Q(deleted_at=None) | Q(deleted_at__gte=clock.start_of(day + timedelta(days=1)))
        dates = Q(objective__cycle__starts_on=None) | Q(objective__cycle__starts_on__lte=day)
        running = ~Q(objective__state__in=CLOSED_OBJECTIVE_STATES) | Q(objective__closed_on__gt=day)
        drafts = Q(objective__state=ObjectiveState.DRAFT)
        return self.filter(begun, kept, dates, running, objective__deleted_at=None).exclude(drafts)

    def owned_by(self, person: Person):
        return self.filter(owner=person)

    def unsaid_since(self, day: date):
        """Without a check-in from ``day`` on."""
        return self.filter(Q(last_said=None) | Q(last_said__on__lt=day))

    def with_newest(self):
        """With the key of the newest check-in, whatever the pointer says: for those who check."""
        said = CheckIn.objects.filter(key_result=OuterRef("pk")).newest_first()
        return self.annotate(newest=Subquery(said.values("pk")[:1]))

    def due(self, on: date):
        """Those that want a check-in on ``on``: a week after the last, or after they began."""
        since = on - timedelta(days=CHECK_IN_EVERY_DAYS - 1)
        old_enough = self.ongoing().filter(created_at__lt=clock.start_of(since))
        return old_enough.unsaid_since(since)

    def with_standing(self):
        """With all that ``standing`` reads and what a page says of it, in a constant number of
        queries. Of the check-ins only the newest is fetched."""
        return self.select_related(
            "owner", "said_by", "last_said", "objective__cycle", "objective__subject",
            "series__kpi", "series__subject", "series__state",
        ).prefetch_related("series__kpi__versions")  # fmt: skip

    def with_evidence(self, person: Person):
        """``with_standing``, and what a draft of a check-in tells of: what was said before,
        actions, and improvements with their verdicts and notes as far as the person sees them."""
        model: Any = self.model
        about: Any = Subject
        improvements, notes = model.improvements.rel.related_model, about.notes.rel.related_model
        subjects = Subject.objects.visible_to(person).values("pk")
        seen = improvements.objects.visible_to(person).prefetch_related("registrations__verdicts")
        return self.with_standing().prefetch_related(
            Prefetch("check_ins", CheckIn.objects.newest_two(), to_attr="newest_two"),
            Prefetch("improvements", seen),
            Prefetch("series__subject__notes", notes.objects.filter(subject__in=subjects)),
            "actions",
        )

    def meant_otherwise(self, on: date) -> set[int]:
        """The keys of those whose KPI is counted by another meaning now than their numbers were
        written for. One query: a KPI that was never redefined is not looked at."""
        redefined = KpiVersion.objects.redefined().values("kpi")
        rows = self.filter(series__kpi__in=redefined).exclude(kind=KeyResultKind.ORDINAL)
        versions = (f"series__kpi__versions__{name}" for name in Compared._fields)
        about = ("pk", "meant_by", "series__state__latest_period", *versions)
        found: dict[tuple, list[Compared]] = defaultdict(list)
        for pk, meant_by, latest, *version in rows.order_by().values_list(*about):
            found[pk, meant_by, latest or on].append(Compared(*version))
        return {pk for (pk, *about), known in found.items() if differs(known, *about)}

    def watching(self, kpi):
        return self.filter(series__kpi=kpi)

    def naming(self, words: str):
        return self.filter(title__icontains=words)

"""How far a computation is: after a large import or another definition, in periods."""

from typing import NamedTuple

from django.db.models import Count, Min, QuerySet

from metrics.models import Mark
from objectives.models import Series
from productops import numbers


class Computing(NamedTuple):
    """Periods that are done of those that were wanted since the oldest that still waits."""

    done: int
    wanted: int

    @property
    def done_text(self) -> str:
        return numbers.number(self.done)

    @property
    def wanted_text(self) -> str:
        return numbers.number(self.wanted)


def computing_of(series: QuerySet[Series]) -> Computing | None:
    """How far these series are; None where nothing waits. Two queries at most."""
    marks = Mark.objects.filter(series__in=series.order_by().values("pk")).unstuck()
    waiting = marks.pending().aggregate(count=Count("*"), since=Min("wanted_at"))
    if not waiting["count"]:
        return None
    wanted = marks.filter(wanted_at__gte=waiting["since"]).count()
    return Computing(wanted - waiting["count"], wanted)

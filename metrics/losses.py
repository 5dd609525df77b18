"""What had improved and was lost again: in the news, and at the door of who says what follows."""

from datetime import date

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.shortcuts import get_object_or_404

from metrics import access
from metrics.models import Improvement, Recheck
from metrics.models.improvements import RUNNING
from objectives.models import Series
from productops import clock
from teams.models import Person


def improvements_in_the_news(person: Person, day: date) -> QuerySet[Improvement]:
    """Those that run, and those of which something was found to be lost since ``day``: then with
    ``lost_result``, ``lost_days`` and ``lost_kpi``, of what the person may see."""
    lost = Recheck.objects.unanswered().filter(
        registration__improvement=OuterRef("pk"),
        registration__series__in=Series.objects.visible_to(person).values("pk"),
        checked_at__gte=clock.start_of(day),
    )
    named = {
        "lost_result": "result",
        "lost_days": "days",
        "lost_kpi": "registration__series__kpi__name",
    }
    newest = lost.order_by("-days", "pk")
    found = access.improvements_for(person).annotate(
        **{name: Subquery(newest.values(column)[:1]) for name, column in named.items()}
    )
    told = found.filter(Q(state__in=RUNNING) | Q(lost_result__isnull=False))
    return told.order_by("-go_live_on", "-pk")


def recheck_to_answer(person: Person, pk: int) -> Recheck:
    """What was found later, for who owns the improvement or runs product operations."""
    seen = Series.objects.visible_to(person).values("pk")
    mine = Recheck.objects.visible_to(person).filter(registration__series__in=seen)
    loaded = mine.select_related("registration__improvement", "registration__series__kpi")
    recheck = get_object_or_404(loaded, pk=pk)
    access.improvement_to_rule(person, recheck.registration.improvement_id)
    return recheck

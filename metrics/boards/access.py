"""Doors to kept dashboards, and to what a dashboard can be applied to."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from metrics.models import Dashboard, FrozenPeriod
from productops import links
from productops.models import Link
from teams.models import Person, Subject


def frozen_of(person: Person, dashboard: Dashboard) -> QuerySet[FrozenPeriod]:
    """What was kept of a dashboard, the newest first; without the contents, which are long."""
    return FrozenPeriod.objects.visible_to(person).of(dashboard).defer("content")


def frozen_to_read(person: Person, dashboard: Dashboard, pk: int) -> FrozenPeriod:
    mine = FrozenPeriod.objects.visible_to(person).of(dashboard)
    return get_object_or_404(mine, pk=pk)


def frozen_to_share(person: Person, dashboard: Dashboard, pk: int) -> FrozenPeriod:
    frozen = frozen_to_read(person, dashboard, pk)
    if not person.changes_all:
        raise PermissionDenied(_("Product operations shares dashboards."))
    return frozen


def shares_of(frozen: FrozenPeriod) -> QuerySet[Link]:
    """The links that were made for a kept dashboard and not ended; some may have run out."""
    made = Link.objects.filter(purpose=Link.Purpose.SHARE, target=str(frozen.pk))
    return made.filter(revoked_at=None).select_related("person").order_by("pk")


def share_to_revoke(frozen: FrozenPeriod, pk: int) -> Link:
    return get_object_or_404(shares_of(frozen), pk=pk)


def frozen_on_share(token: str) -> FrozenPeriod:
    """The kept dashboard that a share link opens, and nothing else. It is over (410) when who
    made it has left, or the dashboard is gone."""
    link = links.opened(Link.Purpose.SHARE, token)
    kept = FrozenPeriod.objects.filter(pk=link.target, dashboard__deleted_at=None)
    frozen, person = kept.first(), link.person
    if frozen is None or person is None or not (person.is_active and person.changes_all):
        raise links.LinkOver(link)
    return frozen


def subject_to_apply(person: Person, dashboard: Dashboard, reference: str) -> Subject | None:
    """The subject that an address asks for; None where it asks for none. 404 where there is
    none such, or of another kind than the dashboard's own."""
    if not reference:
        return None
    if dashboard.subject is None:
        raise Http404
    mine = Subject.objects.visible_to(person).of_kind(dashboard.subject.kind)
    return get_object_or_404(mine.named(reference))


def subjects_for(person: Person, dashboard: Dashboard) -> QuerySet[Subject]:
    """What a dashboard about one product or team can be applied to: those that have a KPI of it."""
    if dashboard.subject is None:
        return Subject.objects.none()
    kpis = dashboard.rows.values("series__kpi")
    mine = Subject.objects.visible_to(person).of_kind(dashboard.subject.kind)
    fitting = Q(series__kpi__in=kpis) | Q(pk=dashboard.subject_id)
    return mine.filter(fitting).distinct().order_by("name", "pk")

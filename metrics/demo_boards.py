"""Dashboards of the demo beside the first: one about a product, a month that was kept, and an
opportunity that waits."""

from datetime import timedelta

from metrics.actions.dashboards import make_dashboard, set_rows
from metrics.actions.opportunities import put_aside
from metrics.boards.frozen import freeze_month
from metrics.models import Dashboard
from metrics.opportunities import found_for
from objectives.models import Series
from productops.demo import Story
from teams.choices import AccountRole, SubjectKind

LATER = timedelta(days=60)


def arrange(story: Story) -> None:
    """A product's own numbers, to be applied to the others; the first page of executives, and
    what its last month looked like. All that it reads has been computed."""
    of_a_product(story)
    health = Dashboard.objects.select_related("chair", "subject").get(slug="product-health")
    health.role, health.freezes_monthly = AccountRole.EXEC, True
    health.save(update_fields=["role", "freezes_monthly"])
    freeze_month(dashboard=health, today=story.on)
    wait(story)


def of_a_product(story: Story) -> None:
    ines = story.cast["ines"]
    measured = Series.objects.filter(subject__kind=SubjectKind.PRODUCT, state__latest__isnull=False)
    series = list(measured.select_related("subject", "kpi").order_by("subject__name", "kpi__name"))
    if not series:
        return
    subject = series[0].subject
    own = [one for one in series if one.subject_id == subject.pk]
    dashboard = make_dashboard(
        title="A product at a glance",
        slug="product-at-a-glance",
        chair=ines,
        subject=subject,
        by=ines,
    )
    set_rows(dashboard=dashboard, rows=[(one, "") for one in own], by=ines)


def wait(story: Story) -> None:
    """The seats whose contract runs on anyway."""
    ines = story.cast["ines"]
    idle = [one for one in found_for(ines, story.on).open if one.kind == "seats"]
    for one in idle[:1]:
        until_on = story.on + LATER
        put_aside(key=one.key, reason="The contract runs until then.", until_on=until_on, by=ines)

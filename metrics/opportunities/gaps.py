"""What audits found and nothing is planned for."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from audits.models import Gap
from metrics.choices import Kind
from metrics.models import Improvement, ImprovementGap
from metrics.opportunities.noun import Opportunity
from productops import numbers
from teams.models import Person

MOST = 50  # those of the highest priority: a longer list helps nobody


def found(person: Person, today: date) -> Iterator[Opportunity]:
    """Open gaps that nobody accepted for now and no improvement should close. One query."""
    kept = Improvement.objects.values("pk")
    planned = ImprovementGap.objects.filter(gap=OuterRef("pk"), improvement__in=kept)
    open_now = Gap.objects.visible_to(person).open().not_accepted_on(today)
    gaps = open_now.exclude(Exists(planned)).ranked().select_related("subject")[:MOST]
    highest = 0.0
    for gap in gaps:
        highest = max(highest, gap.priority or 0.0)
        yield Opportunity(
            kind="gap",
            row=gap.pk,
            title=gap.title,
            reason=reason(gap),
            url=gap.get_absolute_url(),
            subject=gap.subject,
            lever=gap.cause if gap.cause in Kind.values else "",
            share=(gap.priority or 0.0) / highest if highest else 0.0,
            begins=(("gap", str(gap.pk)),),
        )


def reason(gap: Gap) -> str:
    if gap.level is None or gap.target is None:
        return _("Open since %(day)s, and no improvement is meant to close it.") % {
            "day": numbers.short_date(gap.found_on, gap.found_on.replace(year=1))
        }
    return _("Level %(level)s where %(target)s is wanted, and nothing is planned.") % {
        "level": numbers.number(gap.level, 1),
        "target": numbers.number(gap.target, 1),
    }

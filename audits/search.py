"""What search may find here: audits, gaps and questionnaires."""

from django.db.models import Q
from django.utils.translation import gettext as _

from audits.models import Audit, FrameworkVersion, Gap
from productops.search import Hit, finder


def _having(words: list[str], *fields: str) -> Q:
    """Rows in which each word stands in one of the fields."""
    found = Q()
    for word in words:
        anywhere = Q()
        for field in fields:
            anywhere |= Q(**{f"{field}__icontains": word})
        found &= anywhere
    return found


@finder("audit")
def audits(person, words: list[str], limit: int):
    wanted = _having(words, "title", "framework_version__framework__title")
    for audit in Audit.objects.visible_to(person).filter(wanted).newest_first()[:limit]:
        yield Hit(_("Audit"), audit.title, audit.get_absolute_url(), audit.get_state_display())


@finder("gap")
def gaps(person, words: list[str], limit: int):
    wanted = _having(words, "title", "description", "subject__name")
    found = Gap.objects.visible_to(person).filter(wanted).select_related("subject").ranked()
    for gap in found[:limit]:
        detail = f"{gap.subject.name} · {gap.get_state_display()}"
        yield Hit(_("Gap"), gap.title, gap.get_absolute_url(), detail)


@finder("framework")
def frameworks(person, words: list[str], limit: int):
    wanted = _having(words, "framework__title", "description")
    found = FrameworkVersion.objects.visible_to(person).published().filter(wanted)
    for version in found.select_related("framework").defer("content").newest_first()[:limit]:
        yield Hit(_("Framework"), str(version), version.get_absolute_url())

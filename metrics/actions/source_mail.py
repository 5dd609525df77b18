"""What the owner of a source is told: once when it begins to fail, once when it works again."""

from django.conf import settings
from django.utils.translation import gettext as _

from metrics.choices import Every
from metrics.models import Source
from productops.outbox import post_mail

TEMPLATE = "mail/message"


def tell_of_failure(source: Source) -> None:
    """Tell the owner that a source fails since ``failing_since``; once for each time it begins."""
    text = _("“%(name)s” could not be read. %(reason)s") % {
        "name": source.name,
        "reason": source.last_error,
    }
    closing = _("It is tried again by itself, after longer and longer pauses.")
    if source.every == Every.HAND:
        closing = _("It is tried again when somebody asks, or when it is sent again.")
    _tell(source, "failing", _("%(name)s cannot be read") % {"name": source.name}, [text, closing])


def tell_of_recovery(source: Source) -> None:
    """Tell the owner that a source that failed works again."""
    if source.failing_since is None:
        return
    text = _("“%(name)s” was read again, without a fault.") % {"name": source.name}
    _tell(source, "recovered", _("%(name)s is read again") % {"name": source.name}, [text])


def _tell(source: Source, what: str, subject: str, paragraphs: list[str]) -> None:
    owner = source.owner
    if owner is None or not owner.is_active or source.failing_since is None:
        return
    since = source.failing_since.isoformat()
    post_mail(
        to=owner,
        subject=subject,
        template=TEMPLATE,
        context={
            "paragraphs": paragraphs,
            "button": str(_("Open the source")),
            "link_url": settings.BASE_URL + source.get_absolute_url(),
        },
        once=f"source {source.pk} {what} {since}",
    )

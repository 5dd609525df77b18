"""What an answer's status means for a source: to be mended by a person, or to be tried again."""

from __future__ import annotations

from django.utils.translation import gettext as _

from metrics.connectors.shape import SourceError, Unreachable
from productops import egress

PASSING = {408, 425, 429}


def expect_success(answer: egress.Answer, field: str, secret_field: str = "") -> None:
    """Raise SourceError or Unreachable unless the answer is one of success."""
    if answer.is_success:
        return
    if answer.status in PASSING or answer.status >= 500:
        raise Unreachable(
            _("The source answers with status %(status)s; it may be better later.")
            % {"status": answer.status}
        )
    if answer.status in (401, 403, 407):
        raise SourceError(
            secret_field or field,
            _("The source refuses us (status %(status)s); check the key and what it may read.")
            % {"status": answer.status},
        )
    if answer.status in (404, 410):
        raise SourceError(field, _("There is nothing at this address (status 404)."))
    raise SourceError(
        field, _("The source answers with status %(status)s.") % {"status": answer.status}
    )

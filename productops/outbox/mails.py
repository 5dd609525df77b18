"""A mail as it goes out: rendered when it is sent, under the same Message-ID at every try."""

import hashlib
import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template
from django.utils import translation

from productops.links import url_of
from productops.models import Link, Organisation, OutboxMessage


def mail_of(message: OutboxMessage, mailbox: BaseEmailBackend) -> EmailMultiAlternatives:
    payload = message.payload
    with translation.override(settings.LANGUAGE_CODE):
        context = _context_of(payload)
        mail = EmailMultiAlternatives(
            subject=payload["subject"],
            body=_rendered(payload["template"] + ".txt", context, autoescape=False),
            to=[message.destination],
            headers=_headers_of(message),
            connection=mailbox,
        )
        try:
            page = _rendered(payload["template"] + ".html", context, autoescape=True)
        except TemplateDoesNotExist:
            return mail
    mail.attach_alternative(page, "text/html")
    return mail


def _context_of(payload: dict[str, Any]) -> dict[str, Any]:
    link = payload.get("link") and Link.objects.get(pk=payload["link"])
    return payload["context"] | {
        "subject": payload["subject"],
        "link_url": url_of(link) if link else _address(payload["context"].get("link_url", "")),
        "links": _several(payload.get("links", [])),
        "base_url": settings.BASE_URL,
        "organisation_name": Organisation.objects.values_list("name", flat=True).first() or "",
        "unsubscribe_url": _way_out(payload),
    }


def _several(kept: list[list[Any]]) -> list[dict[str, str]]:
    links = Link.objects.in_bulk([pk for pk, _words in kept])
    return [{"url": url_of(links[pk]), "label": words} for pk, words in kept]


def _address(path: str) -> str:
    """The address of a page of ours, which a mail names by its path."""
    return settings.BASE_URL + path if path.startswith("/") else path


def _rendered(name: str, context: dict[str, Any], *, autoescape: bool) -> str:
    template = get_template(name).template  # type: ignore[attr-defined]
    text = template.render(Context(context, autoescape=autoescape)).strip()
    return re.sub(r"\n\s*\n\s*\n", "\n\n", text) + "\n"  # what tags leave behind


def _headers_of(message: OutboxMessage) -> dict[str, str]:
    mark = hashlib.sha256(message.once.encode()).hexdigest()[:24]
    headers = {
        # The same at every try, so that mail programs show a mail that came twice once.
        "Message-ID": f"<{message.pk}.{mark}@{urlsplit(settings.BASE_URL).hostname}>",
        "Auto-Submitted": "auto-generated",
    }
    if address := _way_out(message.payload):
        headers["List-Unsubscribe"] = f"<{address}>"
        if isinstance(message.payload["unsubscribe"], int):
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _way_out(payload: dict[str, Any]) -> str:
    """The address at which mails of this kind end: of a link only its id was kept."""
    address = payload.get("unsubscribe", "")
    if isinstance(address, int):
        return url_of(Link.objects.get(pk=address))
    return _address(address)

"""Messages to chat channels: one form of address for all of them, sent through our own door.

An address is a secret: whoever has it can write to the channel. It is never repeated in any
message or log.
"""

import re
from urllib.parse import unquote

from django.conf import settings
from django.utils.translation import gettext as _

from productops.addresses import Rules, is_plain, literal
from productops.chat.door import trip
from productops.chat.plugins import OWN_HOSTS, kind_of, plugin_of

LONGEST_ADDRESS = 2_000
LONGEST_TEXT = 8_000
# What would read a file, send one, or change how the request is made.
FORBIDDEN = ("template", "attach", "file", "verify", "cto", "rto", "overflow", "optional", "retry")


class NotSent(Exception):  # noqa: N818  a sentence for people
    """The channel did not take the message; ``status`` is what it answered with, where it did."""

    def __init__(self, sentence: str, status: int | None = None) -> None:
        super().__init__(sentence)
        self.status = status


def validate(address: str) -> str | None:
    """What is wrong with the address, as a sentence without any of it; None where nothing is.

    Nothing is asked of anybody: whether the channel exists shows when a message is sent.
    """
    if not address.isprintable() or " " in address or len(address) > LONGEST_ADDRESS:
        return _("This is not an address: it holds blanks, or is too long.")
    kind = kind_of(address)
    if not kind:
        return _(
            "This kind of address is not supported. Paste the webhook address of Slack, Teams, "
            "Discord or Google Chat, or write one that begins with slack://, workflows://, "
            "discord://, mmosts://, rockets://, gchat://, matrixs://, tgram://, zulip://, "
            "webex://, ntfys:// or gotifys://."
        )
    if any(name.startswith(FORBIDDEN) for name in _options(address)):
        return _("This address asks for something that is not allowed here, such as a file.")
    plugin = plugin_of(address)
    if plugin is None:
        return _("This address is not complete, or a part of it is wrong.")
    return _wrong_host(plugin) if kind in OWN_HOSTS else None


def send(address: str, title: str, body: str) -> None:
    """Send one message, within ten seconds. Raises NotSent with a sentence for people."""
    if sentence := validate(address):
        raise NotSent(sentence)
    plugin = plugin_of(address)
    with trip() as begun:
        try:
            is_sent = plugin.notify(
                title=title[:250], body=body[:LONGEST_TEXT], notify_type="info", body_format="text"
            )
        except Exception:  # a plugin that stumbles over an answer repeats what was in it
            is_sent = False
    if not is_sent:
        raise NotSent(begun.problem or _answered(begun.status), begun.status)


def kind_name(address: str) -> str:
    """The chat's own name, such as Slack, to show in place of the address."""
    return str(plugin.service_name) if (plugin := plugin_of(address)) else ""


def _options(address: str) -> list[str]:
    """The names of all that could be read as an option, wherever in the address it stands."""
    names = (part.partition("=")[0] for part in re.split(r"[?&;]", unquote(address))[1:])
    return [name.lstrip("+-: ").lower() for name in names]


def _wrong_host(plugin) -> str | None:
    host = (plugin.host or "").strip("[]")
    if host and not is_plain(host):
        return _("This address names its host in a way that is not accepted.")
    number = literal(host)
    port = plugin.port or (443 if plugin.secure else 80)
    if number and not Rules(settings.EGRESS_ALLOW).permits(host, port, number):
        return _(
            "%(host)s is inside a private network, which this installation does not allow."
        ) % {"host": host}
    return None


def _answered(status: int | None) -> str:
    if status is None:
        return _("The message could not be sent to this address.")
    return _("The channel answers with status %(status)s.") % {"status": status}

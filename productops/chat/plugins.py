"""Which chats a message may go to, and how an address becomes one of them.

Only what speaks HTTP to a chat is here. Apprise knows far more: what runs commands, reads files,
speaks other protocols or posts to any address is left out, and it is loaded one plugin at a time.
"""

import logging
import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

from productops.chat.door import DOOR

PLUGINS = {
    "slack": "slack.NotifySlack",
    "workflows": "workflows.NotifyWorkflows",  # Microsoft Teams
    "discord": "discord.NotifyDiscord",
    "mmosts": "mattermost.NotifyMattermost",
    "rockets": "rocketchat.NotifyRocketChat",
    "gchat": "google_chat.NotifyGoogleChat",
    "matrixs": "matrix.base.NotifyMatrix",
    "tgram": "telegram.NotifyTelegram",
    "zulip": "zulip.NotifyZulip",
    "webex": "webexteams.NotifyWebexTeams",
    "ntfys": "ntfy.NotifyNtfy",
    "gotifys": "gotify.NotifyGotify",
    "nctalks": "nextcloudtalk.NotifyNextcloudTalk",
    "ryver": "ryver.NotifyRyver",
    "flock": "flock.NotifyFlock",
    "guilded": "guilded.NotifyGuilded",
    "lark": "lark.NotifyLark",
    "feishu": "feishu.NotifyFeishu",
    "dingtalk": "dingtalk.NotifyDingTalk",
    "wecombot": "wecombot.NotifyWeComBot",
}
OTHER_NAMES = {
    "workflow": "workflows",
    "msteams": "workflows",
    "mmost": "mmosts",
    "mattermost": "mmosts",
    "rocket": "rockets",
    "rocketchat": "rockets",
    "googlechat": "gchat",
    "matrix": "matrixs",
    "telegram": "tgram",
    "wxteams": "webex",
    "ntfy": "ntfys",
    "gotify": "gotifys",
    "nctalk": "nctalks",
}
# Addresses as the chats themselves give them out.
NATIVE = {
    "slack": r"hooks\.slack(-gov)?\.com",
    "workflows": r"[^/]+\.(logic\.azure\.com|powerplatform\.com)",
    "discord": r"(ptb\.|canary\.)?discord(app)?\.com",
    "gchat": r"chat\.googleapis\.com",
    "webex": r"(webexapis|api\.ciscospark)\.com",
    "ryver": r"[^/]+\.ryver\.com",
    "flock": r"api\.flock\.com",
    "guilded": r"media\.guilded\.gg",
    "lark": r"open\.larksuite\.com",
    "wecombot": r"qyapi\.weixin\.qq\.com",
}
# Chats that an organisation runs on a host of its own, which the address then names.
OWN_HOSTS = {"mmosts", "rockets", "matrixs", "ntfys", "gotifys", "nctalks"}
# Apprise writes addresses and answers into its log.
logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)


def kind_of(address: str) -> str:
    """The key of PLUGINS that the address is for; empty where there is none."""
    scheme, mark, rest = address.partition("://")
    scheme = scheme.lower()
    if not mark:
        return ""
    if scheme in ("http", "https"):
        host = re.split(r"[/?#:]", rest, maxsplit=1)[0].lower()
        return next((kind for kind, hosts in NATIVE.items() if re.fullmatch(hosts, host)), "")
    kind = OTHER_NAMES.get(scheme, scheme)
    return kind if kind in PLUGINS else ""


def plugin_of(address: str) -> Any:
    """The plugin that the address describes, or None where it is incomplete."""
    kind = kind_of(address)
    found = _parsed(kind, _class(kind), address)
    if not found:
        return None
    try:
        plugin = _class(kind)(**found | {"asset": _asset(), "retry": 0})
    except Exception:  # each plugin has its own ways to refuse, and some repeat the secret
        return None
    # What it would wait for between two requests is more time than a message has.
    plugin.throttle = lambda *_, **__: None
    return plugin


def _parsed(kind: str, plugin: Any, address: str) -> dict[str, Any] | None:
    scheme, _mark, rest = address.partition("://")
    try:
        if scheme.lower() == "https":
            return plugin.parse_native_url(address)
        known = next(_schemes(plugin, scheme.lower()), None)
        found = plugin.parse_url(f"{known or kind}://{rest}")
    except Exception:
        return None
    return found


def _schemes(plugin: Any, scheme: str) -> Iterator[str]:
    """The scheme as it was written, where the plugin knows it by that."""
    for known in (plugin.protocol, plugin.secure_protocol):
        if scheme in ((known,) if isinstance(known, str) else known or ()):
            yield scheme


@cache
def _class(kind: str) -> Any:
    module_name, _dot, name = PLUGINS[kind].rpartition(".")
    module = import_module(f"apprise.plugins.{module_name}")
    for known in _with_bases(getattr(module, name)):
        if hasattr(known, "requests"):
            known.requests = DOOR  # type: ignore[attr-defined]
    return getattr(module, name)


def _with_bases(plugin: type) -> Iterator[Any]:
    """The plugin's module and those that it inherits its sending from."""
    for base in plugin.__mro__:
        if base.__module__.startswith("apprise.plugins."):
            yield import_module(base.__module__)


@cache
def _asset() -> Any:
    """Nothing on disk, no image from elsewhere, no template, no waiting."""
    asset = import_module("apprise.asset").AppriseAsset
    return asset(
        app_id="ProductOps",
        app_desc="ProductOps",
        app_url="",
        async_mode=False,
        allow_templates=False,
        secure_logging=True,
        storage_mode="memory",
        image_url_mask=None,
        image_url_logo=None,
        service_timeout=0,
        default_service_retry=0,
    )

"""Which databases may be asked: judged addresses, files below one folder, and never our own."""

from ipaddress import ip_address
from pathlib import Path
from typing import Any

from django.conf import settings as ours
from django.db import connections
from django.utils.translation import gettext as _

from metrics.connectors.shape import SourceError
from productops import egress

PORTS = {"postgresql": 5432, "mysql": 3306}
MOST_ADDRESSES = 3  # of one host, one after the other
LOCAL = {ip_address("127.0.0.1"), ip_address("::1")}


def place_of(settings: dict[str, Any]) -> dict[str, Any]:
    """Where to connect, as the reader takes it. Raises SourceError, and egress' Unreachable."""
    if settings["dialect"] == "sqlite":
        return {"file": _file(settings["file"]).as_uri().removeprefix("file://")}
    host, port = settings["host"], port_of(settings)
    try:
        addresses = egress.permitted_addresses(host, port, ports=frozenset(PORTS.values()))
    except egress.Refused as refusal:
        raise SourceError("host", str(refusal)) from None
    if _is_ours(settings["database"], port, set(addresses), settings["dialect"]):
        refuse_ours("database")
    tried = [str(address) for address in addresses[:MOST_ADDRESSES]]
    return {"host": host, "addresses": tried, "port": port}


def port_of(settings: dict[str, Any]) -> int:
    return int(settings["port"] or PORTS[settings["dialect"]])


def refuse_ours(field: str) -> None:
    raise SourceError(
        field, _("This is a database of ProductOps; its own numbers are measures, not a source.")
    )


def _is_ours(name: str, port: int, addresses: set, dialect: str) -> bool:
    own = connections["default"].settings_dict
    if dialect != "postgresql" or "postgresql" not in own["ENGINE"]:
        return False
    same = (name, port) == (str(own["NAME"]), int(own["PORT"] or 5432))
    return same and bool(addresses & _own_addresses(own["HOST"], port))


def _own_addresses(host: str, port: int) -> set:
    if not host or host.startswith("/"):  # a socket of this machine
        return LOCAL
    try:
        return set(egress.resolve(host, port))
    except OSError:
        return set()


def _file(name: str) -> Path:
    """The file of that name below the operator's folder; no way leads out of it."""
    folder = ours.SOURCES_DIR
    if not folder:
        raise SourceError(
            "file", _("This installation names no folder for such files (SOURCES_DIR).")
        )
    missing = SourceError("file", _("There is no such file in the folder for sources."))
    try:
        root = Path(folder).resolve(strict=True)
        path = (root / name).resolve(strict=True)
    except (OSError, ValueError, RuntimeError):
        raise missing from None
    if not path.is_relative_to(root) or not path.is_file():
        raise missing
    own = connections["default"].settings_dict
    if "sqlite" in own["ENGINE"] and Path(own["NAME"]).exists() and path.samefile(own["NAME"]):
        refuse_ours("file")
    return path

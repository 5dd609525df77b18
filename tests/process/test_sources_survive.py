"""A worker that is shot while it reads a source leaves nothing half done, and the next one gives
the same rows."""

import json
import os
import random
import signal
import subprocess
import sys
import time

import pytest

from tests.process.installation import ROOT, Installation
from tests.servers.http import Server

pytestmark = pytest.mark.process
ROWS, SHOTS = 20_000, 4
SET_UP = """
from metrics.actions.sources import draft_source, start_source
from teams.models import Person
olga = Person.objects.get()
source = draft_source(
    kind="file_url", name="Rows", settings={"url": "%s"}, secrets={}, by=olga,
    mapping={"create_kpis": True, "aggregation": "sum"},
)
start_source(source=source, by=olga)
"""
WORK = """
from metrics.actions import source_runs
source_runs.work_slice(60)
"""
FORGET_LEASE = """
from django.utils import timezone
from metrics.models import Source
Source.objects.update(lease_until=None, next_run_at=timezone.now())
"""
COUNT = """
import json
from metrics.models import Observation, Source, SourceRun
source = Source.objects.get()
states = list(SourceRun.objects.order_by("pk").values_list("state", "created"))
print("found " + json.dumps([Observation.objects.count(), states]))
"""


@pytest.fixture
def server():
    server = Server()
    rows = [f"rows,2026-01-{1 + n % 28:02},1,{n}" for n in range(ROWS)]
    server.gives("/rows.csv", "kpi,at,value,external_id\n" + "\n".join(rows))
    yield server
    server.close()


@pytest.fixture
def installation(tmp_path, blueprint, server):
    installation = Installation(tmp_path, like=blueprint)
    installation.environment["EGRESS_ALLOW"] = server.place
    installation.manage(
        "create_person", "olga@halden.example", "--role", "admin", "--password-stdin",
        given="correct horse battery staple",
    )  # fmt: skip
    installation.manage("shell", "-c", SET_UP % server.url("/rows.csv"))
    yield installation
    installation.close()


def counted(installation) -> tuple[int, list]:
    said = installation.manage("shell", "-c", COUNT)
    [line] = [line for line in said.splitlines() if line.startswith("found ")]
    count, states = json.loads(line.removeprefix("found "))
    return count, states


def test_a_source_whose_worker_is_shot_gives_the_same_rows(installation, server):
    luck = random.Random(7)
    counts = set()
    for _ in range(SHOTS):
        asked = len(server.asked)
        worker = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "shell", "-c", WORK],
            env=installation.environment,
        )
        while len(server.asked) == asked and worker.poll() is None:
            time.sleep(0.01)
        time.sleep(luck.uniform(0, 1.2))  # while it reads, while it writes, or after both
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait(30)
        counts.add(counted(installation)[0])
        installation.manage("shell", "-c", FORGET_LEASE)

    installation.manage("shell", "-c", WORK)
    count, states = counted(installation)

    assert counts <= {0, ROWS}
    assert count == ROWS
    assert sum(created for _state, created in states) == ROWS
    assert {state for state, _created in states} <= {"done", "failed"}

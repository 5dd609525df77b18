"""One real installation for tests: its own folder, database, port and processes."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import psycopg2

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 180  # seconds for what takes five on an idle machine


def eventually(question, seconds=PATIENCE):
    """Ask until the answer is a true one, and return it."""
    latest = time.monotonic() + seconds
    while time.monotonic() < latest:
        if answer := question():
            return answer
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s")


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not (stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def fresh_database(like=""):
    """A new PostgreSQL database beside TEST_DATABASE_URL's, or empty for SQLite."""
    url = os.environ.get("TEST_DATABASE_URL", "")
    if not url.startswith("postgres"):
        return ""
    name = f"productops_process_{os.getpid()}_{time.monotonic_ns()}"
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        template = like.rpartition("/")[2] or "template1"
        connection.cursor().execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return url.rpartition("/")[0] + "/" + name


def drop_database(url):
    with closing(psycopg2.connect(os.environ["TEST_DATABASE_URL"])) as connection:
        connection.autocommit = True
        name = url.rpartition("/")[2]
        connection.cursor().execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


class Installation:
    """``like`` is one whose tables stand and whose programs do not run."""

    def __init__(self, folder, like=None):
        self.folder, self.port = folder, free_port()
        self.database = fresh_database(like.database if like else "")
        self.log = open(folder / "log", "w+")  # noqa: SIM115  closed by close()
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "DATA_DIR": str(folder / "data"),
            "DATABASE_URL": self.database,
            "REDIS_URL": os.environ.get("TEST_REDIS_URL", ""),
            "PORT": str(self.port),
            "TIME_ZONE": "Europe/Berlin",
        }
        self.process = None
        if like and not self.database:
            (folder / "data").mkdir()
            shutil.copy(like.folder / "data" / "productops.sqlite3", folder / "data")

    def manage(self, *arguments, given=None, must=0):
        """Run one command to its end and return what it wrote to standard output."""
        done = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            env=self.environment,
            input=given,
            capture_output=True,
            text=True,
        )
        assert done.returncode == must, done.stdout + done.stderr
        return done.stdout if must == 0 else done.stdout + done.stderr

    def serve(self):
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "serve"],
            env=self.environment,
            stderr=self.log,
            stdout=self.log,
        )
        eventually(lambda: self.health("ready")[0] == 200)
        return self

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(PATIENCE)
        self.log.close()
        if self.database:
            drop_database(self.database)

    @property
    def names(self):
        own_broker = [] if self.environment["REDIS_URL"] else ["broker"]
        return ["web", "worker", "relay", *own_broker]

    def pid(self, name):
        file = self.folder / "data" / "run" / f"{name}.pid"
        return int(file.read_text() or 0) if file.exists() else 0

    def ask(self, method, path, body=None, **headers):
        """Status and decoded answer; status 0 when nobody answers."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"} | headers
        request = Request(f"http://localhost:{self.port}{path}", data, headers, method=method)
        try:
            with urlopen(request, timeout=10) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except HTTPError as error:
            return error.code, error.read().decode(errors="replace")
        except (URLError, OSError, ValueError):
            return 0, None

    def health(self, kind):
        return self.ask("GET", f"/health/{kind}")

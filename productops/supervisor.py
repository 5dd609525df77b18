"""Keep the processes of one installation alive, and stop them in order.

Started by ``manage.py serve`` in its own place, with the plan as its only argument. Standard
library only: the process that stays in the foreground all the time is then a small one.
"""

import contextlib
import ctypes
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

STOP_ORDER = (("web",), ("relay", "worker"), ("broker",))
PATIENCE = 20.0  # seconds that a process gets to end by itself
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds before a dead process is started again
HEALTHY_AFTER = 30.0  # seconds of life after which the pause starts small again
TICK = 0.1

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Child:
    """One process in a group of its own, so that Ctrl-C reaches the supervisor alone."""

    def __init__(self, name: str, command: list[str], folder: Path):
        self.name, self.command = name, command
        self.pid_file = folder / f"{name}.pid"
        self.process: subprocess.Popen | None = None
        self.due, self.pause, self.started = 0.0, FIRST_PAUSE, 0.0

    def keep_alive(self, now: float) -> None:
        if self.process is None:
            if now >= self.due:
                self.start(now)
        elif (code := self.process.poll()) is not None:
            self.bury(now, code)

    def start(self, now: float) -> None:
        self.started = now
        self.process = subprocess.Popen(
            self.command, start_new_session=True, preexec_fn=_end_with_the_supervisor
        )
        _write(self.pid_file, str(self.process.pid))

    def bury(self, now: float, code: int) -> None:
        """Clear away what is left of a dead process and note when the next one is due."""
        if now - self.started > HEALTHY_AFTER:
            self.pause = FIRST_PAUSE
        _say(f"{self.name} ended with {code}; starting it again in {self.pause:g} s")
        self.due, self.pause = now + self.pause, min(self.pause * 2, LONGEST_PAUSE)
        self.kill()

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def terminate(self) -> None:
        if self.is_alive():
            self.process.terminate()

    def kill(self) -> None:
        """Kill the whole group: a web server that was shot leaves its own child behind."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None
        self.pid_file.unlink(missing_ok=True)


class Supervisor:
    def __init__(self, plan: dict):
        self.folder = Path(plan["folder"])
        self.address, self.url = (plan["host"], plan["port"]), plan["url"]
        self.children = [Child(name, argv, self.folder) for name, argv in plan["programs"]]
        self.signals = 0
        self.is_announced = False

    def run(self) -> int:
        lock = _lock(self.folder / "supervisor.pid")
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._count)
        while not self.signals:
            for child in self.children:
                child.keep_alive(time.monotonic())
            self._announce()
            time.sleep(TICK)
        _say("stopping")
        for names in STOP_ORDER:
            self._stop([child for child in self.children if child.name in names])
        Path(lock.name).unlink(missing_ok=True)
        return 0

    def _count(self, _number, _frame) -> None:
        self.signals += 1

    def _stop(self, children: list[Child]) -> None:
        """End ``children`` at once; those that do not in time, or at a second signal, die."""
        for child in children:
            child.terminate()
        latest = time.monotonic() + PATIENCE
        while any(map(Child.is_alive, children)):
            if self.signals > 1 or time.monotonic() > latest:
                break
            time.sleep(TICK / 2)
        for child in children:
            child.kill()

    def _announce(self) -> None:
        if not self.is_announced and answers(*self.address):
            self.is_announced = True
            _say(f"ready at {self.url} (Ctrl-C stops it)")


def answers(host: str, port: int) -> bool:
    """Whether something at this address speaks HTTP."""
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    with contextlib.suppress(OSError), socket.create_connection((here, port), timeout=1) as line:
        line.sendall(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        return line.recv(5) == b"HTTP/"
    return False


def running(folder: Path) -> int | None:
    """The process id of the supervisor that holds ``folder``, or None; a stale file is nothing."""
    try:
        with open(folder / "supervisor.pid") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        return int((folder / "supervisor.pid").read_text() or 0)
    return None


def _lock(path: Path) -> IO[str]:
    """Write this process's id into ``path`` and hold it for as long as the process lives."""
    file = open(path, "a+")  # noqa: SIM115  open until the process ends
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(f"Another process already serves this DATA_DIR (see {path}).")
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def _end_with_the_supervisor() -> None:
    if _libc is not None:
        _libc.prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def _write(path: Path, text: str) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(text)
    fresh.replace(path)


def _say(text: str) -> None:
    sys.stderr.write(f"ProductOps: {text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(Supervisor(json.loads(sys.argv[1])).run())

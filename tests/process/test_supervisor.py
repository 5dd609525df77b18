"""The supervisor with real, small programs in the places of web, worker, relay and broker."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tests.process.installation import ROOT, eventually, free_port, is_alive

pytestmark = pytest.mark.process

PATIENCE = 60  # seconds; these programs need about one

WEB = """
import http.server, os, signal, sys, time
def end(*_): open(sys.argv[2], "a").write("web\\n"); os._exit(0)
signal.signal(signal.SIGTERM, end)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler)\
.serve_forever()
"""
QUIET = """
import os, signal, sys, time
def end(*_): open(sys.argv[2], "a").write(sys.argv[1] + "\\n"); os._exit(0)
signal.signal(signal.SIGTERM, end)
while True: time.sleep(60)
"""
DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
while True: time.sleep(60)
"""


class Tree:
    """A running supervisor and what it keeps alive."""

    def __init__(self, folder, programs):
        self.port = free_port()
        self.folder, self.log = folder, folder / "ended"
        self.plan = {
            "folder": str(folder),
            "host": "127.0.0.1",
            "port": self.port,
            "url": f"http://localhost:{self.port}",
            "programs": [
                [name, [sys.executable, "-c", text, self.first(name), str(self.log)]]
                for name, text in programs.items()
            ],
        }
        self.process = self.start()

    def first(self, name):
        return str(self.port) if name == "web" else name

    def start(self):
        command = [sys.executable, "-m", "productops.supervisor", json.dumps(self.plan)]
        return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)

    def pid(self, name):
        file = self.folder / f"{name}.pid"
        return int(file.read_text() or 0) if file.exists() else 0

    def pids(self):
        return [self.pid(name) for name, _command in self.plan["programs"]]

    def line_about(self, word):
        return next(line for line in self.process.stderr if word in line)


@pytest.fixture
def tree(tmp_path):
    trees = []

    def plant(**programs):
        programs = {"broker": QUIET, "worker": QUIET, "web": WEB, "relay": QUIET} | programs
        trees.append(Tree(tmp_path, programs))
        trees[-1].line_about("ready")
        eventually(lambda: all(trees[-1].pids()))
        return trees[-1]

    yield plant
    for planted in trees:
        for number in (signal.SIGTERM, signal.SIGTERM):
            if planted.process.poll() is None:
                planted.process.send_signal(number)
                time.sleep(0.2)
        planted.process.wait(PATIENCE)
        planted.process.stderr.close()


def test_it_says_the_address_when_the_web_answers(tmp_path):
    grown = Tree(tmp_path, {"web": WEB})

    line = grown.line_about("ready")

    grown.process.terminate()
    grown.process.communicate(timeout=PATIENCE)
    assert f"http://localhost:{grown.port}" in line


@pytest.mark.parametrize("name", ["broker", "worker", "web", "relay"])
def test_what_was_shot_is_started_again(tree, name):
    grown = tree()
    before = grown.pid(name)

    os.kill(before, signal.SIGKILL)

    after = eventually(lambda: grown.pid(name) not in (0, before) and grown.pid(name))
    assert is_alive(after)


def test_a_child_of_a_shot_web_server_does_not_keep_the_port(tree, tmp_path):
    note = tmp_path / "grandchild"
    forking = f"import os\npid = os.fork()\nif pid: open({str(note)!r}, 'w').write(str(pid))\n"
    grown = tree(relay=forking + QUIET)
    grandchild = int(eventually(lambda: note.exists() and note.read_text()))

    os.kill(grown.pid("relay"), signal.SIGKILL)

    eventually(lambda: not is_alive(grandchild))


def test_it_stops_web_first_then_relay_and_worker_then_the_broker(tree):
    grown = tree()
    pids = grown.pids()

    grown.process.send_signal(signal.SIGINT)
    code = grown.process.wait(PATIENCE)

    ended = grown.log.read_text().split()
    assert code == 0
    assert (ended[0], set(ended[1:3]), ended[3]) == ("web", {"relay", "worker"}, "broker")
    assert not any(map(is_alive, pids))
    assert list(grown.folder.glob("*.pid")) == []


def test_a_second_signal_does_not_wait_for_the_deaf(tree):
    grown = tree(worker=DEAF)
    deaf = grown.pid("worker")

    grown.process.terminate()
    eventually(lambda: grown.log.exists())
    grown.process.terminate()

    assert grown.process.wait(PATIENCE / 2) == 0
    assert not is_alive(deaf)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of a parent's death")
def test_nothing_outlives_a_shot_supervisor(tree):
    grown = tree()
    pids = grown.pids()

    grown.process.kill()

    eventually(lambda: not any(map(is_alive, pids)))


def test_pid_files_left_by_a_crash_are_no_obstacle(tree):
    grown = tree()
    pids = grown.pids()
    grown.process.kill()
    grown.process.communicate()
    eventually(lambda: not any(map(is_alive, pids)))

    grown.process = grown.start()

    assert "ready" in grown.line_about("ready")
    eventually(lambda: all(map(is_alive, grown.pids())))


def test_a_second_one_on_the_same_folder_refuses(tree):
    grown = tree()

    second = grown.start()
    _out, said = second.communicate(timeout=PATIENCE)

    assert second.returncode == 1
    assert "already serves this DATA_DIR" in said
    assert grown.process.poll() is None

"""`manage.py serve` with the product's own programs, killed and started again."""

import os
import signal
import socket
import subprocess

import pytest

from tests.process.installation import Installation, eventually, is_alive

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def prepared(tmp_path_factory, blueprint):
    installation = Installation(tmp_path_factory.mktemp("served"), like=blueprint)
    yield installation
    installation.close()


@pytest.fixture
def served(prepared):
    if prepared.process is None or prepared.process.poll() is not None:
        prepared.serve()
    return prepared


@pytest.mark.parametrize("name", ["web", "worker", "relay", "broker"])
def test_a_shot_program_comes_back_and_the_installation_is_ready_again(served, name):
    if name not in served.names:
        pytest.skip("the broker of TEST_REDIS_URL is not ours to shoot")
    before = served.pid(name)

    os.kill(before, signal.SIGKILL)

    after = eventually(lambda: served.pid(name) not in (0, before) and served.pid(name))
    eventually(lambda: served.health("ready")[0] == 200)
    assert is_alive(after)


def test_it_refuses_to_serve_a_folder_twice(served):
    said = served.manage("serve", must=1)

    assert "already runs on this DATA_DIR" in said


def test_it_refuses_a_port_in_use(blueprint, tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        installation = Installation(tmp_path, like=blueprint)
        installation.environment["PORT"] = port

        said = installation.manage("serve", must=1)

    installation.close()
    assert f"port {port} cannot be used" in said


def test_it_refuses_a_database_without_tables(tmp_path):
    bare = Installation(tmp_path)

    said = bare.manage("serve", must=1)

    bare.close()
    assert "run manage.py migrate first" in said


def test_the_whole_tree_needs_less_than_400_megabytes(served):
    if not os.path.exists("/proc/self/smaps_rollup"):
        pytest.skip("only Linux tells the share of each process")

    assert sum(map(kilobytes, tree_of(served.pid("supervisor")))) < 400 * 1024


def test_ctrl_c_leaves_nothing_behind(served):
    pids = [served.pid(name) for name in served.names]

    served.process.send_signal(signal.SIGINT)

    assert served.process.wait(180) == 0
    assert not any(map(is_alive, pids))


def tree_of(root):
    """The process ``root`` and all that came from it."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True).stdout
    parents = dict(map(int, line.split()) for line in listed.splitlines())
    family = {root}
    while found := {child for child, parent in parents.items() if parent in family} - family:
        family |= found
    return family


def kilobytes(pid):
    """What ``pid`` adds to the memory in use: its own pages and its part of shared ones."""
    with open(f"/proc/{pid}/smaps_rollup") as file:
        return sum(int(line.split()[1]) for line in file if line.startswith("Pss:"))

"""The first command on a bare machine, with requirements that need no network: none at all."""

import os
import shutil
import subprocess
import sys

import pytest

from tests.process.installation import ROOT

pytestmark = pytest.mark.process

MANAGE = """
import sys
from productops import bootstrap
bootstrap.enter(sys.argv)
print(sys.prefix, *sys.argv[1:])
"""


class Clone:
    def __init__(self, folder):
        self.folder = folder
        (folder / "productops").mkdir()
        for name in ("__init__.py", "bootstrap.py"):
            shutil.copy(ROOT / "productops" / name, folder / "productops" / name)
        (folder / "manage.py").write_text(MANAGE)
        self.require("requirements.txt", "")
        self.require("requirements-dev.txt", "")

    def require(self, name, text):
        (self.folder / name).write_text(text)

    def manage(self, *arguments, python=sys.executable):
        return subprocess.run(
            [python, str(self.folder / "manage.py"), *arguments],
            # Without uv, whose place is tested by everybody who has it.
            env={"PATH": "/usr/bin:/bin", "HOME": str(self.folder)},
            cwd=self.folder.parent,
            capture_output=True,
            text=True,
        )


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    return Clone(tmp_path_factory.mktemp("clone"))


@pytest.fixture
def ready(clone):
    """A clone whose environment stands, made to run and not to test."""
    for stamp in clone.folder.glob(".venv/lib/*/site-packages/productops-requirements"):
        stamp.unlink()
    clone.require("requirements.txt", "# as cloned\n")
    assert clone.manage("anything").returncode == 0
    return clone


def test_a_bare_machine_gets_an_environment_and_goes_on_inside_it(tmp_path):
    bare = Clone(tmp_path)

    done = bare.manage("up", "--now")

    assert done.stdout.split() == [str(tmp_path / ".venv"), "up", "--now"]
    assert "Making .venv (once)" in done.stderr
    assert "Installing requirements.txt" in done.stderr


def test_the_second_call_installs_nothing(ready):
    done = ready.manage("up")

    assert done.stderr == ""


def test_requirements_that_changed_are_installed(ready):
    ready.require("requirements.txt", "# one more reason\n")

    done = ready.manage("up")

    assert "Installing requirements.txt" in done.stderr
    assert ready.manage("up").stderr == ""


def test_a_requirement_without_a_hash_is_refused(ready):
    ready.require("requirements.txt", "django\n")

    done = ready.manage("up")

    assert done.returncode == 1
    assert "hash" in done.stderr
    assert done.stdout == ""


def test_tests_get_the_development_requirements_and_their_arguments(ready):
    done = ready.manage("test", "-k", "nothing")

    assert "Installing requirements-dev.txt" in done.stderr
    assert "No module named pytest" in done.stderr


def test_a_broken_environment_is_made_anew(ready):
    os.unlink(ready.folder / ".venv" / "bin" / "python")

    done = ready.manage("up")

    assert done.stdout.split() == [str(ready.folder / ".venv"), "up"]


def test_a_python_that_is_too_old_is_told_so(clone):
    old = next(filter(None, map(shutil.which, ("python3.10", "python3.9", "python3.8"))), None)
    if old is None or subprocess.run([old, "--version"], capture_output=True).returncode:
        pytest.skip("no old Python on this machine")

    done = clone.manage("up", python=old)

    assert done.returncode == 1
    assert "ProductOps needs Python 3.11 to 3.14" in done.stderr

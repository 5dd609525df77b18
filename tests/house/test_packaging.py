"""The files that a fresh machine meets first."""

import ast
import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
OLD_PYTHON = (3, 4)


@pytest.mark.parametrize("name", ["manage.py", "productops/__init__.py", "productops/bootstrap.py"])
def test_an_old_python_can_read_what_tells_it_that_it_is_old(name):
    source = (ROOT / name).read_text()

    tree = ast.parse(source, feature_version=OLD_PYTHON)

    assert not [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr | ast.AnnAssign)]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_by_its_hash(name):
    entries = (ROOT / name).read_text().replace("\\\n", " ").splitlines()

    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_development_installs_all_that_running_installs():
    running, developing = (
        {line.split(" ")[0] for line in (ROOT / name).read_text().splitlines() if "==" in line}
        for name in ("requirements.txt", "requirements-dev.txt")
    )

    assert running < developing


def test_the_license_is_the_unchanged_apache_license():
    text = (ROOT / "LICENSE").read_text()

    assert hashlib.sha256(text.encode()).hexdigest() == (
        "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"
    )


def test_every_long_running_service_of_compose_has_a_health_check():
    own_check = {"web"}  # the image's
    services = {n: s for n, s in COMPOSE["services"].items() if n not in own_check | {"migrate"}}

    assert [name for name, service in services.items() if not service.get("healthcheck")] == []
    assert "HEALTHCHECK" in (ROOT / "Dockerfile").read_text()


def test_docker_compose_accepts_the_file():
    docker = shutil.which("docker")
    if not docker or subprocess.run([docker, "compose", "version"], capture_output=True).returncode:
        pytest.skip("no docker client with compose on this machine")
    secrets = {"SECRET_KEY": "x" * 50, "POSTGRES_PASSWORD": "y", "BASE_URL": "http://localhost"}

    done = subprocess.run(
        [docker, "compose", "config", "--quiet"], cwd=ROOT, env=secrets, capture_output=True
    )

    assert done.returncode == 0, done.stderr

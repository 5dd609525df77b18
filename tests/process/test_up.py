"""`manage.py up` as a newcomer meets it: an address, a password, a page; and again the next day."""

import re
import signal
import subprocess
import sys
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from tests.process.installation import ROOT, Installation

pytestmark = pytest.mark.process


class Newcomer:
    """Somebody at a terminal and a browser."""

    def __init__(self, installation):
        self.installation = installation
        self.browser = build_opener(HTTPCookieProcessor(CookieJar()))
        self.address = f"http://localhost:{installation.port}"
        self.process = None

    def types_up(self):
        """Start it and return what the terminal says until it is ready."""
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), "up"],
            env=self.installation.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        said = []
        for line in self.process.stdout:
            said.append(line)
            if "ready at" in line:
                return "".join(said)
        raise AssertionError("".join(said))

    def presses_ctrl_c(self):
        self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=180)
        return self.process.returncode

    def opens(self, path):
        with self.browser.open(self.address + path, timeout=120) as answer:
            return answer.url.removeprefix(self.address), answer.read().decode()

    def signs_in(self, email, password):
        path, page = self.opens("/accounts/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        form = {"login": email, "password": password, "csrfmiddlewaretoken": token}
        data = urlencode(form).encode()
        with self.browser.open(self.address + path, data, timeout=120) as answer:
            return answer.status, answer.read().decode()


@pytest.fixture
def newcomer(tmp_path, blueprint):
    installation = Installation(tmp_path, like=blueprint)
    person = Newcomer(installation)
    yield person
    if person.process and person.process.poll() is None:
        person.presses_ctrl_c()
    installation.close()


def test_the_password_of_the_first_start_opens_the_demo_and_is_said_only_once(newcomer):
    first = newcomer.types_up()
    email = re.search(r"Sign in as: +(\S+)", first)[1]
    password = re.search(r"Password: +(\S+)", first)[1]

    status, page = newcomer.signs_in(email, password)
    code = newcomer.presses_ctrl_c()
    second = newcomer.types_up()

    assert (status, code) == (200, 0)
    assert "account_logout" in page or "/accounts/logout/" in page
    assert "Password" not in second
    assert newcomer.address in first


def test_an_empty_installation_leads_to_its_first_account(newcomer):
    newcomer.installation.environment["DEMO"] = "0"

    said = newcomer.types_up()
    path, _page = newcomer.opens("/")

    assert f"{newcomer.address}/set-up/" in said
    assert "Password" not in said
    assert path == "/set-up/"


def test_a_database_of_a_newer_version_is_refused(newcomer):
    newcomer.installation.manage(
        "shell",
        "--command",
        "from django.db import connection as c; from django.db.migrations.recorder import *;"
        "MigrationRecorder(c).record_applied('auth', '9999_from_the_future')",
    )

    said = newcomer.installation.manage("up", must=1)

    assert "written by a newer ProductOps" in said
    assert "auth.9999_from_the_future" in said


def test_another_time_zone_than_that_of_the_observations_is_refused(newcomer):
    newcomer.installation.manage(
        "shell",
        "--command",
        "from productops.models import Organisation;"
        "Organisation.objects.create(pk=1, name='Halden', time_zone='Europe/Berlin')",
    )
    newcomer.installation.environment["TIME_ZONE"] = "Asia/Tokyo"

    said = newcomer.installation.manage("up", must=1)

    assert "TIME_ZONE is Asia/Tokyo, but the observations were entered in Europe/Berlin" in said

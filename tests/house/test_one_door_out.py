"""House rule: one module opens connections for all of us, and the others are named here."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("productops", "teams", "audits", "objectives", "processes", "tooling", "metrics")
REACH_OUT = {
    "socket",
    "ssl",
    "http.client",
    "urllib.request",
    "urllib3",
    "requests",
    "httpx",
    "httpcore",
    "aiohttp",
    "websockets",
    "ftplib",
    "smtplib",
    "telnetlib",
    "xmlrpc",
    "sqlalchemy",
    "pymysql",
    "psycopg2",
    "apprise",
}
# Each with what it needs it for.
MAY = {
    "productops/egress/wire.py": {"socket", "ssl", "httpcore"},  # the door itself
    "productops/egress/asking.py": {"httpx", "httpcore"},
    "productops/chat/door.py": {"requests", "urllib3"},  # the shape that plugins expect
    "productops/account_urls.py": {"requests"},  # the error of the library for single sign-on
    "productops/bounces.py": {"smtplib"},  # the error that names the address which was refused
    "productops/management/commands/alive.py": {"socket"},  # the name of this machine
    "productops/heartbeat.py": {"socket"},  # the same
    "productops/starting.py": {"socket"},  # whether our own port is free
    "productops/supervisor.py": {"socket"},  # our own port, handed to the web process
    # Databases, by a program of its own that is given judged addresses.
    "metrics/connectors/sql/reader/__main__.py": {"sqlalchemy"},
    "metrics/connectors/sql/reader/mysql.py": {"pymysql", "socket", "sqlalchemy", "ssl"},
    "metrics/connectors/sql/reader/postgresql.py": {"psycopg2"},
}
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def imported(path: Path) -> set[str]:
    """What the file imports, also by name as text, of what can reach out."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Constant) and node.value in REACH_OUT:
            found |= {node.value} if is_argument_of_an_import(path, node) else set()
    return {
        name for name in REACH_OUT if any(f"{entry}.".startswith(f"{name}.") for entry in found)
    }


def is_argument_of_an_import(path: Path, constant: ast.Constant) -> bool:
    return any(
        isinstance(node, ast.Call)
        and constant in node.args
        and ast.unparse(node.func).split(".")[-1] in ("import_module", "__import__")
        for node in ast.walk(ast.parse(path.read_text()))
    )


@pytest.mark.parametrize("room", ROOMS)
def test_nobody_reaches_out_but_by_the_door(room):
    found = {
        str(path.relative_to(ROOT)): names
        for path in FILES
        if path.is_relative_to(ROOT / room) and (names := imported(path))
    }

    assert {name: names - MAY.get(name, set()) for name, names in found.items()} == dict.fromkeys(
        found, set()
    )


def test_who_may_reach_out_does():
    """A name that is on the list without need would let somebody in later."""
    idle = {name for name in MAY if (ROOT / name).exists() and not imported(ROOT / name)}

    assert idle == set()


@pytest.mark.parametrize(
    "line",
    [
        "import httpx",
        "from urllib import request",
        "import http.client as c",
        "import requests.api",
    ],
)
def test_a_way_out_is_recognised_however_it_is_written(tmp_path, line):
    (tmp_path / "x.py").write_text(line)

    assert imported(tmp_path / "x.py")

"""A question to a database, in SQL, by a role that may only read, in bounded time and size."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from metrics.connectors.shape import Ask, Connector, Fetched, Field
from metrics.connectors.sql.childproof import rows_of
from metrics.connectors.sql.places import place_of
from metrics.connectors.sql.statement import parameters_of, wrong_statement
from productops import egress

EVER = "1970-01-01"  # "since" where nobody said since when
FIELDS = (
    Field(
        "dialect",
        gettext_lazy("Database"),
        "choice",
        choices=(
            ("postgresql", "PostgreSQL"),
            ("mysql", "MySQL, MariaDB"),
            ("sqlite", gettext_lazy("SQLite file")),
        ),
        default="postgresql",
    ),
    Field("host", gettext_lazy("Host")),
    Field("port", gettext_lazy("Port"), "number", help=gettext_lazy("Empty: the usual one.")),
    Field("database", gettext_lazy("Name of the database")),
    Field(
        "user",
        gettext_lazy("User"),
        help=gettext_lazy("A role of its own that may select from the tables needed, and no more."),
    ),
    Field("password", gettext_lazy("Password"), "secret"),
    Field(
        "tls",
        gettext_lazy("Encrypt the connection and check the certificate"),
        "flag",
        default=False,
    ),
    Field(
        "file",
        gettext_lazy("File"),
        help=gettext_lazy("For SQLite: its name in the folder that SOURCES_DIR names."),
    ),
    Field(
        "query",
        gettext_lazy("Statement"),
        "lines",
        is_required=True,
        help=gettext_lazy("One SELECT. :since and :today stand for dates."),
    ),
)


def check(settings: dict[str, Any]) -> dict[str, str]:
    needed = ("file",) if settings["dialect"] == "sqlite" else ("host", "database", "user")
    wrong = {name: _("This is needed.") for name in needed if not settings[name].strip()}
    if sentence := wrong_statement(settings["query"], settings["dialect"]):
        wrong["query"] = sentence
    port = settings["port"]
    if port and not (port == int(port) and 0 < port < 65536):
        wrong["port"] = _("Write a whole number from 1 to 65,535.")
    return wrong


def fetch(settings: dict[str, Any], secrets: dict[str, str], ask: Ask) -> Fetched:
    place = place_of(settings)
    dates = {"since": ask.since.isoformat() if ask.since else EVER, "today": _today(ask)}
    job = {
        "dialect": settings["dialect"],
        "database": settings["database"],
        "user": settings["user"],
        "password": secrets.get("password", ""),
        "tls": settings["tls"],
        "authorities": egress.authorities(),
        "query": settings["query"].strip().removesuffix(";"),
        "parameters": {name: dates[name] for name in parameters_of(settings["query"])},
    }
    return rows_of(job | place)


def _today(ask: Ask) -> str:
    return ask.now.date().isoformat() if ask.now else EVER


CONNECTOR = Connector(
    kind="sql",
    name=gettext_lazy("SQL database"),
    summary=gettext_lazy("A SELECT to PostgreSQL, MySQL, MariaDB or an SQLite file."),
    fields=FIELDS,
    reads=fetch,
    checks=check,
)

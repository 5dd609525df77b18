"""Databases as sources, against the real ones of this machine: what they give, and that nothing
that a statement can say changes them, reads their server's files, or takes longer than it may."""

import contextlib
import json
import subprocess
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import connections

from metrics.connectors import SourceError, Unreachable, connector
from metrics.connectors.sql import childproof
from metrics.connectors.sql.places import place_of
from metrics.connectors.sql.statement import wrong_statement
from tests.servers import databases
from tests.servers.databases import PASSWORD, Target
from tests.servers.statements import ENDLESS, HOSTILE, UNCHECKED

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
DIALECTS = ("postgresql", "mysql", "sqlite")
OWNED = Path("/tmp/productops-owned")


@pytest.fixture(scope="module")
def targets(tmp_path_factory):
    """Each target is made when it is asked for first, and kept for all tests of this file."""
    open_ones, made = [], {}

    def target(dialect: str) -> Target:
        if dialect not in made:
            folder = tmp_path_factory.mktemp("sources")
            makes = {
                "postgresql": databases.postgresql,
                "mysql": databases.mysql,
                "sqlite": lambda: databases.sqlite(folder),
            }
            context = makes[dialect]()
            made[dialect] = context.__enter__()
            open_ones.append(context)
        return made[dialect]

    yield target
    for context in open_ones:
        context.__exit__(None, None, None)


@pytest.fixture
def target_of(targets, settings):
    def target(dialect: str) -> Target:
        found = targets(dialect)
        settings.EGRESS_ALLOW = ["127.0.0.1:5432", "127.0.0.1:3306"]
        settings.SOURCES_DIR = str(found.owner.parent) if dialect == "sqlite" else ""
        return found

    return target


def fetch(target, query, *, since=None, password=PASSWORD, **changes):
    settings = target.settings | {"query": query} | changes
    return connector("sql").fetch(settings, {"password": password}, since=since, now=NOW)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_select_gives_a_table_of_text_numbers_and_dates(target_of, dialect):
    fetched = fetch(
        target_of(dialect), "SELECT at, hours, name, NULL AS x FROM releases ORDER BY id;"
    )

    assert fetched.header == ("at", "hours", "name", "x")
    assert [(row[0], float(row[1]), *row[2:]) for row in fetched.rows] == [
        ("2026-03-01", 4.5, "checkout", None),
        ("2026-03-02", 2.0, "billing", None),
    ]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_dates_are_bound_and_not_written_into_the_statement(target_of, dialect):
    query = "SELECT name FROM releases WHERE at >= :since AND at <= :today"

    fetched = fetch(target_of(dialect), query, since=date(2026, 3, 2))

    assert fetched.rows == [("billing",)]
    assert len(fetch(target_of(dialect), query).rows) == 2


@pytest.mark.parametrize(
    ("dialect", "query"),
    [
        ("postgresql", "WITH r AS (SELECT * FROM releases) SELECT count(*)::int AS n FROM r"),
        ("postgresql", "-- how many\nSELECT /* all */ count(*) AS n FROM releases -- of them"),
        ("postgresql", "SELECT count(*) AS n FROM releases WHERE name <> 'INTO ''x'' %s' "),
        ("postgresql", 'SELECT count(*) AS n FROM releases AS "my ""releases"""'),
        ("postgresql", "SELECT count(*) AS n FROM releases WHERE name <> $a$update it's$a$"),
        (
            "postgresql",
            "SELECT count(sleep) AS n FROM (SELECT 1 AS sleep, 2 AS edit FROM releases) r",
        ),
        ("postgresql", 'SELECT count("into") AS n FROM (SELECT 1 AS "into" FROM releases) r'),
        ("mysql", "SELECT count(benchmark) AS n FROM (SELECT 1 AS benchmark FROM releases) r"),
        ("mysql", "SELECT count(*) AS n FROM `releases` # all of them"),
        ("mysql", "SELECT count(*) AS n FROM releases WHERE name <> 'it\\'s' AND name LIKE '%'"),
        ("sqlite", "SELECT count(*) AS n FROM [releases] WHERE replace(name, 'a', '') <> ''"),
    ],
)
def test_a_statement_may_be_written_as_its_database_understands_it(target_of, dialect, query):
    assert fetch(target_of(dialect), query).rows == [(2,)]


@pytest.mark.parametrize(
    ("dialect", "query"), [(dialect, query) for dialect in DIALECTS for query in HOSTILE[dialect]]
)
def test_a_statement_that_does_more_than_read_is_refused_before_it_is_kept(dialect, query):
    assert wrong_statement(query, dialect).endswith(".")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_there_are_enough_hostile_statements(dialect):
    kinds = HOSTILE[dialect] + ENDLESS[dialect] + UNCHECKED[dialect]

    assert len(set(kinds)) >= 40
    assert sum(len(HOSTILE[each]) + len(UNCHECKED[each]) for each in DIALECTS) >= 120


def past_the_check(target, query):
    """The statement given to the reader as it is, under limits that a test can wait for."""
    checked = connector("sql").filled(target.settings | {"query": "SELECT 1"})
    job = {
        "dialect": target.dialect,
        "database": checked["database"],
        "user": checked["user"],
        "password": PASSWORD,
        "tls": False,
        "authorities": "",
        "query": query,
        "parameters": {},
    }
    return childproof.rows_of(job | place_of(checked))


@pytest.mark.parametrize(
    ("dialect", "query"),
    [(dialect, query) for dialect in DIALECTS for query in UNCHECKED[dialect] + ENDLESS[dialect]],
)
def test_the_database_itself_lets_nothing_through_but_reading(
    target_of, dialect, query, monkeypatch
):
    monkeypatch.setattr(childproof, "SECONDS", 1)
    target = target_of(dialect)
    before, started = target.mark(), time.monotonic()

    with pytest.raises((SourceError, Unreachable)) as refused:
        past_the_check(target, query)

    assert time.monotonic() - started < 20  # it ended, however busy the machine
    assert target.mark() == before
    assert not OWNED.exists()
    assert PASSWORD not in repr(refused.value)
    assert "127.0.0.1" not in repr(refused.value)


def test_a_statement_that_writes_large_objects_is_undone(target_of):
    """PostgreSQL before 16 lets a read-only transaction make them: it is rolled back."""
    target = target_of("postgresql")
    before = target.mark()

    with contextlib.suppress(SourceError):
        past_the_check(target, "SELECT lo_from_bytea(0, 'x') AS x")

    assert target.mark() == before


# Who and where ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("dialect", "user"), [("postgresql", "postgres"), ("mysql", "root")])
def test_a_user_who_may_do_anything_is_refused_with_what_to_do(target_of, dialect, user):
    with pytest.raises(SourceError) as refused:
        fetch(target_of(dialect), "SELECT 1 AS a", user=user, password="")

    assert refused.value.field == "user"
    assert "role of its own" in refused.value.sentence


@pytest.mark.parametrize(
    "role", ["pg_read_server_files", "pg_write_server_files", "pg_execute_server_program"]
)
def test_a_role_that_may_touch_the_servers_files_is_refused(target_of, role):
    target = target_of("postgresql")
    with target.owner.cursor() as cursor:
        cursor.execute(f"GRANT {role} TO {databases.READER}")
        try:
            with pytest.raises(SourceError) as refused:
                fetch(target, "SELECT 1 AS a")
        finally:
            cursor.execute(f"REVOKE {role} FROM {databases.READER}")

    assert refused.value.field == "user"


def test_a_member_of_a_role_that_may_do_anything_is_refused(target_of):
    target = target_of("postgresql")
    with target.owner.cursor() as cursor:
        cursor.execute(f"GRANT postgres TO {databases.READER}")
        try:
            with pytest.raises(SourceError) as refused:
                fetch(target, "SELECT 1 AS a")
        finally:
            cursor.execute(f"REVOKE postgres FROM {databases.READER}")

    assert refused.value.field == "user"


@pytest.mark.parametrize("dialect", ["postgresql", "mysql"])
def test_a_connection_that_must_be_encrypted_is_not_made_in_the_clear(target_of, dialect):
    with pytest.raises(SourceError) as refused:
        fetch(target_of(dialect), "SELECT 1 AS a", tls=True)

    assert refused.value.field == "tls"


def test_a_user_with_the_right_to_files_is_refused(target_of):
    target = target_of("mysql")
    with target.owner.cursor() as cursor:
        cursor.execute(f"GRANT FILE ON *.* TO {databases.READER}@'%'")
        try:
            with pytest.raises(SourceError) as refused:
                fetch(target, "SELECT 1 AS a")
        finally:
            cursor.execute(f"REVOKE FILE ON *.* FROM {databases.READER}@'%'")

    assert refused.value.field == "user"


@pytest.mark.parametrize("dialect", ["postgresql", "mysql"])
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"user": "nobody_here", "password": "canary-wrong"}, "password"),
        ({"database": "no_such_database"}, {"postgresql": "database", "mysql": "password"}),
    ],
)
def test_who_is_not_let_in_learns_what_to_mend_and_no_more(target_of, dialect, changes, field):
    with pytest.raises(SourceError) as refused:
        fetch(target_of(dialect), "SELECT 1 AS a", **changes)

    assert refused.value.field == (field if isinstance(field, str) else field[dialect])
    for secret in ("canary", "nobody_here", "127.0.0.1"):
        assert secret not in repr(refused.value)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_fault_in_the_statement_is_told_as_the_database_tells_it(target_of, dialect):
    with pytest.raises(SourceError) as refused:
        fetch(target_of(dialect), "SELECT nothing_like_it FROM releases")

    assert refused.value.field == "query"
    assert "nothing_like_it" in refused.value.sentence


@pytest.mark.parametrize("dialect", ["postgresql", "mysql"])
def test_a_server_that_is_not_there_is_tried_again_later(target_of, settings, dialect):
    target = target_of(dialect)
    settings.EGRESS_ALLOW = ["127.0.0.1:1"]

    with pytest.raises(Unreachable) as problem:
        fetch(target, "SELECT 1 AS a", port=1)

    assert problem.value.sentence == "The database could not be reached."


@pytest.mark.parametrize(("dialect", "port"), [("postgresql", 5432), ("mysql", 3306)])
def test_each_address_of_a_name_is_tried_until_one_answers(target_of, settings, dialect, port):
    target = target_of(dialect)
    settings.EGRESS_ALLOW = [f"localhost:{port}"]

    assert fetch(target, "SELECT 1 AS a", host="localhost").rows == [(1,)]


@pytest.mark.parametrize(
    ("allowed", "changes"),
    [
        ([], {}),
        (["127.0.0.1:5432"], {"host": "localhost"}),
        (["127.0.0.1:5432"], {"host": "/var/run/postgresql"}),
        (["127.0.0.1:5432"], {"host": "127.0.0.1,127.0.0.2"}),
        (["127.0.0.1:5432"], {"host": "0x7f.1"}),
        (["127.0.0.1:5432"], {"port": 5433}),
        (["127.0.0.1"], {"port": 22}),
    ],
)
def test_a_host_that_nobody_allowed_is_not_asked(target_of, settings, allowed, changes):
    target = target_of("postgresql")
    settings.EGRESS_ALLOW = allowed

    with pytest.raises(SourceError) as refused:
        fetch(target, "SELECT 1 AS a", **changes)

    assert refused.value.field == "host"


def test_our_own_database_is_no_source(target_of, monkeypatch):
    target = target_of("postgresql")
    own = {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": "",
        "PORT": "",
        "NAME": databases.NAME,
    }
    monkeypatch.setattr(connections["default"], "settings_dict", own)

    with pytest.raises(SourceError) as refused:
        fetch(target, "SELECT 1 AS a")

    assert refused.value.field == "database"


def test_a_database_with_our_tables_is_no_source(target_of):
    target = target_of("postgresql")
    tables = ("productops_outboxmessage", "metrics_observation")
    with target.owner.cursor() as cursor:
        for table in tables:
            cursor.execute(f"CREATE TABLE {table} (id int)")
        try:
            with pytest.raises(SourceError, match="a database of ProductOps"):
                fetch(target, "SELECT 1 AS a")
        finally:
            cursor.execute("DROP TABLE " + ", ".join(tables))


def test_the_password_is_in_no_list_of_processes(target_of, monkeypatch):
    seen = {}
    run = subprocess.run

    def looked_at(arguments, **how):
        seen.update(arguments=arguments, env=how["env"], input=json.loads(how["input"]))
        return run(arguments, **how)

    monkeypatch.setattr(subprocess, "run", looked_at)

    fetch(target_of("sqlite"), "SELECT 1 AS a")

    assert seen["input"]["password"] == PASSWORD
    assert PASSWORD not in str(seen["arguments"]) + str(seen["env"])


@pytest.mark.parametrize(
    "name", ["../numbers.sqlite3", "/etc/passwd", "nothing.sqlite3", ".", "a\x00b", "link.sqlite3"]
)
def test_no_file_outside_the_folder_is_read(target_of, tmp_path, settings, name):
    target = target_of("sqlite")
    folder = tmp_path / "inside"
    folder.mkdir()
    (tmp_path / "numbers.sqlite3").write_bytes(target.owner.read_bytes())
    (folder / "link.sqlite3").symlink_to(tmp_path / "numbers.sqlite3")
    settings.SOURCES_DIR = str(folder)

    with pytest.raises(SourceError) as refused:
        fetch(target, "SELECT 1 AS a", file=name)

    assert refused.value.field == "file"


def test_a_file_that_is_no_database_is_told_so(target_of, settings, tmp_path):
    target = target_of("sqlite")
    (tmp_path / "a b?mode=rwc.txt").write_text("no database at all, but long enough " * 99)
    settings.SOURCES_DIR = str(tmp_path)

    with pytest.raises(SourceError) as refused:
        fetch(target, "SELECT * FROM releases", file="a b?mode=rwc.txt")

    assert refused.value.field == "file"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("SELECT 1 AS a, 2 AS a", "a name of its own"),
        ("SELECT x'00ff' AS a", "Column a holds what is neither"),
        ("SELECT printf('%02001d', 1) AS a", "more than 2,000 characters"),
    ],
)
def test_a_result_that_is_no_table_is_refused_with_what_to_do(target_of, query, sentence):
    with pytest.raises(SourceError, match=sentence):
        fetch(target_of("sqlite"), query)


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"query": "SELECT 1"}, "host"),
        ({"dialect": "sqlite", "query": "SELECT 1"}, "file"),
        ({"dialect": "oracle", "query": "SELECT 1"}, "dialect"),
        ({"host": "h", "database": "d", "user": "u", "query": "DROP TABLE x"}, "query"),
        ({"host": "h", "database": "d", "user": "u"}, "query"),
        ({"host": "h", "database": "d", "user": "u", "query": "SELECT 1", "port": 70000}, "port"),
    ],
)
def test_a_setting_of_a_database_that_cannot_be_is_named_by_its_field(settings, field):
    assert next(iter(connector("sql").check(settings))) == field

"""Databases to be asked: made for one test run on the servers of this machine, where there are."""

import contextlib
import hashlib
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg2
import pymysql
import pytest

NAME = f"productops_target_{os.getpid()}"
READER = f"productops_reader_{os.getpid()}"
PASSWORD = "canary-of-the-reader"
ROWS = [(1, "2026-03-01", 4.5, "checkout"), (2, "2026-03-02", 2.0, "billing")]
SCHEMA = "CREATE TABLE releases (id int PRIMARY KEY, at date, hours numeric(9,2), name varchar(80))"


@dataclass
class Target:
    """One database: how the connector finds it, and what it holds at this moment."""

    dialect: str
    settings: dict[str, Any]
    owner: Any

    def mark(self) -> str:
        """A hash of all that is in there."""
        return hashlib.sha256(repr(self._all()).encode()).hexdigest()

    def _all(self) -> list:
        if self.dialect == "sqlite":
            folder = sorted(self.owner.parent.iterdir())
            return [(path.name, path.read_bytes()) for path in folder]
        questions = {
            "postgresql": (
                "SELECT * FROM releases ORDER BY id",
                "SELECT relname, relkind FROM pg_class ORDER BY 1, 2",
                "SELECT last_value, is_called FROM numbers",
                "SELECT oid FROM pg_largeobject_metadata",
                "SELECT rolname, rolsuper FROM pg_roles ORDER BY 1",
            ),
            "mysql": (
                "SELECT * FROM releases ORDER BY id",
                "SELECT table_name, table_rows FROM information_schema.tables"
                " WHERE table_schema = database() ORDER BY 1",
                "SELECT next_not_cached_value FROM numbers",
                "SELECT user FROM mysql.user ORDER BY 1",
            ),
        }
        found = []
        with self.owner.cursor() as cursor:
            for question in questions[self.dialect]:
                cursor.execute(question)
                found += cursor.fetchall()
        return found


@contextlib.contextmanager
def postgresql() -> Iterator[Target]:
    try:
        server = psycopg2.connect(
            host="127.0.0.1", user="postgres", dbname="postgres", connect_timeout=2
        )
    except psycopg2.OperationalError:
        pytest.skip("no PostgreSQL lets postgres in at 127.0.0.1:5432")
    server.autocommit = True
    with contextlib.closing(server), server.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {NAME}")
        cursor.execute(f"DROP ROLE IF EXISTS {READER}")
        cursor.execute(f"CREATE ROLE {READER} LOGIN PASSWORD '{PASSWORD}'")
        cursor.execute(f"CREATE DATABASE {NAME}")
        try:
            with contextlib.closing(_filled_postgresql()) as owner:
                yield Target("postgresql", _named("postgresql"), owner)
        finally:
            cursor.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
            cursor.execute(f"DROP ROLE IF EXISTS {READER}")


def _filled_postgresql():
    owner = psycopg2.connect(host="127.0.0.1", user="postgres", dbname=NAME)
    owner.autocommit = True
    with owner.cursor() as cursor:
        cursor.execute(SCHEMA)
        cursor.executemany("INSERT INTO releases VALUES (%s, %s, %s, %s)", ROWS)
        cursor.execute("CREATE SEQUENCE numbers")
        # More than a reader should have, so that the read-only transaction is what holds.
        cursor.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {READER}")
        cursor.execute(f"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {READER}")
        cursor.execute(f"GRANT ALL ON SCHEMA public TO {READER}")
    return owner


@contextlib.contextmanager
def mysql() -> Iterator[Target]:
    try:
        owner = pymysql.connect(host="127.0.0.1", user="root", connect_timeout=2, autocommit=True)
    except pymysql.MySQLError:
        pytest.skip("no MySQL or MariaDB lets root in at 127.0.0.1:3306")
    with contextlib.closing(owner), owner.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {NAME}")
        cursor.execute(f"CREATE DATABASE {NAME}")
        cursor.execute(f"CREATE OR REPLACE USER {READER}@'%' IDENTIFIED BY '{PASSWORD}'")
        cursor.execute(f"GRANT ALL ON {NAME}.* TO {READER}@'%'")
        try:
            owner.select_db(NAME)
            cursor.execute(SCHEMA)
            cursor.executemany("INSERT INTO releases VALUES (%s, %s, %s, %s)", ROWS)
            cursor.execute("CREATE SEQUENCE numbers")
            yield Target("mysql", _named("mysql"), owner)
        finally:
            cursor.execute(f"DROP DATABASE {NAME}")
            cursor.execute(f"DROP USER {READER}@'%'")


def _named(dialect: str) -> dict[str, str]:
    return {"dialect": dialect, "host": "127.0.0.1", "database": NAME, "user": READER}


@contextlib.contextmanager
def sqlite(folder) -> Iterator[Target]:
    path = folder / "numbers.sqlite3"
    with contextlib.closing(sqlite3.connect(path)) as owner:
        owner.execute(SCHEMA)
        owner.executemany("INSERT INTO releases VALUES (?, ?, ?, ?)", ROWS)
        owner.commit()
    yield Target("sqlite", {"dialect": "sqlite", "file": path.name}, path)

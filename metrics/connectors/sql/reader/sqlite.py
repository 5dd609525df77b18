"""SQLite: a file opened to be read, and an authorizer that lets nothing through but reading."""

import sqlite3
import time

from database import OURS, Database, Wrong


class SQLite(Database):
    url = "sqlite://"
    ALLOWED = {
        sqlite3.SQLITE_SELECT,
        sqlite3.SQLITE_READ,
        sqlite3.SQLITE_FUNCTION,
        sqlite3.SQLITE_RECURSIVE,
    }

    def connect(self):
        connection = sqlite3.connect(
            f"file:{self.job['file']}?mode=ro", uri=True, timeout=2, isolation_level=None
        )
        if hasattr(connection, "setlimit"):
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 1 << 20)
            connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        return connection

    def prepare(self, connection, text) -> None:
        found = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN (:one, :two)"
        names = dict(zip(("one", "two"), OURS, strict=True))
        if connection.execute(text(found), names).scalar() == len(OURS):
            raise Wrong("ours")
        driver = connection.connection.driver_connection
        driver.execute("PRAGMA query_only = ON")
        driver.execute("PRAGMA trusted_schema = OFF")
        driver.execute("PRAGMA cell_size_check = ON")
        driver.set_authorizer(self.authorize)
        end = time.monotonic() + self.seconds
        driver.set_progress_handler(lambda: time.monotonic() > end, 10_000)

    def authorize(self, action, first, second, *_others):
        if action not in self.ALLOWED or "load_extension" in (first, second):
            return sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_OK

    def parameter(self, value):
        return value

    def code_of(self, error) -> dict:
        said = str(error)
        if "interrupted" in said:
            return {"code": "seconds", "text": ""}
        if "unable to open" in said:
            return {"code": "file", "text": ""}
        if "not authorized" in said or "prohibited" in said or "readonly" in said:
            return {"code": "writes", "text": ""}
        if "not a database" in said or "malformed" in said:
            return {"code": "file", "text": ""}
        return {"code": "query", "text": said[:300]}

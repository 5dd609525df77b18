"""MySQL and MariaDB: a transaction that may only read, by a user with no rights over all."""

import contextlib
import re
import socket
import ssl

from database import OURS, Database, Wrong

TOO_MUCH = re.compile(r"GRANT (?P<rights>.*?) ON \*\.\*", re.IGNORECASE)
DANGEROUS = ("ALL PRIVILEGES", "FILE", "SUPER", "PROCESS", "SHUTDOWN", "CREATE USER")


class MySQL(Database):
    url = "mysql+pymysql://"

    def connect(self):
        import pymysql  # noqa: PLC0415  one driver for one question

        job = self.job
        context = ssl.create_default_context(cafile=job["authorities"]) if job["tls"] else None
        connection = pymysql.connect(
            host=job["host"],
            port=job["port"],
            database=job["database"],
            user=job["user"],
            password=job["password"],
            charset="utf8mb4",
            read_timeout=self.seconds + 1,
            write_timeout=5,
            local_infile=False,
            ssl=context,
            defer_connect=True,
        )
        for address in job["addresses"]:
            with contextlib.suppress(OSError):
                connection.connect(socket.create_connection((address, job["port"]), timeout=3))
                return connection
        raise pymysql.OperationalError(2003, "")

    def prepare(self, connection, text) -> None:
        connection.execute(text("SET SESSION sql_mode = ''"))  # how texts end, whatever the server
        self.set_timeout(connection.connection.driver_connection)
        for (grant,) in connection.execute(text("SHOW GRANTS")):
            found = TOO_MUCH.match(grant)
            rights = [right.strip() for right in found["rights"].split(",")] if found else []
            if any(right.upper() in DANGEROUS for right in rights):
                raise Wrong("superuser")
        ours = (
            "SELECT count(*) FROM information_schema.tables"
            " WHERE table_schema = database() AND table_name IN :names"
        )
        from sqlalchemy import bindparam  # noqa: PLC0415

        named = text(ours).bindparams(bindparam("names", expanding=True))
        if connection.execute(named, {"names": OURS}).scalar() == len(OURS):
            raise Wrong("ours")
        connection.rollback()
        connection.execute(text("SET SESSION TRANSACTION READ ONLY"))
        connection.execute(text("START TRANSACTION READ ONLY"))

    def set_timeout(self, driver) -> None:
        """MariaDB counts seconds, MySQL milliseconds; each under a name of its own."""
        import pymysql  # noqa: PLC0415

        with driver.cursor() as cursor:
            try:
                cursor.execute(f"SET SESSION max_statement_time = {self.seconds}")
            except pymysql.MySQLError:
                cursor.execute(f"SET SESSION max_execution_time = {int(self.seconds * 1000)}")

    def code_of(self, error) -> dict:
        number = error.args[0] if error.args and isinstance(error.args[0], int) else 0
        codes = {
            1044: "password",
            1045: "password",
            1698: "password",
            1049: "database",
            1792: "writes",
            1317: "seconds",
            1969: "seconds",
            3024: "seconds",
            2003: "unreachable",
            2006: "unreachable",
            2013: "seconds",
            2026: "tls",
        }
        if number in codes:
            return {"code": codes[number], "text": ""}
        said = str(error.args[1]) if number and len(error.args) > 1 else ""
        return {"code": "query", "text": said[:300]}

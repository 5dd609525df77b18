"""PostgreSQL: a transaction that may only read, by a role that may do little."""

from database import OURS, Database, Wrong

SERVER_ROLES = ("pg_read_server_files", "pg_write_server_files", "pg_execute_server_program")


class PostgreSQL(Database):
    url = "postgresql+psycopg2://"

    def connect(self):
        import psycopg2  # noqa: PLC0415  one driver for one question

        job, count = self.job, len(self.job["addresses"])
        # The name is for the certificate; the address is where the connection goes.
        return psycopg2.connect(
            host=",".join([job["host"]] * count),
            hostaddr=",".join(job["addresses"]),
            port=job["port"],
            dbname=job["database"],
            user=job["user"],
            password=job["password"],
            passfile="/dev/null",
            connect_timeout=3,
            application_name="productops",
            gssencmode="disable",
            **({"sslmode": "verify-full", "sslrootcert": job["authorities"]} if job["tls"] else {}),
        )

    def prepare(self, connection, text) -> None:
        connection.connection.driver_connection.set_session(readonly=True, autocommit=False)
        milliseconds = int(self.seconds * 1000)
        for setting in (
            f"statement_timeout = {milliseconds}",
            "lock_timeout = 2000",
            f"idle_in_transaction_session_timeout = {milliseconds * 3}",
            "standard_conforming_strings = on",
        ):
            connection.execute(text(f"SET LOCAL {setting}"))
        member = (
            "SELECT count(*) FROM pg_roles WHERE (rolsuper OR rolname = ANY(:names))"
            " AND pg_has_role(current_user, oid, 'MEMBER')"
        )
        if connection.execute(text(member), {"names": list(SERVER_ROLES)}).scalar():
            raise Wrong("superuser")
        ours = "SELECT count(*) FROM pg_class WHERE relname = ANY(:names) AND relkind IN ('r', 'p')"
        if connection.execute(text(ours), {"names": list(OURS)}).scalar() == len(OURS):
            raise Wrong("ours")

    def code_of(self, error) -> dict:
        state, said = error.pgcode or "", str(error)
        if not state:  # nothing came of the connection; what it says holds names and addresses
            if "authentication failed" in said or "role " in said or "pg_hba" in said:
                return {"code": "password", "text": ""}
            if "SSL" in said or "certificate" in said:
                return {"code": "tls", "text": ""}
            missing = "database " in said and "does not exist" in said
            return {"code": "database" if missing else "unreachable", "text": ""}
        if state in ("57014", "55P03"):
            return {"code": "seconds", "text": ""}
        if state == "25006":
            return {"code": "writes", "text": ""}
        if state.startswith(("08", "57P")):
            return {"code": "unreachable", "text": ""}
        return {"code": "query", "text": (error.diag.message_primary or "")[:300]}

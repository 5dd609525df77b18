"""One writer at a time of something that no single row stands for."""

import zlib

from django.db import connection


def hold(name: str) -> None:
    """Hold what is called ``name`` until the transaction ends; others who want it wait.

    PostgreSQL has advisory locks for it; on SQLite transactions that write follow each other
    anyway. Call it inside a transaction, before what depends on it is read.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [zlib.crc32(name.encode())])

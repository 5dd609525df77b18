"""Which dialect is which."""

from mysql import MySQL
from postgresql import PostgreSQL
from sqlite import SQLite

DIALECTS = {"postgresql": PostgreSQL, "mysql": MySQL, "sqlite": SQLite}

"""One archive of all that an installation holds, which restores on either database.

The rows are written as text, a table a file, out of one consistent view of the database, so that a
backup taken on SQLite restores on PostgreSQL and the other way round, and one of an older version
restores under its own tables and is then migrated. Sessions and half-done sign-ins stay out.
"""

from productops.backup.archive import BackupRefused, restore, write_backup

__all__ = ["BackupRefused", "restore", "write_backup"]

"""SQLite with clustered tables: a model whose key is composite is made WITHOUT ROWID.

Put in by RunSQL the clause would be lost at the next table rebuild; in the schema editor
it survives, since Django rebuilds a table through ``table_sql``.
"""

from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3.schema import DatabaseSchemaEditor as Sqlite3SchemaEditor
from django.db.models import CompositePrimaryKey


class DatabaseSchemaEditor(Sqlite3SchemaEditor):
    def table_sql(self, model):
        sql, params = super().table_sql(model)
        if isinstance(model._meta.pk, CompositePrimaryKey):
            sql += " WITHOUT ROWID"
        return sql, params


class DatabaseWrapper(base.DatabaseWrapper):
    SchemaEditorClass = DatabaseSchemaEditor

"""Snapshots are renewed in place, again and again while their period is open.

With room left on its page PostgreSQL puts the new version of a row beside the old one and touches
no index: a full recompute costs a tenth less. SQLite overwrites rows where they are.
"""

from django.db import migrations

SHARE = 50  # per cent of a page that is filled at first: each row has room to be renewed once


def leave_room(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE metrics_snapshot SET (fillfactor = {SHARE})")


def fill_pages(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE metrics_snapshot RESET (fillfactor)")


class Migration(migrations.Migration):
    dependencies = [("metrics", "0001_initial")]

    operations = [migrations.RunPython(leave_room, fill_pages)]

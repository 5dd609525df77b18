"""How the tables of numbers are laid: by their natural keys, clustered on SQLite."""

import pytest
from django.db import connection, models

from metrics.models import Mark, Observation, Snapshot
from productops.sqlite.base import DatabaseSchemaEditor
from tests.factories.metrics import observe, weeks_before
from tests.factories.objectives import SeriesFactory

pytestmark = pytest.mark.django_db
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="speaks of SQLite")
CLUSTERED = (Observation, Mark, Snapshot)


def plan_of(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return "\n".join(row[3] for row in cursor.fetchall())


@on_sqlite
@pytest.mark.parametrize("model", CLUSTERED)
def test_tables_with_a_natural_key_are_clustered_by_it(model):
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [model._meta.db_table])
        (sql,) = cursor.fetchone()

    assert sql.endswith("WITHOUT ROWID")


@on_sqlite
def test_a_table_that_is_rebuilt_stays_clustered():
    field = models.FloatField(null=True, default=1.0)
    field.set_attributes_from_name("extra")
    editor = DatabaseSchemaEditor(connection, collect_sql=True, atomic=False)
    editor.deferred_sql = []
    editor._remake_table(Observation, create_field=field)

    assert any("WITHOUT ROWID" in statement for statement in editor.collected_sql)


@on_sqlite
def test_the_observations_of_one_period_are_one_range_of_the_key():
    period = """series_id = 1 AND "on" >= '2026-01-05' AND "on" < '2026-01-12'"""

    plan = plan_of(f"SELECT sum(value) FROM metrics_observation WHERE {period}")

    assert "USING PRIMARY KEY (series_id=? AND on>? AND on<?)" in plan


@on_sqlite
def test_pending_marks_are_found_by_their_own_index():
    sql = str(Mark.objects.pending().order_by("wanted_at", "series_id", "period").query)

    assert "marks_pending" in plan_of(sql)


def test_deleting_a_series_leaves_nothing_of_it_behind():
    series = SeriesFactory()
    observe(series, [(day, 1.0) for day in weeks_before(3)])

    series.delete()

    assert not Observation.objects.exists()
    assert not Mark.objects.exists()

"""Rows as lines of JSON, and back, for any model and either database."""

import base64
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, connections, models, transaction

VIEW = "backup"  # the alias under which a backup reads
BATCH = 2_000
# What is made anew by itself, or is worth nothing elsewhere, or would be a secret in clear text.
LEFT_OUT = {
    *("contenttypes.contenttype", "auth.permission", "auth.group", "auth.group_permissions"),
    *("sessions.session", "account.emailconfirmation", "socialaccount.socialtoken"),
    "productops.heartbeat",
}
Model = type[models.Model]


def kept_models() -> list[Model]:
    """Every table that a backup holds, in the order of the apps."""
    found = apps.get_models(include_auto_created=True)
    return [model for model in found if is_kept(model)]


def is_kept(model: Model) -> bool:
    managed = model._meta.managed and not model._meta.proxy
    return managed and model._meta.label_lower not in LEFT_OUT


def fields_of(model: Model) -> list[models.Field]:
    return [each for each in model._meta.local_concrete_fields if not each.generated]


@contextmanager
def one_view() -> Iterator[str]:
    """A connection of its own, on which everything is read as of one moment, without holding up
    those who write."""
    view = connection.copy(alias=VIEW)
    if view.vendor == "sqlite":
        # Deferred, or it would take the lock of the one writer for as long as the backup takes.
        options = view.settings_dict["OPTIONS"] | {"transaction_mode": "DEFERRED"}
        view.settings_dict["OPTIONS"] = options
    connections[VIEW] = view
    try:
        with transaction.atomic(using=VIEW):
            if view.vendor == "postgresql":
                with view.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield VIEW
    finally:
        view.close()
        del connections[VIEW]


def lines_of(model: Model, using: str) -> Iterator[bytes]:
    """Each row as a line of JSON: the values of ``fields_of``, in their order."""
    names = [each.attname for each in fields_of(model)]
    rows = model._base_manager.using(using).order_by("pk").values_list(*names)
    for row in rows.iterator(chunk_size=BATCH):
        yield json.dumps([_out(value) for value in row], ensure_ascii=False).encode() + b"\n"


def put_back(model: Model, columns: list[str], lines: Iterable[bytes]) -> int:
    """Insert the rows of ``lines``, whose values are those of ``columns``; how many they were.

    Straight into the table: no default, no ``auto_now``, nothing that would change a value.
    """
    fields = [_field(model, name) for name in columns]
    count, batch = 0, []
    for line in lines:
        values = json.loads(line)
        batch.append([_in(each, value) for each, value in zip(fields, values, strict=True)])
        if len(batch) == BATCH:
            count += _insert(model, fields, batch)
            batch = []
    return count + (_insert(model, fields, batch) if batch else 0)


def reset_sequences(found: list[Model]) -> None:
    """Let new keys begin after those that were put back."""
    for statement in connection.ops.sequence_reset_sql(no_style(), found):
        with connection.cursor() as cursor:
            cursor.execute(statement)


def _field(model: Model, name: str) -> models.Field:
    return next(each for each in model._meta.local_concrete_fields if each.attname == name)


def _insert(model: Model, fields: list[models.Field], batch: list[list[Any]]) -> int:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(each.column) for each in fields)
    start = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES "
    one = "(" + ", ".join(["%s"] * len(fields)) + ")"
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(start + one, batch)
        else:
            values = [value for row in batch for value in row]
            cursor.execute(start + ", ".join([one] * len(batch)), values)
    return len(batch)


def _out(value: Any) -> Any:
    """A value as JSON holds it; ``_in`` knows from the field what it was."""
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, (Decimal, UUID)):
        return str(value)
    if isinstance(value, timedelta):
        return value // timedelta(microseconds=1)
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(bytes(value)).decode()
    return value


def _in(field: models.Field, value: Any) -> Any:
    """The value as the database takes it for this field."""
    plain = field
    while isinstance(plain, models.ForeignKey):
        plain = plain.target_field
    if isinstance(plain, models.JSONField) and not field.null:
        # Here None is JSON's null, which is a value.
        return connection.ops.adapt_json_value(value, plain.encoder)
    if value is None:
        return None
    if isinstance(plain, models.BinaryField):
        value = base64.b64decode(value)
    elif isinstance(plain, models.DurationField):
        value = timedelta(microseconds=value)
    elif not isinstance(plain, models.JSONField):
        value = plain.to_python(value)
    return plain.get_db_prep_save(value, connection)

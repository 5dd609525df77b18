"""Who changed what: verbs append an entry in their own transaction, pages and the API read them.

``sealing.py`` binds the entries into a chain of hashes afterwards, so that writers do not queue.
"""

import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Model, QuerySet
from django.forms import BaseForm, ModelChoiceField, PasswordInput
from django.utils import timezone
from structlog.contextvars import get_contextvars

from productops.models import ChangeEntry

LONGEST_TEXT = 10_000  # characters of one value that the log keeps
HIDDEN = "•••"
Values = Mapping[str, Any]


def record(
    *,
    by: Any,
    row: Model,
    verb: str,
    before: Values | None = None,
    after: Values | None = None,
) -> ChangeEntry:
    """Append that ``by`` (a person, or None for the product itself) did ``verb`` to ``row``.

    ``before`` and ``after`` hold the changed fields by name; values may be anything that a field
    holds. Call it inside the transaction of the change, so that both stand or neither.
    """
    entry = entry_of(by=by, row=row, verb=verb, before=before, after=after)
    entry.save(force_insert=True)
    return entry


def entry_of(
    *,
    by: Any,
    row: Model,
    verb: str,
    before: Values | None = None,
    after: Values | None = None,
) -> ChangeEntry:
    """The same entry, to be appended with others by ``record_all``."""
    return ChangeEntry(
        at=timezone.now(),
        by_id=getattr(by, "pk", None),
        kind=row._meta.label_lower,
        row=key_of(row),
        title=_text(str(row))[:200],
        verb=verb,
        before=_safe(before or {}),
        after=_safe(after or {}),
        request=str(get_contextvars().get("request_id", ""))[:64],
    )


def record_all(entries: Iterable[ChangeEntry]) -> None:
    """Append many entries at once, in their order: what one round of work changed."""
    ChangeEntry.objects.bulk_create(entries)


def fields_changed(form: BaseForm) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a valid form changed: (before, after), each field name to value, fit for ``record``."""
    before, after = {}, {}
    for name in form.changed_data:
        if isinstance(form.fields[name].widget, PasswordInput):
            before[name], after[name] = HIDDEN, HIDDEN
        else:
            before[name] = _safe(_was(form, name))
            after[name] = _safe(form.cleaned_data.get(name))
    return before, after


def history_of(row: Model) -> QuerySet[ChangeEntry]:
    """The entries about one row, newest first, with the people who made them. Whoever may see
    the row may see them: ask only after the row's own door."""
    entries = ChangeEntry.objects.filter(kind=row._meta.label_lower, row=key_of(row))
    return entries.select_related("by").order_by("-at", "-pk")


def key_of(row: Model) -> str:
    """The row's key as text; the parts of a composite key are joined by a slash."""
    parts = row.pk if isinstance(row.pk, tuple) else (row.pk,)
    return "/".join(str(part) for part in parts)[:60]


def _was(form: BaseForm, name: str) -> Any:
    """The former value of a field, as the field itself understands it (a key becomes a row)."""
    field = form.fields[name]
    value = form.get_initial_for_field(field, name)
    if not isinstance(field, ModelChoiceField) or value is None or isinstance(value, Model):
        return value
    if isinstance(value, Iterable) and not isinstance(value, str):
        return value
    return field.queryset.model._default_manager.filter(pk=value).first() or value


def _safe(value: Any) -> Any:
    """The value as JSON holds it."""
    if isinstance(value, Mapping):
        return {_text(str(key)): _safe(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset, QuerySet)):
        return [_safe(item) for item in value]
    return _safe_scalar(value)


def _safe_scalar(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Decimal):
        return format(value, "f")
    return _text(str(value))


def _text(value: str) -> str:
    """Text that every database stores: no NUL and no half of a surrogate pair."""
    clean = value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    return clean if len(clean) <= LONGEST_TEXT else clean[: LONGEST_TEXT - 1] + "…"

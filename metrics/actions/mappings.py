"""Mappings of columns that people keep for the next file of the same kind."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from metrics.models import ColumnMapping
from productops import changelog
from productops.forms import take_version
from teams.models import Person


@transaction.atomic
def keep_mapping(
    *, name: str, options: Mapping[str, Any], is_shared: bool, by: Person
) -> ColumnMapping:
    """Keep how a file was read under a name; the person's own of that name is replaced."""
    mine = ColumnMapping.objects.filter(owner=by, name=name).first()
    if mine is not None:
        return change_mapping(mapping=mine, options=options, is_shared=is_shared, by=by)
    after = {"options": dict(options), "is_shared": is_shared}
    kept = ColumnMapping.objects.create(owner=by, name=name, **after)
    changelog.record(by=by, row=kept, verb="kept", after=after)
    return kept


@transaction.atomic
def change_mapping(*, mapping: ColumnMapping, by: Person, **changes: Any) -> ColumnMapping:
    before = {name: getattr(mapping, name) for name in changes}
    take_version(mapping)
    for name, value in changes.items():
        setattr(mapping, name, value)
    mapping.save()
    changelog.record(by=by, row=mapping, verb="changed", before=before, after=changes)
    return mapping


@transaction.atomic
def forget_mapping(*, mapping: ColumnMapping, by: Person) -> None:
    changelog.record(by=by, row=mapping, verb="delete", before={"options": mapping.options})
    mapping.delete()

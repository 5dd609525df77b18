"""Addresses of list pages: the view is the query string, so chips, sorting and pages edit it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.forms import BoundField, Form
from django.http import QueryDict

# A query string is kept as it is apart from the page, which a new filter makes meaningless.
PAGE = "page"


@dataclass(frozen=True)
class Chip:
    """One active filter: what it says, and the address of the same list without it."""

    field: str
    value: str
    url: str


def without(params: QueryDict, key: str, value: str | None = None) -> str:
    """Return "?…" without one value of `key`, or without all of them where `value` is None."""
    changed = params.copy()
    left = [] if value is None else [kept for kept in changed.getlist(key) if kept != value]
    changed.setlist(key, left)
    changed.pop(PAGE, None)
    return "?" + changed.urlencode()


def replaced(params: QueryDict, **values: str) -> str:
    """Return "?…" with these keys set anew and back on the first page."""
    changed = params.copy()
    changed.pop(PAGE, None)
    for key, value in values.items():
        changed[key] = value
    return "?" + changed.urlencode()


def chips(form: Form, params: QueryDict) -> Iterator[Chip]:
    """Yield a chip for each value that a filter form took from the query string.

    A hidden field is a way of looking, not a filter.
    """
    for bound in form.visible_fields():
        names = _names(bound)
        for value in params.getlist(bound.html_name):
            if value != "":
                shown = names.get(value, value)
                yield Chip(str(bound.label), shown, without(params, bound.html_name, value))


def _names(bound: BoundField) -> dict[str, str]:
    """What people call the choices of a field, by the value that stands in the address."""
    choices = getattr(bound.field, "choices", ())
    return {str(value): str(name) for value, name in _flat(choices)}


def _flat(choices) -> Iterator[tuple]:
    """Choices without their groups."""
    for value, name in choices:
        if isinstance(name, (list, tuple)):
            yield from name
        else:
            yield value, name

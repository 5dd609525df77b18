"""The trash: what people make by hand is put away first, and comes back by one click.

A deletion's toast carries ``undo_url``; the trash keeps rows for 30 days (housekeeping.py).
"""

from typing import Any

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from productops import changelog
from productops.models import Discardable


@transaction.atomic
def discard(*, row: Discardable, by) -> None:
    """Put a row into the trash. A row that lies there already stays as it is."""
    if row.deleted_at is None:
        row.deleted_at = timezone.now()
        row.save(update_fields=["deleted_at", "updated_at"])
        changelog.record(by=by, row=row, verb="discard")


@transaction.atomic
def restore(*, row: Discardable, by) -> None:
    """Take a row out of the trash."""
    if row.deleted_at is not None:
        row.deleted_at = None
        row.save(update_fields=["deleted_at", "updated_at"])
        changelog.record(by=by, row=row, verb="restore")


def undo_url(row: Discardable) -> str:
    return reverse("trash-restore", args=[row._meta.label_lower, row.pk])


def say_discarded(request: HttpRequest, row: Discardable) -> None:
    """Tell in a toast that the row is gone, with the way back."""
    messages.success(request, _("“%s” is in the trash.") % row, extra_tags=undo_url(row))


@require_POST
def trash_restore(request: HttpRequest, label: str, pk: int) -> HttpResponseRedirect:
    row = row_to_restore(request.user, label, pk)
    # A noun whose deletion moved other rows has a verb of its own that moves them back; where it
    # cannot come back now, that says why.
    undo = getattr(row, "restored", None)
    try:
        with transaction.atomic():
            restore(row=row, by=request.user)
            if undo is not None:
                undo(by=request.user)
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
        return redirect("home")
    messages.success(request, _("“%s” is back.") % row)
    return redirect(row.get_absolute_url() if hasattr(row, "get_absolute_url") else "home")


def row_to_restore(person, label: str, pk: int) -> Discardable:
    """A row of the trash that the person may change, else 404 (stranger) or 403."""
    try:
        model: Any = apps.get_model(label)
    except (LookupError, ValueError):
        raise Http404 from None
    if not issubclass(model, Discardable):
        raise Http404
    rows = model.with_trash.all()
    row = get_object_or_404(rows.visible_to(person), pk=pk)
    may = (
        rows.changeable_by(person).filter(pk=pk).exists()
        if hasattr(rows, "changeable_by")
        else person.changes_all
    )
    if not may:
        raise PermissionDenied(_("You may see this, but not change it."))
    return row

"""Rights that belong to no single app."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from productops.exchange import Kind, kind_named
from productops.models import ApiToken, Bounce, ChangeEntry, ImportRun


def check_is_admin(person) -> None:
    """Refuse everybody but administrators."""
    if getattr(person, "role", "") != "admin":
        raise PermissionDenied(_("Only an administrator may see this page."))


def token_to_revoke(person, pk: int) -> ApiToken:
    return get_object_or_404(ApiToken.objects.visible_to(person), pk=pk)


def tokens_of(person):
    """The person's own tokens that still open something, newest first."""
    return ApiToken.objects.visible_to(person).of(person).alive().order_by("-pk")


def changes_for(person):
    """The change log, newest first, with the people in it."""
    return ChangeEntry.objects.visible_to(person).select_related("by").order_by("-pk")


def bounces_for(person):
    """Addresses that mail does not reach, newest first."""
    return Bounce.objects.visible_to(person).standing()


def bounce_to_clear(person, pk: int) -> Bounce:
    return get_object_or_404(Bounce.objects.visible_to(person), pk=pk)


def imports_for(person):
    """Imports that the person may look at, newest first."""
    return ImportRun.objects.visible_to(person).select_related("by").order_by("-pk")


def kind_to_take(person, name: str) -> Kind:
    """A kind of file that the person may take in."""
    kind = kind_named(name)
    if kind is None or kind.take is None:
        raise Http404
    if person.role not in kind.takers:
        raise PermissionDenied(_("Your role does not take in files of this kind."))
    return kind


def import_to_see(person, pk: int) -> ImportRun:
    runs = ImportRun.objects.visible_to(person).select_related("by", "file")
    return get_object_or_404(runs, pk=pk)


def import_to_apply(person, pk: int) -> ImportRun:
    """A file that was read without a refusal and not taken in yet."""
    run = import_to_see(person, pk)
    if run.state != ImportRun.State.CHECKED:
        raise PermissionDenied(_("Only a file that was checked without a refusal can be applied."))
    return run

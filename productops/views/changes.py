"""The change log."""

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from productops import access
from productops.doors import for_roles
from productops.htmx import show
from productops.navigation import OPERATORS
from productops.timeline import events_of

PER_PAGE = 50


class ChangeFilter(forms.Form):
    q = forms.CharField(
        label=_("What was changed, or who did it"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )


@for_roles(*sorted(OPERATORS))
@require_safe
def change_list(request: HttpRequest) -> HttpResponse:
    form = ChangeFilter(request.GET or None)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    changes = access.changes_for(request.user).naming(words)
    page = Paginator(changes, PER_PAGE).get_page(request.GET.get("page"))
    context = {"filters": form, "page": page, "events": events_of(page)}
    return show(request, "settings/changes.html", "settings/_changes.html", context)

"""Addresses that do not work: seen, entered by hand, and used again."""

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from productops import access
from productops.bounces import clear_bounce, note_bounce
from productops.doors import for_roles
from productops.fields import TextField
from productops.forms import submitted
from productops.navigation import OPERATORS

PER_PAGE = 50


class BounceForm(forms.Form):
    address = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254)
    reason = TextField(label=gettext_lazy("Why"), longest=300, required=False)

    def clean_reason(self) -> str:
        return self.cleaned_data["reason"] or _("Entered by hand")


@for_roles(*sorted(OPERATORS))
@require_http_methods(["GET", "HEAD", "POST"])
def bounce_list(request: HttpRequest) -> HttpResponse:
    form = BounceForm(submitted(request))
    if form.is_valid():
        bounce = note_bounce(**form.cleaned_data, now=timezone.now(), by=request.user)
        messages.success(request, _("%s gets no reminders any more.") % bounce)
        return redirect("bounce-list")
    page = Paginator(access.bounces_for(request.user), PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page}
    return render(request, "settings/bounces.html", context, status=422 if form.errors else 200)


@for_roles(*sorted(OPERATORS))
@require_POST
def bounce_clear(request: HttpRequest, pk: int) -> HttpResponse:
    bounce = access.bounce_to_clear(request.user, pk)
    clear_bounce(bounce, by=request.user, now=timezone.now())
    messages.success(request, _("Mail goes to %s again.") % bounce)
    return redirect("bounce-list")

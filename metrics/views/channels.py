"""Channels of chat programs, looked after by product operations."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from metrics import telling_access
from metrics.actions import channels as actions
from metrics.forms.channels import ChannelForm
from productops import changelog
from productops.doors import for_roles
from productops.forms import Stale, submitted
from productops.vault import Locked

OPERATORS = ("admin", "ops")
form_page = require_http_methods(["GET", "HEAD", "POST"])


@for_roles(*OPERATORS)
@form_page
def channel_new(request: HttpRequest) -> HttpResponse:
    form = ChannelForm(submitted(request), person=request.user, initial={"owner": request.user.pk})
    if form.is_valid():
        words = {name: form.cleaned_data[name] for name in ("name", "owner")}
        actions.make_channel(address=form.cleaned_data["secret"], by=request.user, **words)
        messages.success(request, _("The channel is kept; try it before you rely on it."))
        return redirect("metrics:subscription-list")
    return render(request, "metrics/channel_new.html", {"form": form}, status=form.status)


@for_roles(*OPERATORS)
@form_page
def channel_edit(request: HttpRequest, pk: int) -> HttpResponse:
    channel = telling_access.channel_to_change(request.user, pk)
    form = ChannelForm(submitted(request), instance=channel, person=request.user)
    if form.is_valid() and _saved(request, form):
        messages.success(request, _("Saved."))
        return redirect("metrics:subscription-list")
    context = {"channel": channel, "form": form}
    return render(request, "metrics/channel_edit.html", context, status=form.status)


def _saved(request: HttpRequest, form: ChannelForm) -> bool:
    before, after = changelog.fields_changed(form)
    address = form.cleaned_data["secret"]
    try:
        actions.change_channel(
            channel=form.instance, by=request.user, before=before, after=after, address=address
        )
    except Stale:
        form.refuse_stale()
    return not form.is_stale


@for_roles(*OPERATORS)
@require_POST
def channel_try(request: HttpRequest, pk: int) -> HttpResponse:
    channel = telling_access.channel_to_change(request.user, pk)
    try:
        actions.try_channel(channel=channel, by=request.user)
        messages.success(request, _("A message is on its way; look into the channel."))
    except Locked as refusal:
        messages.error(request, str(refusal))
    return redirect("metrics:subscription-list")


@for_roles(*OPERATORS)
@require_POST
def channel_remove(request: HttpRequest, pk: int) -> HttpResponse:
    channel = telling_access.channel_to_change(request.user, pk)
    actions.remove_channel(channel=channel, by=request.user)
    messages.success(request, _("Removed: %(name)s.") % {"name": channel.name})
    return redirect("metrics:subscription-list")

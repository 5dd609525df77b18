"""Subscriptions: asked for, changed, paused, previewed; and ended by the link in each mail."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from metrics import digest, telling_access, telling_page
from metrics.actions import subscriptions as actions
from metrics.forms.subscriptions import HabitsForm, SubscriptionForm
from productops import changelog, clock, links
from productops.doors import for_roles, link_page
from productops.forms import Stale, submitted

READERS = ("admin", "ops", "pm", "exec")
form_page = require_http_methods(["GET", "HEAD", "POST"])


@for_roles(*READERS)
@require_safe
def subscription_list(request: HttpRequest) -> HttpResponse:
    context = telling_page.subscriptions_of(request.user)
    return render(request, "metrics/subscription_list.html", context)


@for_roles(*READERS)
@form_page
def subscription_new(request: HttpRequest) -> HttpResponse:
    about = telling_access.asked_about(request.user, request.GET)
    initial = {"person": request.user.pk} | about
    form = SubscriptionForm(submitted(request), person=request.user, initial=initial)
    if form.is_valid():
        made = actions.subscribe(by=request.user, **form.asked)
        messages.success(request, _("Subscribed: %(what)s.") % {"what": made.about})
        return redirect("metrics:subscription-list")
    context = {"form": form}
    return render(request, "metrics/subscription_new.html", context, status=form.status)


@for_roles(*READERS)
@form_page
def subscription_edit(request: HttpRequest, pk: int) -> HttpResponse:
    subscription = telling_access.subscription_to_change(request.user, pk)
    form = HabitsForm(submitted(request), instance=subscription)
    if form.is_valid() and _saved(request, form):
        messages.success(request, _("Saved."))
        return redirect("metrics:subscription-list")
    context = {"subscription": subscription, "form": form}
    return render(request, "metrics/subscription_edit.html", context, status=form.status)


def _saved(request: HttpRequest, form: HabitsForm) -> bool:
    before, after = changelog.fields_changed(form)
    try:
        actions.change(subscription=form.instance, by=request.user, before=before, after=after)
    except Stale:
        form.refuse_stale()
    return not form.is_stale


@for_roles(*READERS)
@require_POST
def subscription_pause(request: HttpRequest, pk: int) -> HttpResponse:
    subscription = telling_access.subscription_to_change(request.user, pk)
    actions.pause(subscription=subscription, by=request.user)
    return redirect("metrics:subscription-list")


@for_roles(*READERS)
@require_POST
def subscription_resume(request: HttpRequest, pk: int) -> HttpResponse:
    subscription = telling_access.subscription_to_change(request.user, pk)
    actions.resume(subscription=subscription, by=request.user)
    return redirect("metrics:subscription-list")


@for_roles(*READERS)
@require_POST
def subscription_end(request: HttpRequest, pk: int) -> HttpResponse:
    subscription = telling_access.subscription_to_change(request.user, pk)
    actions.remove(subscription=subscription, by=request.user)
    messages.success(request, _("Ended: %(what)s.") % {"what": subscription.about})
    return redirect("metrics:subscription-list")


@for_roles(*READERS)
@require_safe
def subscription_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The weekly digest as it would go out now."""
    subscription = telling_access.subscription_to_change(request.user, pk)
    mail = digest.weekly(subscription, clock.today())
    context = {"subscription": subscription, "mail": mail}
    return render(request, "metrics/subscription_preview.html", context)


@link_page
@csrf_exempt  # whoever has the link may do this and nothing else; mail programs carry no cookie
@form_page
def mails_choose(request: HttpRequest, token: str) -> HttpResponse:
    """Say yes to mails, or end them. Only a POST changes anything (RFC 8058)."""
    try:
        subscription = telling_access.subscription_by_link(token)
    except links.LinkOver:
        return render(request, "metrics/mails_over.html", status=410)
    if request.method == "POST":
        verb = actions.confirm if request.POST.get("answer") == "yes" else actions.stop
        verb(subscription=subscription)
    context = telling_page.mails_of(subscription)
    return render(request, "metrics/mails_choose.html", context)

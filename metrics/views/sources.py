"""Sources: what there is, how each one does, and what may be done with it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from metrics import source_access as access
from metrics import source_page
from metrics.actions import sources as actions
from productops import trash
from productops.doors import for_roles

PER_PAGE = 50
SHOWN_SERIES = 20
for_operators = for_roles(*access.OPERATORS)


@for_operators
@require_safe
def source_list(request: HttpRequest) -> HttpResponse:
    sources = access.sources_for(request.user)
    page = Paginator(sources, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "lines": source_page.lines_of(page.object_list)}
    return render(request, "metrics/source_list.html", context)


@for_operators
@require_safe
def source_detail(request: HttpRequest, slug: str) -> HttpResponse:
    source = access.source_to_read(request.user, slug)
    runs = Paginator(access.runs_of(request.user, source), 20)
    context = context_of(request, source) | {
        "page": runs.get_page(request.GET.get("page")),
        "fed": access.fed_by(request.user, source)[:SHOWN_SERIES],
    }
    return render(request, "metrics/source_detail.html", context)


def context_of(request: HttpRequest, source) -> dict:
    """What every page of one source shows."""
    return {
        "source": source,
        "line": source_page.Line(source, timezone.now()),
        "settings": source_page.settings_of(source),
        "mapping": source_page.mapping_of(source.mapping),
        "may_set_up": access.may_set_up(request.user, source.kind),
        "hook_url": source_page.hook_url(source) if source.is_pushed else "",
        "curl": source_page.curl_of(source) if source.is_pushed else "",
    }


@for_operators
@require_safe
def source_run(request: HttpRequest, pk: int) -> HttpResponse:
    """One run: what became of its rows, and which were refused."""
    run = access.run_to_read(request.user, pk)
    return render(request, "metrics/source_run.html", {"run": run, "source": run.source})


@for_operators
@require_POST
def source_ask(request: HttpRequest, slug: str) -> HttpResponse:
    source = access.source_to_change(request.user, slug)
    actions.ask_to_run(source=source, by=request.user)
    messages.success(request, _("It is read now. Load this page again in a moment."))
    return redirect(source)


@for_operators
@require_POST
def source_pause(request: HttpRequest, slug: str) -> HttpResponse:
    source = access.source_to_change(request.user, slug)
    actions.pause_source(source=source, by=request.user)
    messages.success(request, _("“%s” pauses.") % source)
    return redirect(source)


@for_operators
@require_POST
def source_resume(request: HttpRequest, slug: str) -> HttpResponse:
    source = access.source_to_change(request.user, slug)
    actions.start_source(source=source, by=request.user)
    messages.success(request, _("“%s” is read again.") % source)
    return redirect(source)


@for_operators
@require_POST
def source_delete(request: HttpRequest, slug: str) -> HttpResponse:
    source = access.source_to_change(request.user, slug)
    actions.discard_source(source=source, by=request.user)
    trash.say_discarded(request, source)
    return redirect("metrics:source-list")


@for_operators
@require_POST
def secret_renew(request: HttpRequest, slug: str) -> HttpResponse:
    """A new secret for what is sent to us; it stands on this answer alone."""
    source = access.source_to_set_up(request.user, slug)
    if not source.is_pushed:
        return redirect(source)
    secret = actions.renew_secret(source=source, by=request.user)
    return render(request, "metrics/source_secret.html", {"source": source, "secret": secret})

"""Home, My work, search and the trace: pages built from what every app declares."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from productops.clock import today
from productops.htmx import show, wants_fragment
from productops.search import LONGEST, all_finders
from productops.search import search as found_by
from productops.steps import all_steps
from productops.trace import walk
from productops.work import count_of, tasks_of


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if not request.user.role:
        return redirect("work")
    steps = all_steps(request.user)
    following = next((step.following for step in steps if step.following), None)
    return render(request, "home.html", {"steps": steps, "following": following})


@require_safe
def work(request: HttpRequest) -> HttpResponse:
    on = today()
    return render(request, "work.html", {"tasks": tasks_of(request.user, on), "today": on})


@require_safe
def work_count(request: HttpRequest) -> HttpResponse:
    """The number beside My work, loaded after the page: it costs a query for each app."""
    if not wants_fragment(request):
        return redirect("work")
    return render(request, "_work_count.html", {"count": count_of(request.user, today())})


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    text, kind = request.GET.get("q", "")[:LONGEST], request.GET.get("type", "")
    context = {
        "text": text.strip(),
        "kind": kind,
        "kinds": [finder.kind for finder in all_finders()],
        "hits": found_by(request.user, text, kind=kind, limit=50 if kind else 8),
    }
    return show(request, "search.html", "_search_hits.html", context)


@require_safe
def trace(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    found = walk(request.user, kind, pk)
    context = {"walk": found, "start": found.nodes[found.start], "columns": found.columns()}
    return render(request, "trace.html", context)

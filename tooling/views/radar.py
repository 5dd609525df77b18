"""The tools from a distance: by ring, and by what teams use them for."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from productops.doors import for_roles
from tooling import access, actions
from tooling.forms import RadarFilter
from tooling.rows import radar as rows


@require_safe
def radar(request: HttpRequest) -> HttpResponse:
    form = RadarFilter(request.GET)
    since = form.day()
    tools = access.tools_to_choose(request.user)
    context = {
        "filters": form,
        "since": since,
        "rings": [ring.label for ring in rows.RINGS],
        "rows": rows.radar_of(request.user, tools, since),
    }
    return render(request, "tooling/radar.html", context)


@require_safe
def overlap(request: HttpRequest) -> HttpResponse:
    context = {"overlap": rows.overlap_of(request.user)}
    return render(request, "tooling/overlap.html", context)


@for_roles("admin", "ops")
@require_POST
def capabilities_load(request: HttpRequest) -> HttpResponse:
    added = actions.load_capabilities(by=request.user)
    messages.success(request, _("%s capabilities were added.") % added)
    return redirect("tooling:overlap")

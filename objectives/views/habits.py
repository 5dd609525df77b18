"""Update discipline, calibration, and following."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from objectives import access, actions, pages
from productops import clock
from productops.doors import for_roles, link_page
from productops.downloads import csv_download
from productops.links import LinkOver
from productops.navigation import EVERYBODY


@for_roles(*EVERYBODY)
@require_safe
def discipline(request: HttpRequest) -> HttpResponse:
    found = pages.on_time_page(request.user, clock.today())
    if request.GET.get("format") == "csv":
        return csv_download("on-time.csv", pages.ON_TIME_COLUMNS, pages.on_time_lines(found))
    return render(request, "objectives/discipline.html", {"found": found})


@for_roles(*EVERYBODY)
@require_safe
def calibration(request: HttpRequest) -> HttpResponse:
    """One's own; there is no address for anybody else's."""
    return render(
        request, "objectives/calibration.html", {"page": pages.calibration_page(request.user)}
    )


@for_roles(*EVERYBODY)
@require_POST
def objective_follow(request: HttpRequest, pk: int) -> HttpResponse:
    objective = access.objective_to_read(request.user, pk)
    actions.follow(objective=objective, person=request.user)
    return redirect(objective)


@for_roles(*EVERYBODY)
@require_POST
def objective_unfollow(request: HttpRequest, pk: int) -> HttpResponse:
    objective = access.objective_to_read(request.user, pk)
    actions.unfollow(objective=objective, person=request.user)
    return redirect(objective)


@link_page
@csrf_exempt  # whoever has the link may do this and nothing else; mail programs carry no cookie
@require_http_methods(["GET", "HEAD", "POST"])
def followed_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """What somebody follows, by the link in the mail about it. Only a POST ends it (RFC 8058)."""
    try:
        person = access.person_by_link(token)
    except LinkOver:
        return render(request, "objectives/task_over.html", status=410)
    if request.method == "POST":
        actions.unfollow_all(person=person)
    context = {"person": person, "followed": access.followed_by(person)}
    return render(request, "objectives/followed_by_link.html", context)

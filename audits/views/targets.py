"""Targets of single products and teams."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audits import access
from audits.actions.targets import set_level_targets
from audits.forms.targets import TargetsForm
from audits.pages import targets as pages
from productops.doors import for_roles
from productops.downloads import csv_download
from productops.forms import submitted
from productops.navigation import EVERYBODY


@for_roles(*EVERYBODY)
@require_http_methods(["GET", "HEAD", "POST"])
def framework_targets(request: HttpRequest, pk: int) -> HttpResponse:
    framework = access.framework_to_read(request.user, pk)
    version = pages.asked_version(request.user, framework)
    if version is None:
        raise Http404
    if request.GET.get("format") == "csv":
        lines = pages.target_lines(request.user, framework, version)
        return csv_download(f"{framework.slug}-targets.csv", pages.TARGET_COLUMNS, lines)
    kind = pages.kind_from(request.GET.get("kind", ""))
    subjects = list(access.subjects_with_targets(request.user, kind))
    form = TargetsForm(
        submitted(request),
        nodes=pages.nodes_with_targets(version),
        subjects=subjects,
        levels=pages.levels_of(request.user, framework, subjects),
    )
    if form.is_bound:
        access.check_may_prepare(request.user)
    if form.is_valid():
        number = set_level_targets(framework=framework, wanted=form.wanted(), by=request.user)
        messages.success(request, _("%s targets changed.") % number)
        return redirect(f"{request.path}?kind={kind}")
    context = {
        "framework": framework,
        "version": version,
        "form": form,
        "kinds": [(one.value, one.label, one.value == kind) for one in pages.TARGET_KINDS],
        "may_prepare": access.may_prepare(request.user),
    }
    return render(request, "audits/framework_targets.html", context, status=form.status)

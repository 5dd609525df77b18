"""Read and understood: by link without an account, or from My work."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from processes import access, actions, rows
from processes.forms import AskForm
from processes.models import Acknowledgement
from productops import clock
from productops.doors import link_page
from productops.downloads import csv_download
from productops.forms import submitted
from productops.links import LinkOver


@link_page
@require_http_methods(["GET", "HEAD", "POST"])
def read_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Opening the link changes nothing; the button does."""
    try:
        asked = access.acknowledgement_by_link(token)
    except LinkOver:
        return render(request, "processes/link_over.html", status=410)
    return _read(request, asked)


@require_http_methods(["GET", "HEAD", "POST"])
def revision_read(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    return _read(request, access.own_acknowledgement(request.user, pk, number))


def _read(request: HttpRequest, asked: Acknowledgement) -> HttpResponse:
    if request.method == "POST":
        asked.acknowledge()
        return redirect(request.path)
    revision = asked.revision
    context = {"asked": asked, "revision": revision, "steps": revision.steps.all()}
    return render(request, "processes/revision_read.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def acknowledgement_list(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    revision = access.revision_to_change(request.user, pk, number)
    readers = revision.acknowledgements.select_related("person")
    if request.GET.get("format") == "csv":
        return _csv(readers)
    form = AskForm(submitted(request), person=request.user)
    if form.is_valid():
        number_asked = actions.ask_to_acknowledge(
            revision=revision,
            people=form.readers(),
            due_on=form.cleaned_data["due_on"],
            by=request.user,
        )
        messages.success(request, _("%s people were asked by mail.") % number_asked)
        return redirect(request.path)
    context = {
        "revision": revision,
        "process": revision.process,
        "readers": readers,
        "counts": rows.reading_of(revision),
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "processes/acknowledgement_list.html", context, status=status)


def _csv(readers) -> HttpResponse:
    header = ["email", "name", "asked_at", "done_at"]
    lines = (
        [r.person.email, r.person.name, r.asked_at.isoformat(), r.done_at or ""] for r in readers
    )
    return csv_download("readers.csv", header, lines)


@require_POST
def acknowledgement_remind(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    revision = access.revision_to_change(request.user, pk, number)
    reminded = actions.remind(revision=revision, by=request.user, on=clock.today())
    messages.success(request, _("%s people were reminded.") % reminded)
    return redirect("processes:acknowledgement-list", pk, number)

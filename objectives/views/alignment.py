"""How objectives and key results stand to each other: saying it, and taking it back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from objectives import access
from objectives.actions.alignment import align, part
from objectives.forms.alignment import AlignForm
from objectives.models import KeyResult, Objective
from objectives.views.objectives import asked_or_sent
from objectives.views.telling import telling
from productops.doors import for_roles
from productops.forms import submitted
from productops.navigation import WRITERS


@for_roles(*WRITERS)
@asked_or_sent
def objective_align(request: HttpRequest, pk: int) -> HttpResponse:
    return _align(request, access.objective_to_change(request.user, pk))


@for_roles(*WRITERS)
@asked_or_sent
def key_result_align(request: HttpRequest, pk: int) -> HttpResponse:
    return _align(request, access.key_result_to_change(request.user, pk))


def _align(request: HttpRequest, begin: Objective | KeyResult) -> HttpResponse:
    """``?q=`` narrows what is offered, across all cycles."""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    form = AlignForm(submitted(request), person=request.user, begin=begin, words=words)
    if form.is_valid() and form.attempt(align, begin=begin, by=request.user):
        messages.success(request, _("Aligned."))
        return redirect(begin)
    context = {"form": form, "begin": begin, "words": words}
    return render(request, "objectives/alignment_new.html", context, status=form.status)


@for_roles(*WRITERS)
@require_POST
def alignment_part(request: HttpRequest, pk: int) -> HttpResponse:
    tie = access.alignment_to_part(request.user, pk)
    begin = tie.begins_in
    with telling(request):
        part(tie=tie, by=request.user)
        messages.success(request, _("No longer aligned."))
    return redirect(begin)

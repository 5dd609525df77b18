"""Check-ins: a word on one key result, on all that are due, and the correction of one."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from objectives import access, actions, drawing, pages
from objectives.forms.check_in import CheckInForm
from objectives.models import CheckIn, KeyResult
from objectives.views.objectives import asked_or_sent
from productops import clock
from productops.forms import submitted
from productops.htmx import wants_fragment

RUN = "run"  # where a check-in leads back to: the next one that is due
SHOWN = 26  # check-ins in the picture beside the form


@asked_or_sent
def check_in_new(request: HttpRequest, pk: int) -> HttpResponse:
    key_result = access.key_result_to_check_in(request.user, pk)
    on, is_run = clock.today(), RUN in (request.POST.get("then"), request.GET.get("then"))
    form = CheckInForm(
        submitted(request),
        key_result=key_result,
        initial=pages.check_in_beginning(key_result, on),
    )
    by = {"key_result": key_result, "by": request.user}
    if form.is_valid() and form.attempt(actions.check_in, **by):
        return _said(request, form.made, is_run)
    if is_run and wants_fragment(request):
        card = pages.check_in_card(key_result, on, form)
        return render(request, "objectives/_check_in_card.html", {"card": card}, status=form.status)
    context = _asking(key_result, form) | {"then": RUN if is_run else ""}
    return render(request, "objectives/check_in_new.html", context, status=form.status)


def _said(request: HttpRequest, said: CheckIn, is_run: bool) -> HttpResponse:
    """Answer what was said: by a line in place of its card, else by the page it leads back to."""
    if is_run and wants_fragment(request):
        context = {"line": pages.said_line(said, request.user), "is_fresh": True}
        context["count"] = pages.said_count(request.user, clock.today())
        return render(request, "objectives/_checked_in.html", context)
    messages.success(request, _("Checked in."))
    return redirect("objectives:check-in-run") if is_run else redirect(said.key_result)


@require_safe
def check_in_run(request: HttpRequest) -> HttpResponse:
    """All of one's own check-ins that are due, on one screen, each drafted."""
    run = pages.check_in_run(request.user, clock.today())
    return render(request, "objectives/check_in_run.html", {"run": run, "count": run.count})


@asked_or_sent
def check_in_edit(request: HttpRequest, pk: int) -> HttpResponse:
    said = access.check_in_to_change(request.user, pk)
    key_result = access.key_result_to_check_in(request.user, said.key_result_id)
    form = CheckInForm(submitted(request), key_result=key_result, row=said, initial=said.content)
    is_run = RUN in (request.POST.get("then"), request.GET.get("then"))
    if form.is_valid() and form.attempt(actions.correct_check_in, said=said, by=request.user):
        return redirect("objectives:check-in-run") if is_run else redirect(said)
    context = _asking(key_result, form) | {"said": said, "back": said.get_absolute_url()}
    context["then"] = RUN if is_run else ""
    return render(request, "objectives/check_in_edit.html", context, status=form.status)


@require_POST
def check_in_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo what was said a moment ago; its words come back into the form."""
    said = access.check_in_to_take_back(request.user, pk)
    try:
        actions.take_back(said=said, by=request.user)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("objectives:check-in-run")
    if wants_fragment(request):
        key_result = access.key_result_to_check_in(request.user, said.key_result_id)
        context = {"card": pages.check_in_again(said, key_result, clock.today())}
        context["count"] = pages.said_count(request.user, clock.today())
        return render(request, "objectives/_check_in_card.html", context)
    messages.success(request, _("Taken back."))
    return redirect("objectives:check-in-run")


def _asking(key_result: KeyResult, form: CheckInForm) -> dict:
    """What stands beside a check-in form: the number, its chart, and what was said last."""
    card = pages.check_in_card(key_result, clock.today(), form)
    said = [] if card.spark else list(key_result.history()[:SHOWN])
    return {
        "form": form,
        "key_result": key_result,
        "objective": key_result.objective,
        "back": key_result.get_absolute_url(),
        "row": card.row,
        "spark": card.spark or drawing.check_in_spark(key_result, said),
        "last": card.last,
        "last_words": card.last_words,
        "period": card.period,
        "reading": card.reading,
    }

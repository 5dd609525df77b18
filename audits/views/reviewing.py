"""A reviewer asks somebody to look at one answer again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from audits import access
from audits.actions.reviewing import ask_to_look_again, withdraw_note
from audits.forms.reviewing import ReviewNoteForm
from audits.views.refusing import telling_why
from productops.doors import for_roles
from productops.forms import submitted
from productops.navigation import WRITERS


@for_roles(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
@telling_why
def review_note_new(request: HttpRequest, pk: int) -> HttpResponse:
    answer = access.answer_to_review(request.user, pk)
    form = ReviewNoteForm(submitted(request))
    if form.is_valid():
        text = form.cleaned_data["text"]
        ask_to_look_again(answer=answer, text=text, by=request.user, now=timezone.now())
        person = answer.invitation.person
        messages.success(request, _("%s is asked to look at it again.") % person)
        return redirect(answer)
    context = {"answer": answer, "audit": answer.scope.audit, "form": form}
    return render(
        request, "audits/review_note_new.html", context, status=422 if form.errors else 200
    )


@for_roles(*WRITERS)
@require_POST
@telling_why
def review_note_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    note = access.review_note_to_withdraw(request.user, pk)
    withdraw_note(note=note, by=request.user, now=timezone.now())
    messages.success(request, _("The note is taken back."))
    return redirect(note.answer)

"""The weekly business review: opened, gone through, written in, closed and kept."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from metrics.actions import reviews as actions
from metrics.forms.reviews import NewReviewForm, ReviewForm
from metrics.reviewing import access, minutes, page
from productops import changelog, clock, htmx
from productops.doors import for_roles
from productops.forms import Stale, submitted

READERS = ("admin", "ops", "pm", "exec")
PAGE = 50
form_page = require_http_methods(["GET", "HEAD", "POST"])


@for_roles(*READERS)
@require_safe
def review_list(request: HttpRequest) -> HttpResponse:
    found = Paginator(access.reviews_for(request.user), PAGE).get_page(request.GET.get("page"))
    context = {"page": found, "may_open": request.user.changes_all}
    return render(request, "metrics/review_list.html", context)


@for_roles("admin", "ops")
@form_page
def review_new(request: HttpRequest) -> HttpResponse:
    initial = {"on": clock.today(), "chair": request.user.pk}
    form = NewReviewForm(submitted(request), person=request.user, initial=initial)
    if form.is_valid() and (review := _opened(request, form)):
        return redirect(review)
    return render(request, "metrics/review_new.html", {"form": form}, status=form.status)


def _opened(request: HttpRequest, form: NewReviewForm):
    try:
        return actions.open_review(by=request.user, **form.row_fields)
    except ValidationError as refusal:
        form.add_error("on", refusal.message_dict["on"])


@for_roles(*READERS)
@require_safe
def review_detail(request: HttpRequest, pk: int) -> HttpResponse:
    review = access.review_to_read(request.user, pk)
    context = page.context_of(request.user, review, request.GET, clock.today())
    return render(request, "metrics/review_detail.html", context)


@for_roles(*READERS)
@require_safe
def review_present(request: HttpRequest, pk: int) -> HttpResponse:
    """One block after the other, with room to write beside it."""
    review = access.review_to_read(request.user, pk)
    context = page.step_of(request.user, review, request.GET, clock.today())
    return render(request, "metrics/review_present.html", context)


@for_roles(*READERS)
@form_page
def review_edit(request: HttpRequest, pk: int) -> HttpResponse:
    review = access.review_to_hold(request.user, pk)
    form = ReviewForm(submitted(request), instance=review, person=request.user)
    if form.is_valid() and _saved(request, form):
        return redirect(review)
    context = {"review": review, "form": form}
    return render(request, "metrics/review_edit.html", context, status=form.status)


def _saved(request: HttpRequest, form: ReviewForm) -> bool:
    before, after = changelog.fields_changed(form)
    attendees = form.cleaned_data["attendees"]
    try:
        actions.change_review(
            review=form.instance, by=request.user, before=before, after=after, attendees=attendees
        )
    except actions.ReviewClosed as refusal:
        form.add_error(None, str(refusal))
    except Stale:
        form.refuse_stale()
    return not (form.errors or form.is_stale)


# Written in while it is held ---------------------------------------------------------------
@for_roles(*READERS)
@require_POST
def review_say(request: HttpRequest, pk: int) -> HttpResponse:
    review = access.review_to_hold(request.user, pk)
    form = page.say_form(request.user, review, submitted(request))
    return _written(request, review, form, actions.say, say_form=form)


@for_roles(*READERS)
@require_POST
def review_ask(request: HttpRequest, pk: int) -> HttpResponse:
    review = access.review_to_hold(request.user, pk)
    form = page.ask_form(request.user, review, submitted(request))
    return _written(request, review, form, actions.ask, ask_form=form)


def _written(request: HttpRequest, review, form, verb, **forms) -> HttpResponse:
    """Do it and answer with what stands beside the block; refused, with what was typed."""
    if form.is_valid():
        try:
            verb(review=review, by=request.user, **form.cleaned_data)
            forms = {}
        except actions.ReviewClosed as refusal:
            form.add_error(None, str(refusal))
    step = page.beside(request.user, review, request.POST, clock.today(), **forms)
    if not form.errors:
        return htmx.changed(
            request, "metrics/_review_beside.html", step, otherwise=page.step_url(review, step)
        )
    whole = page.step_of(request.user, review, {"at": step["at"]}, clock.today()) | step
    return htmx.show(
        request, "metrics/review_present.html", "metrics/_review_beside.html", whole, status=422
    )


@for_roles(*READERS)
@require_POST
def review_unsay(request: HttpRequest, pk: int, note: int) -> HttpResponse:
    review = access.review_to_hold(request.user, pk)
    found = access.note_to_remove(request.user, review, note)
    step = {"at": page.number_of(request.user, review, found.series_id, clock.today())}
    try:
        actions.unsay(note=found, by=request.user)
    except actions.ReviewClosed as refusal:
        messages.error(request, str(refusal))
    return redirect(page.step_url(review, step))


@for_roles(*READERS)
@require_POST
def review_close(request: HttpRequest, pk: int) -> HttpResponse:
    review = access.review_to_hold(request.user, pk)
    try:
        minutes.close(review=review, by=request.user, today=clock.today())
        messages.success(request, _("Closed. The minutes are on their way."))
    except (actions.ReviewClosed, Stale) as refusal:
        messages.error(request, str(refusal))
    return redirect(review)

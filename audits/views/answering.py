"""Answering by link, without an account: begin, one question a page, check, submit."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import access, actions, pages
from audits.catalogue import catalogue_for
from audits.choices import NodeKind
from audits.forms.answering import AnswerForm
from audits.forms.handing_over import HandOverForm
from audits.models import Invitation, Place, Sheet
from audits.refusals import AnswerIsStale, NotNow
from audits.views import sitting
from productops import clock
from productops.attachments import download
from productops.doors import link_page
from productops.forms import attached, submitted
from productops.htmx import lead
from productops.links import LinkOver
from productops.parsing import Unreadable

READ_OR_SEND = ("GET", "HEAD", "POST")


def answer_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page behind a personal link; a link that is over is answered with 410 and a way on."""

    @link_page
    @wraps(view)
    def page(request: HttpRequest, token: str, **kwargs) -> HttpResponse:
        try:
            return view(request, token, **kwargs)
        except LinkOver:
            return over(request, token)

    return page


def over(request: HttpRequest, token: str, *, asked: bool = False) -> HttpResponse:
    invitation = access.invitation_behind(token, timezone.now())
    context = pages.over(invitation, clock.today()) | {"token": token, "asked": asked}
    return render(request, "audits/invitation_over.html", context, status=200 if asked else 410)


@answer_page
@require_safe
def invitation_intro(request: HttpRequest, token: str) -> HttpResponse:
    """Changes nothing and uses nothing up."""
    sheet = access.sheet_by(token, timezone.now())
    context = pages.intro(sheet) | {"token": token}
    return render(request, "audits/invitation_intro.html", context)


@answer_page
@require_POST
def invitation_start(request: HttpRequest, token: str) -> HttpResponse:
    sheet = access.sheet_by(token, timezone.now())
    if not sheet.places:  # handed over: there is nothing to start
        return redirect("audits:invitation-intro", token)
    sheet.invitation.start(now=timezone.now())
    address = _address_of(token, sheet.first_open)
    return sitting.begin(redirect(address), sheet.invitation, token)


@answer_page
@require_http_methods(READ_OR_SEND)
def invitation_question(request: HttpRequest, token: str, number: int) -> HttpResponse:
    sheet = access.sheet_by(token, timezone.now())
    place = access.place_on(sheet, number)
    if not sitting.has_begun(request, sheet.invitation):
        return redirect("audits:invitation-intro", token)
    form = AnswerForm(
        submitted(request),
        attached(request),
        sheet=sheet,
        place=place,
        catalogue=catalogue_for(place),
        previous=pages.said_before(place) if _shows_former(request, place) else None,
    )
    if not form.is_bound:
        return _question(request, token, sheet, place, form)
    return _save(request, token, sheet, place, form)


def _shows_former(request: HttpRequest, place: Place) -> bool:
    """Whether what was said last time is needed: to be shown, or since its file may stay."""
    return request.method != "POST" or place.node.kind == NodeKind.FILE


def _save(
    request: HttpRequest, token: str, sheet: Sheet, place: Place, form: AnswerForm
) -> HttpResponse:
    now = timezone.now()
    if form.is_empty and (form.wants_later or not place.node.required):
        if not form.wants_later:
            try:
                sheet = actions.take_back(sheet=sheet, place=place, now=now)
            except NotNow:
                return over(request, token)
        return lead(request, _following(request, token, sheet, place, form))
    content = form.reply()
    if content is None:
        return _question(request, token, sheet, place, form, status=422)
    try:
        sheet = actions.save_answer(
            sheet=sheet, place=place, content=content, known=form.known, now=now
        )
    except AnswerIsStale as stale:
        form.meet(stale)
        return _question(request, token, sheet, place, form, status=409)
    except NotNow:  # it was closed meanwhile
        return over(request, token)
    return lead(request, _following(request, token, sheet, place, form))


def _following(
    request: HttpRequest, token: str, sheet: Sheet, place: Place, form: AnswerForm
) -> str:
    """Where Continue leads: the next question, the check at the end, or where Change came from."""
    if form.wants_later:
        return reverse("audits:invitation-intro", args=[token])
    if request.GET.get("return") == "check":
        return _address_of(token, None)
    was_asked_again = place.kept.is_asked_again
    return _address_of(token, sheet.first_open if was_asked_again else sheet.after(place))


def _address_of(token: str, place: Place | None) -> str:
    """The page of a question; after the last one, the check."""
    if place is None:
        return reverse("audits:invitation-check", args=[token])
    return reverse("audits:invitation-question", args=[token, place.number])


def _question(
    request: HttpRequest,
    token: str,
    sheet: Sheet,
    place: Place,
    form: AnswerForm,
    status: int = 200,
) -> HttpResponse:
    context = pages.question_page(sheet, place, form, timezone.now())
    context |= {"token": token, "returns": request.GET.get("return") == "check"}
    return render(request, "audits/invitation_question.html", context, status=status)


@answer_page
@require_http_methods(READ_OR_SEND)
def invitation_check(request: HttpRequest, token: str) -> HttpResponse:
    """Everything at a glance, then the button that says that it is complete."""
    sheet = access.sheet_by(token, timezone.now())
    if not sheet.places or not sitting.has_begun(request, sheet.invitation):
        return redirect("audits:invitation-intro", token)
    if request.method != "POST":
        return _check(request, token, sheet, [])
    faults = actions.faults_of(sheet)
    if faults:
        return _check(request, token, sheet, faults, status=422)
    try:
        actions.submit(sheet=sheet, now=timezone.now())
    except NotNow:
        return over(request, token)
    if sheet.invitation.audit.is_single_use:  # the link is over by now: nothing to lead to
        return _done(request, token, sheet)
    return redirect("audits:invitation-done", token)


def _check(
    request: HttpRequest, token: str, sheet: Sheet, faults: list, status: int = 200
) -> HttpResponse:
    context = pages.check_page(sheet, faults) | {"token": token}
    return render(request, "audits/invitation_check.html", context, status=status)


@answer_page
@require_safe
def invitation_done(request: HttpRequest, token: str) -> HttpResponse:
    sheet = access.sheet_by(token, timezone.now())
    if not sheet.invitation.is_submitted:
        return redirect("audits:invitation-intro", token)
    return _done(request, token, sheet)


def _done(request: HttpRequest, token: str, sheet: Sheet) -> HttpResponse:
    invitation = sheet.invitation
    context = {"invitation": invitation, "audit": invitation.audit, "token": token}
    return render(request, "audits/invitation_done.html", context)


@answer_page
@require_http_methods(READ_OR_SEND)
def invitation_hand_over(request: HttpRequest, token: str) -> HttpResponse:
    """Name somebody who can answer instead."""
    sheet = access.sheet_by(token, timezone.now())
    form = HandOverForm(submitted(request), sheet=sheet, near=pages.people_near(sheet))
    if form.is_valid() and (named := _handed_over(form, sheet)):
        said = _("%(person)s is asked now, by mail.") % {"person": named.person}
        messages.success(request, said)
        return redirect("audits:invitation-intro", token)
    context = pages.handing_over(sheet) | {"form": form, "token": token}
    status = 422 if form.errors else 200
    return render(request, "audits/invitation_hand_over.html", context, status=status)


def _handed_over(form: HandOverForm, sheet: Sheet) -> Invitation | None:
    """The invitation of whoever was named, or None where the form says why not."""
    given, by = form.cleaned_data, sheet.invitation.person
    try:
        person = form.known or actions.person_named(given["email"], given["name"], by=by)
        return actions.hand_over(
            sheet=sheet, to=person, part=form.part, reason=given["reason"], now=timezone.now()
        )
    except Unreadable as problem:
        form.add_error("email", str(problem))
    except NotNow as refusal:
        form.add_error(None, str(refusal))
    return None


@answer_page
@require_safe
def invitation_file(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """The file that somebody sent with their own answer."""
    sheet = access.sheet_by(token, timezone.now())
    place = access.place_on(sheet, number)
    if not sitting.has_begun(request, sheet.invitation):
        return redirect("audits:invitation-intro", token)
    return download(access.file_at(place))


@answer_page
@require_POST
def invitation_renew(request: HttpRequest, token: str) -> HttpResponse:
    """Mail a fresh link to the address that is on file; the page says the same in any case."""
    now = timezone.now()
    actions.renew_link(invitation=access.invitation_behind(token, now), now=now)
    return over(request, token, asked=True)

"""Phones in a workshop: join by the link or its code, vote, wait for the next question."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import actions, pages, workshop_access
from audits.forms.workshop import JoinForm, VoteForm
from audits.models import Node, Participant, Workshop
from audits.refusals import NotNow
from audits.views import attending
from productops import links, pace
from productops.doors import link_page
from productops.errors import refusal
from productops.forms import submitted
from productops.htmx import reload_page, show, wants_fragment
from productops.links import LinkOver
from productops.parsing import Unreadable

# How many may join one workshop, vote from one phone, or try codes from one address, a minute.
JOINS = {"most": 120, "seconds": 60}
VOTES = {"most": 60, "seconds": 60}
CODES = {"most": 30, "seconds": 60}
ALL_CODES = {"most": 600, "seconds": 60}  # from everywhere together, whoever has many addresses


def phone_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page behind the link of a workshop; one that is over is answered with 410."""

    @link_page
    @wraps(view)
    def page(request: HttpRequest, token: str, **kwargs) -> HttpResponse:
        try:
            return view(request, token, **kwargs)
        except LinkOver:
            return over(request, token)

    return page


def over(request: HttpRequest, token: str) -> HttpResponse:
    if wants_fragment(request):
        return reload_page()
    workshop = workshop_access.workshop_behind(token, timezone.now())
    context = {"workshop": workshop, "audit": workshop.scope.audit}
    return render(request, "audits/workshop_over.html", context, status=410)


@phone_page
@require_http_methods(["GET", "HEAD", "POST"])
def workshop_join(request: HttpRequest, token: str) -> HttpResponse:
    """What the code on the screen opens: to look changes nothing, to join is a button."""
    if len(token) == links.CODE_LENGTH:
        return _by_code(request, token)
    workshop = workshop_access.workshop_by(token, timezone.now())
    participant = _participant(request, workshop)
    if participant is not None and request.method != "POST":
        return _phone(request, token, workshop, participant)
    form = JoinForm(submitted(request), workshop=workshop)
    if form.is_valid():
        return _let_in(request, token, workshop, form.cleaned_data.get("name", ""))
    context = {"workshop": workshop, "audit": workshop.scope.audit, "form": form, "token": token}
    return render(request, "audits/workshop_join.html", context, status=422 if form.errors else 200)


def _by_code(request: HttpRequest, code: str) -> HttpResponse:
    address = request.META.get("REMOTE_ADDR", "")
    if not pace.within(f"workshop-code:{address}", **CODES) or not pace.within(
        "workshop-codes", **ALL_CODES
    ):
        return refusal(request, 429)
    link = workshop_access.link_by_code(code, timezone.now())
    return redirect("audits:workshop-join", links.token_of(link))


def _let_in(request: HttpRequest, token: str, workshop: Workshop, name: str) -> HttpResponse:
    if not pace.within(f"workshop-join:{workshop.pk}", **JOINS):
        return refusal(request, 429)
    secret = attending.secret_of(request) or attending.fresh_secret()
    mark = attending.mark_of(secret, workshop)
    try:
        actions.join(workshop=workshop, name=name, mark=mark, now=timezone.now())
    except NotNow as full:
        return refusal(request, 409, str(full))
    return attending.remember(redirect("audits:workshop-join", token), secret, token)


def _participant(request: HttpRequest, workshop: Workshop) -> Participant | None:
    mark = attending.mark_of(attending.secret_of(request), workshop)
    return workshop_access.participant_in(workshop, mark)


def _phone(
    request: HttpRequest,
    token: str,
    workshop: Workshop,
    participant: Participant,
    *,
    told: str = "",
    status: int = 200,
) -> HttpResponse:
    context = pages.phone(workshop, participant) | {"token": token, "told": told}
    return show(
        request, "audits/workshop_phone.html", "audits/_workshop_phone.html", context, status=status
    )


@phone_page
@require_safe
def workshop_now(request: HttpRequest, token: str) -> HttpResponse:
    """Where the workshop stands, asked every two seconds; nothing where nothing changed."""
    workshop = workshop_access.workshop_by(token, timezone.now())
    if request.GET.get("seen") == str(workshop.edition):
        return HttpResponse(status=204)
    participant = _participant(request, workshop)
    if participant is None:
        return redirect("audits:workshop-join", token)
    return _phone(request, token, workshop, participant)


@phone_page
@require_POST
def workshop_vote(request: HttpRequest, token: str) -> HttpResponse:
    workshop = workshop_access.workshop_by(token, timezone.now())
    participant = _participant(request, workshop)
    if participant is None:
        return redirect("audits:workshop-join", token)
    if not pace.within(f"workshop-vote:{participant.pk}", **VOTES):
        return refusal(request, 429)
    form = VoteForm(request.POST)
    try:
        _vote(form, participant, workshop)
    except Unreadable as problem:
        return _phone(request, token, workshop, participant, told=str(problem), status=422)
    except NotNow as late:
        fresh = workshop_access.workshop_by(token, timezone.now())
        return _phone(request, token, fresh, participant, told=str(late), status=409)
    if not wants_fragment(request):
        return redirect("audits:workshop-join", token)
    return _phone(request, token, workshop, participant)


def _vote(form: VoteForm, participant: Participant, workshop: Workshop) -> None:
    if not form.is_valid() or form.place not in workshop.every_place:
        raise Unreadable(_("Tap one of the answers that stand there."))
    actions.vote(
        participant=participant,
        place=form.place,
        round=form.cleaned_data["round"],
        content=form.reply(Node.objects.get(pk=form.place[0])),
        now=timezone.now(),
    )

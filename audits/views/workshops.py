"""The screen of a workshop, and what its facilitator presses."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audits import actions, pages, workshop_access
from audits.differing import divided_places, places_of
from audits.forms.agreement import AgreeForm
from audits.forms.workshop import PlaceForm, StepForm
from audits.models import Workshop
from audits.pages.qr import qr_code
from audits.refusals import NotNow
from audits.views.refusing import telling_why
from productops import links
from productops.doors import for_roles
from productops.forms import Stale
from productops.htmx import reload_page
from productops.navigation import WRITERS

ONLY_HERE = ("localhost", "127.0.0.1", "[::1]")  # hosts that no phone reaches


@for_roles(*WRITERS)
@require_POST
@telling_why
def workshop_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Start one about the differences of a scope, or about all its questions; one that runs
    already is shown instead."""
    scope = workshop_access.scope_to_facilitate(request.user, pk)
    running = scope.workshops.running().first()
    if running is not None and scope.audit.is_open:
        return redirect(running)
    places = places_of(scope) if request.POST.get("about") == "all" else divided_places(scope)
    now = timezone.now()
    return redirect(actions.start_workshop(scope=scope, places=places, by=request.user, now=now))


@for_roles(*WRITERS)
@require_safe
def workshop_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return stage(request, workshop_access.workshop_to_lead(request.user, pk))


def stage(
    request: HttpRequest,
    workshop: Workshop,
    *,
    form: AgreeForm | None = None,
    told: str = "",
    status: int = 200,
) -> HttpResponse:
    context = pages.stage(request.user, workshop, form) | {"told": told}
    if context["is_running"] and workshop.link:
        context |= _ways_in(request, workshop)
    return render(request, "audits/workshop_detail.html", context, status=status)


def _ways_in(request: HttpRequest, workshop: Workshop) -> dict:
    """The link for phones: as a picture, to type and to send."""
    way, typed = (
        reverse("audits:workshop-join", args=[word])
        for word in (links.token_of(workshop.link), links.code_of(workshop.link))
    )
    address, short = map(request.build_absolute_uri, (way, typed))
    return {
        "way": way,
        "short": short.partition("://")[2].removesuffix("/"),
        "qr": qr_code(address, _("Code for phones: leads to this workshop")),
        "is_only_here": request.get_host().rpartition(":")[0] in ONLY_HERE,
    }


@for_roles(*WRITERS)
@require_safe
def workshop_votes(request: HttpRequest, pk: int) -> HttpResponse:
    """How many have voted, asked every two seconds; nothing where nothing changed."""
    workshop = workshop_access.workshop_to_lead(request.user, pk)
    context = pages.turnout(workshop)
    seen = request.GET.get("seen", "")
    if seen == context["seen"] and workshop.is_running:
        return HttpResponse(status=204)
    if seen.partition(".")[0] != str(workshop.edition) or not workshop.is_running:
        return reload_page()
    return render(request, "audits/_workshop_votes.html", context)


# Steps --------------------------------------------------------------------------------------
def step(verb: Callable) -> Callable[..., HttpResponse]:
    """A button of the screen: who presses on an older page is shown where the workshop stands."""

    @for_roles(*WRITERS)
    @require_POST
    def pressed(request: HttpRequest, pk: int) -> HttpResponse:
        workshop = workshop_access.workshop_to_lead(request.user, pk)
        form = StepForm(request.POST)
        if not form.is_valid():
            return stage(request, workshop, told=_("This page was incomplete."), status=422)
        return _after(request, workshop, lambda: verb(request, workshop, **form.cleaned_data))

    return pressed


def _after(request: HttpRequest, workshop: Workshop, verb: Callable) -> HttpResponse:
    try:
        verb()
    except Stale:
        told = _("Somebody else led on meanwhile. This is where the workshop stands.")
        return _anew(request, workshop, told)
    except NotNow as refusal:
        return _anew(request, workshop, str(refusal))
    return redirect(workshop)


def _anew(request: HttpRequest, workshop: Workshop, told: str) -> HttpResponse:
    fresh = workshop_access.workshop_to_lead(request.user, workshop.pk)
    return stage(request, fresh, told=told, status=409)


@step
def workshop_reveal(request, workshop, edition):
    return actions.reveal(workshop=workshop, edition=edition)


@step
def workshop_again(request, workshop, edition):
    return actions.vote_again(workshop=workshop, edition=edition)


@step
def workshop_next(request, workshop, edition):
    return actions.go_on(workshop=workshop, edition=edition)


@step
def workshop_end(request, workshop, edition):
    ended = actions.end_workshop(
        workshop=workshop, edition=edition, by=request.user, now=timezone.now()
    )
    messages.success(request, _("The workshop is over. Its minutes are on their way by mail."))
    return ended


@for_roles(*WRITERS)
@require_POST
def workshop_go(request: HttpRequest, pk: int) -> HttpResponse:
    """Take up one of its questions."""
    workshop = workshop_access.workshop_to_lead(request.user, pk)
    form = PlaceForm(request.POST)
    if not form.is_valid():
        return stage(request, workshop, told=_("This page was incomplete."), status=422)
    edition = form.cleaned_data["edition"]
    return _after(
        request,
        workshop,
        lambda: actions.go_to(workshop=workshop, edition=edition, place=form.place),
    )


@for_roles(*WRITERS)
@require_POST
def workshop_agree(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what was agreed upon, and go to the next question."""
    workshop = workshop_access.workshop_to_lead(request.user, pk)
    pressed = StepForm(request.POST)
    if not pressed.is_valid() or workshop.node is None:
        return stage(request, workshop, told=_("This page was incomplete."), status=422)
    if pressed.cleaned_data["edition"] != workshop.edition:
        return _after(request, workshop, _stale)
    form = pages.agree_form(workshop, data=request.POST)
    if not form.is_valid():
        return stage(request, workshop, form=form, status=422)
    return _after(
        request,
        workshop,
        lambda: actions.agree_together(
            workshop=workshop,
            edition=pressed.cleaned_data["edition"],
            content=form.cleaned_data["answer"],
            note=form.cleaned_data["note"],
            known=form.cleaned_data["known"],
            by=request.user,
            now=timezone.now(),
        ),
    )


def _stale() -> None:
    raise Stale

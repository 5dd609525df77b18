"""Where answers differ, and what people agree upon there."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audits import access, actions, pages, workshop_access
from audits.forms.agreement import AgreeForm
from audits.models import Audit, Consensus
from audits.rungs import rungs_of
from audits.views.refusing import telling_why
from productops.doors import for_roles
from productops.forms import Stale
from productops.navigation import EVERYBODY, WRITERS
from productops.parsing import Unreadable, to_whole


@for_roles(*EVERYBODY)
@require_safe
def difference_list(request: HttpRequest, pk: int) -> HttpResponse:
    return _shown(request, access.audit_to_read(request.user, pk))


@for_roles(*WRITERS)
@require_POST
@telling_why
def difference_agree(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what was agreed upon at one place."""
    audit = access.audit_to_read(request.user, pk)
    scope = workshop_access.scope_to_facilitate(request.user, _key(request, "scope"))
    if scope.audit_id != audit.pk:
        raise Http404
    node, subject = workshop_access.place_in(scope, _key(request, "node"), _key(request, "subject"))
    agreed = Consensus.objects.filter(scope=scope, node=node, subject=subject).first()
    key = scope.pk, node.pk, subject.pk
    name = "agree-{}-{}-{}".format(*key)
    form = AgreeForm(request.POST, node=node, rungs=rungs_of(node), agreed=agreed, name=name)
    if form.is_valid():
        try:
            _agree(request, scope, node, subject, form)
        except Stale:
            form.refuse_stale()
        else:
            messages.success(request, _("Written down. It counts; what each said stays."))
            return redirect("audits:difference-list", audit.pk)
    return _shown(request, audit, (key, form))


def _agree(request, scope, node, subject, form: AgreeForm) -> Consensus:
    return actions.agree(
        scope=scope,
        node=node,
        subject=subject,
        content=form.cleaned_data["answer"],
        note=form.cleaned_data["note"],
        known=form.cleaned_data["known"],
        by=request.user,
        now=timezone.now(),
    )


def _shown(request: HttpRequest, audit: Audit, bound=None) -> HttpResponse:
    context = pages.frame(request.user, audit, "differences")
    context |= pages.differences(
        request.user,
        audit,
        scope=request.GET.get("scope", ""),
        number=request.GET.get("page", ""),
        bound=bound,
    )
    status = bound[1].status if bound else 200
    return render(request, "audits/difference_list.html", context, status=status)


def _key(request: HttpRequest, name: str) -> int:
    """The key of a row that a form names; what is none names no row."""
    try:
        return to_whole(request.POST.get(name, ""), high=2**63 - 1)
    except Unreadable:
        raise Http404 from None


@for_roles(*WRITERS)
@require_POST
@telling_why
def consensus_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    consensus = workshop_access.consensus_to_withdraw(request.user, pk)
    audit = consensus.scope.audit
    actions.withdraw_consensus(consensus=consensus, by=request.user)
    messages.success(request, _("Taken back. The answers count again."))
    return redirect("audits:difference-list", audit.pk)

"""What people decide about several objectives at once, ticked in the list."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy
from django.views.decorators.http import require_POST

from objectives import access, actions
from objectives.forms.several import IntoCycleForm, OwnerForm, UnderPillarForm
from objectives.views.objectives import asked_or_sent
from productops.doors import for_roles
from productops.forms import submitted
from productops.navigation import WRITERS


@dataclass(frozen=True)
class Deed:
    """One thing that can be done to all ticked objectives: its form, its verb and its words."""

    title: str | Promise
    save: str | Promise
    form: Any
    verb: Callable[..., int]
    done: Any
    hint: str | Promise = ""


DEEDS = {
    "owner": Deed(
        gettext_lazy("Give to another owner"),
        gettext_lazy("Assign"),
        OwnerForm,
        actions.change_objectives,
        ngettext_lazy("%(n)d objective was assigned.", "%(n)d objectives were assigned.", "n"),
    ),
    "cycle": Deed(
        gettext_lazy("Move to another cycle"),
        gettext_lazy("Move"),
        IntoCycleForm,
        actions.change_objectives,
        ngettext_lazy("%(n)d objective was moved.", "%(n)d objectives were moved.", "n"),
        gettext_lazy("They leave the cycle they are in. To go on with what is not finished and"
                     " keep a record of this cycle, carry them over instead."),
    ),
    "pillar": Deed(
        gettext_lazy("Put under a pillar"),
        gettext_lazy("Save"),
        UnderPillarForm,
        actions.change_objectives,
        ngettext_lazy("%(n)d objective was changed.", "%(n)d objectives were changed.", "n"),
    ),
    "carry": Deed(
        gettext_lazy("Carry over into another cycle"),
        gettext_lazy("Carry over"),
        IntoCycleForm,
        actions.carry_objectives_over,
        ngettext_lazy(
            "%(n)d objective was carried over, as a draft.",
            "%(n)d objectives were carried over, as drafts.",
            "n",
        ),
        gettext_lazy("Each begins there as a draft, with its key results and open actions. The"
                     " objectives here stay as they are until somebody closes them."),
    ),
}  # fmt: skip


@for_roles(*WRITERS)
@require_POST
def objective_choose(request: HttpRequest) -> HttpResponse:
    """Take the ticked objectives to the page that asks what else is needed."""
    chosen = request.POST.getlist("objective")
    if not chosen:
        messages.error(request, _("Tick at least one objective first."))
        return redirect(_back(request.POST.get("back", "")))
    deed = request.POST.get("then", "")
    if deed not in DEEDS:
        raise Http404
    access.objectives_to_change(request.user, chosen)
    query = QueryDict(mutable=True)
    query.setlist("objective", chosen)
    query["back"] = request.POST.get("back", "")
    return redirect(f"{reverse('objectives:objective-several', args=[deed])}?{query.urlencode()}")


@for_roles(*WRITERS)
@asked_or_sent
def objective_several(request: HttpRequest, what: str) -> HttpResponse:
    if (deed := DEEDS.get(what)) is None:
        raise Http404
    objectives = access.objectives_to_change(request.user, request.GET.getlist("objective"))
    back = _back(request.GET.get("back", ""))
    if not objectives:
        messages.error(request, _("Tick at least one objective first."))
        return redirect(back)
    form = deed.form(submitted(request), person=request.user)
    if form.is_valid() and form.attempt(deed.verb, objectives=objectives, by=request.user):
        messages.success(request, deed.done % {"n": form.made})
        return redirect(back)
    context = {"deed": deed, "objectives": objectives, "form": form, "back": back}
    return render(request, "objectives/objective_several.html", context, status=form.status)


def _back(query: str) -> str:
    """The list as it was filtered when they were ticked."""
    return f"{reverse('objectives:objective-list')}?{QueryDict(query).urlencode()}".rstrip("?")

"""The register and the page that readers see."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from processes import access, actions, rows
from processes.forms import NewProcessForm, ProcessFilter, ProcessForm
from processes.models import Process
from processes.template_file import ProcessText
from productops import changelog, clock, trash
from productops.doors import for_roles
from productops.forms import submitted
from productops.htmx import show
from productops.timeline import events_of

WRITERS = ("admin", "ops", "pm")
PER_PAGE = 50


@require_safe
def process_list(request: HttpRequest) -> HttpResponse:
    form = ProcessFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    found = Process.objects.visible_to(request.user).matching(asked).with_readers()
    processes = found.select_related("owner", "published").order_by("family", "title", "pk")
    if request.GET.get("format") == "csv":
        return rows.register_csv(request.user, processes)
    page = Paginator(processes, PER_PAGE).get_page(request.GET.get("page"))
    rows.describe(request.user, page.object_list, clock.today())
    context = {"filters": form, "page": page}
    return show(request, "processes/process_list.html", "processes/_process_table.html", context)


@require_safe
def process_detail(request: HttpRequest, pk: int) -> HttpResponse:
    process = access.process_to_read(request.user, pk)
    context = rows.page_of(request.user, process, clock.today())
    context["events"] = events_of(changelog.history_of(process)[:20])
    return render(request, "processes/process_detail.html", context)


@for_roles(*WRITERS)
@require_http_methods(["GET", "HEAD", "POST"])
def process_new(request: HttpRequest) -> HttpResponse:
    initial = {"title": request.GET.get("title", "")}  # whoever comes from a gap brings its words
    form = NewProcessForm(submitted(request), person=request.user, initial=initial)
    if form.is_valid():
        card = {name: form.cleaned_data[name] for name in rows.CARD}
        text = ProcessText(slug=rows.slug_of(card["title"]), **card)
        process = actions.create_process(
            text=text, owner=form.cleaned_data["owner"], by=request.user
        )
        return redirect("processes:revision-edit", process.pk, 1)
    context = {"form": form, "library": actions.library()}
    return render(request, "processes/process_new.html", context, status=form.status)


@for_roles(*WRITERS)
@require_POST
def process_copy(request: HttpRequest) -> HttpResponse:
    """Take a process over from the library, as a draft to be made one's own."""
    wanted = request.POST.get("template", "")
    text = next((text for text in actions.library() if text.slug == wanted), None)
    if text is None:
        messages.error(request, _("There is no such template."))
        return redirect("processes:process-new")
    process = actions.create_process(text=text, owner=request.user, by=request.user)
    return redirect("processes:revision-detail", process.pk, 1)


@require_http_methods(["GET", "HEAD", "POST"])
def process_edit(request: HttpRequest, pk: int) -> HttpResponse:
    process = access.process_to_change(request.user, pk)
    form = ProcessForm(submitted(request), instance=process, person=request.user)
    if form.is_valid():
        return redirect(actions.save_process(form=form, by=request.user))
    context = {"process": process, "form": form}
    return render(request, "processes/process_edit.html", context, status=form.status)


@require_POST
def process_delete(request: HttpRequest, pk: int) -> HttpResponse:
    process = access.process_to_change(request.user, pk)
    trash.discard(row=process, by=request.user)
    trash.say_discarded(request, process)
    return redirect(reverse("processes:process-list"))


@require_POST
def process_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Reviewed, no change."""
    process = access.process_to_change(request.user, pk)
    process.confirm_review(by=request.user, on=clock.today())
    messages.success(request, _("Noted: it still holds."))
    return redirect(process)

"""Which products work by which process."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from processes import access, actions, rows
from processes.forms import AdoptionForm
from processes.models import Process
from productops import clock
from productops.forms import submitted


@require_safe
def adoption_matrix(request: HttpRequest) -> HttpResponse:
    processes = Process.objects.visible_to(request.user).published()
    context = {"matrix": rows.matrix_of(request.user, processes, clock.today())}
    return render(request, "processes/adoption_matrix.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def adoption_edit(request: HttpRequest, pk: int, subject: int) -> HttpResponse:
    process = access.process_to_read(request.user, pk)
    about = access.subject_to_adopt(request.user, subject)
    said = access.adoptions_to_see(request.user).filter(process=process, subject=about)
    now = said.on(clock.today()).first()
    initial = {"state": now.state, "until_on": now.until_on, "reason": now.reason} if now else {}
    form = AdoptionForm(submitted(request), initial=initial)
    if form.is_valid():
        actions.record_adoption(
            process=process, subject=about, by=request.user, **form.cleaned_data
        )
        return redirect("processes:adoption-matrix")
    context = {"process": process, "about": about, "form": form, "history": said}
    status = 422 if form.errors else 200
    return render(request, "processes/adoption_edit.html", context, status=status)

"""What people said, for those who may read it."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audits import access, pages
from audits.forms.filters import AnswerFilters
from productops import clock
from productops.attachments import download
from productops.doors import for_roles
from productops.downloads import csv_download
from productops.htmx import show
from productops.navigation import EVERYBODY

PER_PAGE = 50


@for_roles(*EVERYBODY)
@require_safe
def answer_list(request: HttpRequest, pk: int) -> HttpResponse:
    audit = access.audit_to_read(request.user, pk)
    context = pages.frame(request.user, audit, "answers")
    if audit.is_anonymous:
        return render(request, "audits/answer_list.html", context | {"page": None})
    filters = AnswerFilters(request.GET, audit=audit, person=request.user)
    answers = filters.narrow(access.answers_for(request.user, audit)).in_order()
    if request.GET.get("format") == "csv":
        lines = map(pages.answer_line, answers)
        return csv_download(f"audit-{pk}-answers.csv", pages.ANSWER_COLUMNS, lines)
    page = Paginator(answers, PER_PAGE).get_page(request.GET.get("page"))
    agreed = pages.agreed_upon(request.user, audit, page)
    shown = pages.with_surroundings(page, audit.framework_version.target, clock.today())
    context |= {"filters": filters, "page": page, "groups": pages.by_question(shown, agreed)}
    takes_answers = audit.takes_answers_on(clock.today())
    context["reviewable"] = access.may_review(request.user, audit) if takes_answers else ()
    return show(request, "audits/answer_list.html", "audits/_answer_groups.html", context)


@for_roles(*EVERYBODY)
@require_safe
def answer_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A photo or paper that came with an answer."""
    return download(access.answer_file(request.user, pk))

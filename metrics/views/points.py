"""One point of a chart, and what people say to each other about it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from metrics import discussion, point_page
from metrics.actions import comments as actions
from metrics.actions.charts import CannotSay
from metrics.forms.comments import AnswerForm, CommentForm
from metrics.models import Comment
from metrics.point_page import PointPage
from objectives.forms.action import ActionForm
from productops import clock
from productops.forms import Stale, submitted
from productops.htmx import show, wants_fragment

form_page = require_http_methods(["GET", "HEAD", "POST"])
PAGE, TALK = "metrics/point_detail.html", "metrics/_talk.html"


@form_page
def point_detail(request: HttpRequest, pk: int, period: str) -> HttpResponse:
    """One period of a series: what stands behind its value, and the threads about it. Sending
    the form begins one."""
    point = _point(request, pk, period)
    form = CommentForm(submitted(request), readers=point.readers)
    if form.is_valid() and (said := _said(request, point, form)):
        return _talked(request, said)
    return _shown(request, point, form)


def _point(request: HttpRequest, series_pk: int, period: str) -> PointPage:
    series = discussion.series_to_discuss(request.user, series_pk)
    return point_page.point_of(request.user, series, period, today=clock.today())


def _said(request: HttpRequest, point: PointPage, form: CommentForm) -> Comment | None:
    """The thread that began; else the form says why none did."""
    try:
        return actions.say(series=point.series, period=point.period, by=request.user, **form.words)
    except CannotSay as refusal:
        form.add_error(None, str(refusal))
        return None


def _shown(request: HttpRequest, point: PointPage, form, answer=None) -> HttpResponse:
    context = point_page.context_of(request.user, point, form=form, answer=answer)
    status = (answer or form).status
    return show(request, PAGE, TALK, context, status=status)


def _talked(request: HttpRequest, comment: Comment) -> HttpResponse:
    """What has become of the talk: the fragment for htmx, else the way back to the page."""
    if not wants_fragment(request):
        return redirect(comment)
    point = _point(request, comment.series_id, comment.period.isoformat())
    return _shown(request, point, CommentForm(readers=point.readers))


@require_POST
def comment_answer(request: HttpRequest, pk: int) -> HttpResponse:
    comment = discussion.comment_to_answer(request.user, pk)
    point = _point(request, comment.series_id, comment.period.isoformat())
    form = AnswerForm(submitted(request), readers=point.readers, thread=comment.thread)
    if form.is_valid():
        given = actions.answer(comment=comment, by=request.user, **form.words)
        return _talked(request, given)
    return _shown(request, point, CommentForm(readers=point.readers), answer=form)


@form_page
def comment_edit(request: HttpRequest, pk: int) -> HttpResponse:
    comment = discussion.comment_to_edit(request.user, pk)
    readers = actions.readers_of(comment.series)
    beginning = {"text": comment.text}
    form = CommentForm(submitted(request), readers=readers, row=comment, initial=beginning)
    if form.is_valid() and _edited(comment, form):
        return redirect(comment)
    context = {"comment": comment, "series": comment.series, "form": form}
    return render(request, "metrics/comment_edit.html", context, status=form.status)


def _edited(comment: Comment, form: CommentForm) -> bool:
    """Whether the comment was edited; else the form shows what stands now."""
    try:
        actions.edit(comment=comment, **form.words)
    except Stale:
        comment.refresh_from_db()
        form.refuse_stale()
    return not form.errors


@require_POST
def comment_resolve(request: HttpRequest, pk: int) -> HttpResponse:
    comment = discussion.comment_to_answer(request.user, pk)
    actions.resolve(comment=comment, by=request.user)
    return _talked(request, comment)


@require_POST
def comment_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    comment = discussion.comment_to_answer(request.user, pk)
    actions.reopen(comment=comment, by=request.user)
    return _talked(request, comment)


@form_page
def comment_follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Turn a comment into something that one person does."""
    comment = discussion.comment_to_follow_up(request.user, pk)
    if comment.action is not None:
        return redirect(comment.action)
    beginning = {"title": comment.first_line, "owner": request.user.pk}
    form = ActionForm(submitted(request), person=request.user, initial=beginning)
    by = {"comment": comment, "by": request.user}
    if form.is_valid() and form.attempt(actions.follow_up_on, **by):
        messages.success(request, _("%(number)s is asked for.") % {"number": form.made.number})
        return redirect(comment)
    context = {"comment": comment, "series": comment.series, "form": form}
    return render(request, "metrics/comment_follow_up.html", context, status=form.status)

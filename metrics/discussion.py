"""The front door of what is said about points: whoever sees a series may speak, executives, too;
else 404, or 403 for what only the author or those who change the series may do."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from metrics import access
from metrics.models import Comment
from objectives.models import Series
from teams.models import Person


def series_to_discuss(person: Person, pk: int) -> Series:
    return get_object_or_404(access.series_for(person), pk=pk)


def comment_to_answer(person: Person, pk: int) -> Comment:
    comments = Comment.objects.visible_to(person).select_related(
        "series__kpi", "series__subject", "author", "parent", "action"
    )
    return get_object_or_404(comments, pk=pk)


def comment_to_edit(person: Person, pk: int) -> Comment:
    comment = comment_to_answer(person, pk)
    if comment.author_id != person.pk:
        raise PermissionDenied(_("Only its author may change what is said here."))
    return comment


def comment_to_follow_up(person: Person, pk: int) -> Comment:
    comment = comment_to_answer(person, pk)
    if not access.may_change(person, comment.series):
        raise PermissionDenied(_("You may answer here, but not ask for a follow-up."))
    return comment

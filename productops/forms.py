"""What every form view needs."""

from django.http import HttpRequest, QueryDict


def submitted(request: HttpRequest) -> QueryDict | None:
    """Return what a form was sent, even when that is nothing, or None if none was sent."""
    return request.POST if request.method == "POST" else None


def attached(request: HttpRequest):
    """Return the files that came with a form, or None if none was sent."""
    return request.FILES if request.method == "POST" else None

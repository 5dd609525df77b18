"""Buttons have no field to show a reason at: a refusal is told on the page they lead back to."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest


@contextmanager
def telling(request: HttpRequest) -> Iterator[None]:
    """Do what is inside; where a verb refuses, its reasons are the next page's messages."""
    try:
        yield
    except ValidationError as refused:
        for reason in refused.messages:
            messages.error(request, reason)

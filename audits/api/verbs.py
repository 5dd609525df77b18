"""What the verbs of the API share: their bodies, and what a state does not allow."""

from contextlib import contextmanager
from typing import Any

from rest_framework import serializers

from audits.refusals import NotNow
from productops.api.problems import Problem


@contextmanager
def told():
    """Answer what a state does not allow with 409."""
    try:
        yield
    except NotNow as refusal:
        raise Problem(409, str(refusal)) from refusal


def body(serializer: type[serializers.Serializer], request, context: dict) -> dict[str, Any]:
    """The clean values of a verb's body."""
    given = serializer(data=request.data, context=context)
    given.is_valid(raise_exception=True)
    return given.validated_data

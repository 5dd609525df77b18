"""Errors as RFC 9457 problem details."""

from rest_framework.views import exception_handler


def problem_details(error, context):
    return exception_handler(error, context)

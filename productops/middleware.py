"""Doors and headers of every request."""

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django_htmx.http import HttpResponseClientRedirect


class SafeRequestMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)


class SignedInMiddleware(LoginRequiredMiddleware):
    """Every page asks for a signed-in person unless marked ``login_not_required``."""

    def handle_no_permission(self, request, view_func):
        response = super().handle_no_permission(request, view_func)
        if request.htmx:
            # htmx would follow the redirect and swap the sign-in page into a fragment.
            return HttpResponseClientRedirect(response.url)
        return response

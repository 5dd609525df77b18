"""One's own tokens."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from productops import access
from productops.account import TokenForm
from productops.api.tokens import make_token, revoke_token
from productops.doors import for_roles
from productops.forms import submitted
from productops.navigation import EVERYBODY


@for_roles(*EVERYBODY)
@require_http_methods(["GET", "HEAD", "POST"])
def token_list(request: HttpRequest) -> HttpResponse:
    """The tokens and a form for one more; its secret is on the answer to the form alone."""
    form = TokenForm(submitted(request))
    secret = ""
    if form.is_valid():
        _token, secret = make_token(request.user, **form.cleaned_data)
        form = TokenForm()
    context = {"form": form, "secret": secret, "tokens": access.tokens_of(request.user)}
    status = 422 if form.errors else 200
    return render(request, "settings/tokens.html", context, status=status)


@for_roles(*EVERYBODY)
@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    token = access.token_to_revoke(request.user, pk)
    revoke_token(token, by=request.user)
    messages.success(request, _("The token is revoked and opens nothing any more."))
    return redirect("token-list")

"""Addresses of sign-in: those of allauth that are needed, none by which one could sign up."""

import logging
from functools import wraps

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as oidc
from django.http import HttpRequest
from django.urls import path, re_path
from django.utils.translation import gettext as _
from requests import RequestException

from productops import errors
from productops.doors import View, open_to_all

log = logging.getLogger(__name__)


def by_provider(view: View) -> View:
    """Let anybody in; where the identity provider does not answer, say so."""

    @wraps(view)
    def page(request: HttpRequest, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except RequestException:
            log.exception("The identity provider does not answer")
            return errors.refusal(request, 503, _("The identity provider does not answer."))

    return open_to_all(page)


urlpatterns = [
    path("login/", open_to_all(account.login), name="account_login"),
    path("logout/", open_to_all(account.logout), name="account_logout"),
    path("inactive/", open_to_all(account.account_inactive), name="account_inactive"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", open_to_all(account.password_reset), name="account_reset_password"),
    path(
        "password/reset/done/",
        open_to_all(account.password_reset_done),
        name="account_reset_password_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]{1,13})-(?P<key>[-\w]{1,80})/$",
        open_to_all(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        open_to_all(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("2fa/", mfa.index, name="mfa_index"),
    path("2fa/authenticate/", open_to_all(mfa.authenticate), name="mfa_authenticate"),
    path("2fa/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/totp/activate/", totp.activate_totp, name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "2fa/recovery-codes/generate/",
        codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/download/",
        codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path(
        "3rdparty/login/cancelled/",
        open_to_all(social.login_cancelled),
        name="socialaccount_login_cancelled",
    ),
    path(
        "3rdparty/login/error/", open_to_all(social.login_error), name="socialaccount_login_error"
    ),
    # Refused by teams.signin: it says that people are entered by an administrator.
    path("3rdparty/signup/", open_to_all(social.signup), name="socialaccount_signup"),
    path("3rdparty/", social.connections, name="socialaccount_connections"),
    path("oidc/<slug:provider_id>/login/", by_provider(oidc.login), name="openid_connect_login"),
    path(
        "oidc/<slug:provider_id>/login/callback/",
        by_provider(oidc.callback),
        name="openid_connect_callback",
    ),
]

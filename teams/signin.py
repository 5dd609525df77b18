"""Sign-in as this house wants it: people are entered by an administrator, never by themselves."""

import logging

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter

from productops.landing import landing
from productops.vault import lock, unlock
from teams.models import Person

log = logging.getLogger(__name__)


def display_name(person: Person) -> str:
    return str(person)


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request) -> bool:
        return False

    def get_login_redirect_url(self, request) -> str:
        return landing(request.user)

    def get_password_change_redirect_url(self, request) -> str:
        return landing(request.user)

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        """Send now; a mail server that is away is our trouble and tells a stranger nothing."""
        try:
            super().send_mail(template_prefix, email, context)
        except OSError:  # what smtplib raises is one
            log.exception("A mail about an account could not be sent")

    def logout(self, request) -> None:
        super().logout(request)
        # The middleware then tells the browser to forget what it kept of the pages.
        request.signed_out = True

    def _get_login_attempts_cache_key(self, request, **credentials) -> str:
        """Count failures for an account and an address together: a stranger who fails on purpose
        cannot lock out its owner; each address alone is counted as well."""
        account = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{account}:{get_client_ip(request)}"


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request, sociallogin) -> bool:
        return False


class MFAAdapter(DefaultMFAAdapter):
    """Second factors are kept encrypted."""

    def encrypt(self, text: str) -> str:
        return lock(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unlock(encrypted_text)

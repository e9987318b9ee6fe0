"""How sign-in differs from the library's defaults: nobody signs themselves up, people are invited."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from alignment.people.invitations import how_long_links_work
from alignment.people.models import User
from alignment.ui.navigation import places_for

UNKNOWN = "account/email/unknown_account"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # the library is not typed
    """Closed house: accounts are made by an operator's invitation only, and mails name the public address."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Each to the page that their day begins on."""
        places = places_for(request.user) if isinstance(request.user, User) else ()
        return places[0].path if places else "/"

    def format_email_subject(self, subject: str) -> str:
        return subject

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nothing to an address nobody here has: the page would be a way to send mail to strangers."""
        if template_prefix != UNKNOWN:
            super().send_mail(template_prefix, email, context)

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """Nothing for who was only named in an import: an address in a file opens no door."""
        if user.may_sign_in:
            self.send_mail("account/email/password_reset_key", email, {**context, "how_long": how_long_links_work()})

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link of the mail, at the public address rather than at the one the request came by."""
        uidb36, _, token = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uidb36, "key": token})
        return settings.PUBLIC_URL.rstrip("/") + path

"""How sign-in differs from the library's defaults: nobody signs themselves up, people are invited."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Closed house: accounts are made by an operator's invitation only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

"""How other systems and our own pages' scripts prove who they are to the API, and what their scope lets them do."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from knox.auth import TokenAuthentication
from knox.crypto import hash_token
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from alignment.clock import now
from alignment.people.key_holders import key_of
from alignment.people.models import ApiKey, Scope, User
from alignment.people.selectors import may_write

if TYPE_CHECKING:  # the settings name this module, and views read the settings
    from rest_framework.views import APIView

LAST_USED_GRAIN = timedelta(minutes=10)


class ApiKeyAuthentication(TokenAuthentication):  # type: ignore[misc]
    """`Authorization: Bearer KEY`. Keys are kept as a hash, by which one is found together with its person in one query."""

    def authenticate_header(self, _request: Request) -> str:
        return "Bearer"

    def authenticate_credentials(self, token: bytes) -> tuple[User, ApiKey]:
        if not token.isalnum():
            raise AuthenticationFailed("This is not a key.")
        key = key_of(hash_token(token.decode()))
        moment = now()
        if key is None or (key.expiry is not None and key.expiry < moment):
            raise AuthenticationFailed("This key is not known, or no longer.")
        if not key.user.is_active:
            raise AuthenticationFailed("Whoever this key belongs to may no longer sign in.")
        if key.last_used_at is None or key.last_used_at < moment - LAST_USED_GRAIN:
            _note_use(key, moment)
        return key.user, key


def _note_use(key: ApiKey, moment: datetime) -> None:
    """Once in a while, so that reading writes hardly ever; of many requests at once the first does."""
    seldom = Q(last_used_at=None) | Q(last_used_at__lt=moment - LAST_USED_GRAIN)
    ApiKey.objects.filter(seldom, pk=key.pk).update(last_used_at=moment)


class BrowserSession(SessionAuthentication):
    """The session of a signed-in person, with CSRF protection."""


class ScopePermission(BasePermission):
    """Reading asks for a signed-in person; writing for a person who may write, and a key with the write scope.

    What concerns the caller alone (`about_oneself`) is written by everybody.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not request.user.is_authenticated:
            return False
        if request.method in SAFE_METHODS:
            return True
        key = request.auth
        may = getattr(view, "about_oneself", False) or may_write(request.user)
        return may and (not isinstance(key, ApiKey) or key.scope == Scope.WRITE)


def create_api_key(user: User, *, scope: str, name: str = "") -> str:
    """A new key for `user`; what is returned is shown once and kept only as a hash."""
    _instance, key = ApiKey.objects.create(user=user, expiry=None, scope=scope, name=name)
    return str(key)

"""After each answer: how much of the database's history can it have shown to whom? The router asks for that before the next."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject

from alignment.replica import positions, state


class SeenPositions:
    """Reads and writes alike: who saw a change on a lead's page must find it in the report. Not there without a replica."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        if not state.is_there():
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        person = _person(request)
        if person is None:
            return response
        if response.streaming:  # what is still to be written may show more than there is by now
            response._resource_closers.append(lambda: _remember(person, None))  # type: ignore[attr-defined]
        _remember(person, getattr(request, "figures_seen", None))
        if getattr(request, "figures_behind", None) is not None:
            response["Figures-Behind-Seconds"] = request.figures_behind  # type: ignore[attr-defined]
        return response


def _person(request: HttpRequest) -> int | None:
    """Who is signed in, if the answer asked for that at all."""
    given: object = request.user
    user = getattr(request, "_cached_user", None) if isinstance(given, SimpleLazyObject) else given
    return user.pk if isinstance(user, AbstractBaseUser) else None


def _remember(person: int, position: int | None) -> None:
    """`position` of the replica, or None for the primary's. What cannot be kept is outwaited: by then every usable replica has it."""
    if position is None:
        position, _now = state.primary_position()
    if not positions.remember(person, position):
        state.rest(state.TOO_FAR_SECONDS)

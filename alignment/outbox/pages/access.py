"""Who may open a page about notices? Everybody who is signed in, and there are only one's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache

from alignment.outbox.models import Notice
from alignment.outbox.selectors import notices_of

if TYPE_CHECKING:
    from alignment.people.models import User

P = ParamSpec("P")


class Signed(HttpRequest):
    """A request of somebody who is signed in."""

    user: User


def signed_in(
    view: Callable[Concatenate[Signed, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Strangers are sent to sign in and come back here after."""
    return never_cache(login_required(view))  # type: ignore[return-value]


def own_notice(request: Signed, notice_id: int) -> Notice:
    """The notice, or 404 where it is somebody else's or there is none."""
    return get_object_or_404(notices_of(request.user.pk), pk=notice_id)

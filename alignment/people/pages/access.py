"""Who may open a page about people? Everybody signed in, or operators only; the view is handed the person."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

from alignment.people.models import User

P = ParamSpec("P")
PersonView = Callable[Concatenate[HttpRequest, User, P], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def signed_in(view: PersonView[P]) -> View[P]:
    """Strangers are sent to sign in and come back here after."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        person = request.user
        if not isinstance(person, User):
            return redirect_to_login(request.get_full_path())
        return view(request, person, *args, **kwargs)

    return guarded


def operators_only(view: PersonView[P]) -> View[P]:
    """Everybody else reads that their role does not include this, whether or not there is such a thing."""

    @signed_in
    @wraps(view)
    def guarded(request: HttpRequest, person: User, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not person.is_operator:
            raise PermissionDenied
        return view(request, person, *args, **kwargs)

    return guarded

"""Which database answers a page of figures: the replica where it may, else the primary.

`from_replica` wraps a view in the list of addresses, or a method of the API. For as long as the view runs, the replica stands in the place
of the default connection, for Django's queries and for SQL of our own alike (Django's own routers are asked by the former only): so one
page never mixes two states. The replica is left out if it has not replayed all that this person has seen, if it does not answer or lags,
and for files, which are written after the view has returned. What it cannot do (it takes no writes and no temporary tables) or stops
doing half-way is asked of the primary once more: a view that shows may run twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.db import InternalError, OperationalError, connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from rest_framework.request import Request

from alignment.replica import positions, state

log = logging.getLogger(__name__)

P = ParamSpec("P")
Asked = TypeVar("Asked", HttpRequest, Request)
Answer = TypeVar("Answer", bound=HttpResponseBase)


def from_replica(
    view: Callable[Concatenate[Asked, P], Answer],
) -> Callable[Concatenate[Asked, P], Answer]:
    """The view, answered by the replica where that shows nobody anything older than what they have seen."""
    if not state.is_there():
        return view

    @wraps(view)
    def answered(request: Asked, /, *args: P.args, **kwargs: P.kwargs) -> Answer:
        plain: HttpRequest = getattr(request, "_request", request)  # the API's wraps Django's
        found = _usable_for(plain)
        if found is None:
            return view(request, *args, **kwargs)
        plain.figures_behind = round(found.behind_seconds)  # type: ignore[attr-defined]
        try:
            with reading_reports():
                answer = view(request, *args, **kwargs)
                plain.figures_seen = state.replayed()  # type: ignore[attr-defined]
        except (OperationalError, InternalError) as error:
            log.warning("%s is asked of the primary, since the replica did not answer it: %s", plain.path, error)
            connections[state.REPLICA].close()
            plain.figures_behind = None  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)
        return answer

    return answered


@contextmanager
def reading_reports() -> Iterator[None]:
    """Inside, this thread's default connection is the replica's."""
    primary = connections["default"]
    connections["default"] = connections[state.REPLICA]
    try:
        yield
    finally:
        connections["default"] = primary


def is_reading_reports() -> bool:
    """Whether this thread's default connection is the replica's: nothing can be written by it."""
    return connections["default"].alias == state.REPLICA


def _usable_for(request: HttpRequest) -> state.State | None:
    """Where the replica is, if this request may be answered by it."""
    if request.method not in ("GET", "HEAD") or "format" in request.GET or not request.user.is_authenticated:
        return None
    if connections["default"].in_atomic_block:
        return None
    seen = positions.last_seen(request.user.pk)
    if seen is None:
        return None
    found = state.look()
    return None if found.trouble or found.position < seen else found

"""What was asked already while one page is made? A page that only shows asks each such thing of the database once.

The memory is opened by `RememberingMiddleware` for requests that change nothing, and ends with them; everywhere else (tasks,
commands, forms that are sent) there is none, and every question is asked anew. Used by the readers of what hardly ever changes and
is asked by everything: the company's settings, the version of an agreement in force.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Protocol, TypeVar, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase

Answer = TypeVar("Answer")
_MEMORY: ContextVar[dict[Hashable, object] | None] = ContextVar("what this request has asked", default=None)


class Lasting(Protocol):
    """Something that is so in [since, until); until None: still."""

    @property
    def since(self) -> datetime: ...

    @property
    def until(self) -> datetime | None: ...


Held = TypeVar("Held", bound=Lasting)


@contextmanager
def remembering() -> Iterator[None]:
    """What is asked inside is asked once; one inside another shares the outer one's memory."""
    if _MEMORY.get() is not None:
        yield
        return
    token = _MEMORY.set({})
    try:
        yield
    finally:
        _MEMORY.reset(token)


def once(about: Hashable, ask: Callable[[], Answer]) -> Answer:
    """The answer to `about`, asked of the database only where nobody has before."""
    memory = _MEMORY.get()
    if memory is None:
        return ask()
    if about not in memory:
        memory[about] = ask()
    return cast("Answer", memory[about])


def once_at(about: Hashable, at: datetime, ask: Callable[[], Held | None]) -> Held | None:
    """The same of what holds for a while: an answer serves for every instant at which it holds. That there is none is asked again."""
    memory = _MEMORY.get()
    if memory is None:
        return ask()
    held = cast("list[Held]", memory.setdefault(about, []))
    for one in held:
        if one.since <= at and (one.until is None or at < one.until):
            return one
    found = ask()
    if found is not None:
        held.append(found)
    return found


class RememberingMiddleware:
    """Opens the memory for requests that only read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with remembering():
            return self.get_response(request)

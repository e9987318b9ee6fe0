"""How is a report's query that answers several metrics asked only once? What one evaluation has read is remembered until it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

from alignment.people.selectors import Somebody
from kpis.reports.params import ReportParams

Answer = TypeVar("Answer")
_READ: ContextVar[dict[object, object] | None] = ContextVar("read in this evaluation", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """What is read inside by `once` is read once; one inside another shares what the outer one has read."""
    if _READ.get() is not None:
        yield
        return
    token = _READ.set({})
    try:
        yield
    finally:
        _READ.reset(token)


def once(
    read: Callable[[ReportParams, Somebody | None], Answer], params: ReportParams, user: Somebody | None
) -> Answer:
    """What `read` says, asked anew only where nobody has within this evaluation."""
    told = _READ.get()
    if told is None:
        return read(params, user)
    key = (read, params, None if user is None else user.pk)
    if key not in told:
        told[key] = read(params, user)
    return told[key]  # type: ignore[return-value]

"""How is a report's query that answers several metrics asked only once? What one evaluation has read is remembered until it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from alignment.people.selectors import Somebody
from kpis.reports.params import ReportParams

Answer = TypeVar("Answer")
By = tuple[str, ...]
Reads = Mapping[object, Callable[[ReportParams, Somebody | None], Mapping[By, Any]]]


@dataclass(frozen=True)
class EveryCut:
    """Cuts by each of which the same will be asked, and by what reads the one that answers for all of them at once: given the question
    with all cuts, the answer by each of them and by none.
    """

    cuts: By
    reads: Reads


_EVERY: ContextVar[EveryCut | None] = ContextVar("cuts that will be asked for", default=None)
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


@contextmanager
def reading_every_cut(every: EveryCut) -> Iterator[None]:
    """What is read inside by `once` is read for all cuts together, where it can be."""
    token = _EVERY.set(every)
    try:
        yield
    finally:
        _EVERY.reset(token)


def once(
    read: Callable[[ReportParams, Somebody | None], Answer], params: ReportParams, user: Somebody | None
) -> Answer:
    """What `read` says, asked anew only where nobody has within this evaluation."""
    told = _READ.get()
    if told is None:
        return read(params, user)
    whose = None if user is None else user.pk
    key = (read, params, whose)
    if key not in told:
        every = _EVERY.get()
        if every is not None and read in every.reads and len(params.by) <= 1 and {*params.by} <= {*every.cuts}:
            for by, answer in every.reads[read](replace(params, by=every.cuts), user).items():
                told[read, replace(params, by=by), whose] = answer
        else:
            told[key] = read(params, user)
    return told[key]  # type: ignore[return-value]

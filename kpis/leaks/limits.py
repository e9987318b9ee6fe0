"""How long may each kind take before it is a leak? The limits as terms that both sides sign, from the kinds' declarations.

A kind that declares a limit is in the document under its key; nothing else has to know it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, cast

from pydantic import BeforeValidator, Field, create_model
from pydantic_core import PydanticCustomError

from alignment.agreements.kinds import Terms
from kpis.leaks.kinds import KINDS, LeakKind

KIND = "limits"
LONGEST_DAYS = 36_500
MOST_TIMES = 100


def _judged(days: object) -> object:
    if isinstance(days, bool) or not isinstance(days, int | float) or not 0 <= days <= LONGEST_DAYS:
        raise PydanticCustomError("invalid_days", "a number of days from 0 to 36500 is needed")
    return days


def _counted(times: object) -> object:
    if isinstance(times, bool) or not isinstance(times, int) or not 1 <= times <= MOST_TIMES:
        raise PydanticCustomError("invalid_number", "a whole number from 1 to 100 is needed")
    return times


Days = Annotated[int | float, BeforeValidator(_judged)]


class Limit(Terms):
    """What is agreed of one kind, in days of 24 hours; with `business`, of 24 hours of working time."""

    limit_days: Days
    business: Annotated[
        bool,
        Field(title="Working time only", description="A day is 24 hours of working time, by the calendars in force."),
    ] = False


class QuietLimit(Limit):
    """The same of a kind that asks for quiet besides: nothing done for so long."""

    quiet_days: Days


class TimesLimit(Terms):
    """How often something happens before it is a leak."""

    times: Annotated[int, BeforeValidator(_counted)]


WITH_LIMIT = tuple(kind for kind in KINDS if kind.is_agreed)
"""The kinds of leak of which something is agreed, in their order."""


def declared(kind: LeakKind) -> Limit | TimesLimit:
    """What a kind says of itself: what holds of it where an older document does not know it."""
    if kind.times is not None:
        return TimesLimit(times=kind.times)
    limit = _days(kind.limit)
    return Limit(limit_days=limit) if kind.quiet is None else QuietLimit(limit_days=limit, quiet_days=_days(kind.quiet))


def _days(span: timedelta | None) -> int | float:
    days = (span or timedelta()) / timedelta(days=1)
    return int(days) if days == int(days) else days


if TYPE_CHECKING:

    class LimitsTerms(Terms):
        """One field a kind."""
else:
    LimitsTerms = create_model(
        "LimitsTerms", __base__=Terms, **{kind.key: (type(declared(kind)), declared(kind)) for kind in WITH_LIMIT}
    )


def limit_of(terms: LimitsTerms, kind: LeakKind) -> Limit | TimesLimit:
    """What the terms say of one kind."""
    return cast("Limit | TimesLimit", getattr(terms, kind.key))


def quiet_of(limit: Limit) -> int | float | None:
    """For how many days nothing was done, where the kind asks for it."""
    return limit.quiet_days if isinstance(limit, QuietLimit) else None


@lru_cache(maxsize=256)
def spans_of(terms: LimitsTerms) -> Mapping[str, timedelta | int]:
    """`KEY_limit`, `KEY_quiet`, `KEY_business` and `KEY_times` of the kinds that have one: values for the statements."""
    values: dict[str, timedelta | int] = {}
    for kind in WITH_LIMIT:
        limit = limit_of(terms, kind)
        if isinstance(limit, TimesLimit):
            values[f"{kind.key}_times"] = limit.times
            continue
        values[f"{kind.key}_limit"] = timedelta(days=limit.limit_days)
        values[f"{kind.key}_business"] = limit.business
        quiet = quiet_of(limit)
        if quiet is not None:
            values[f"{kind.key}_quiet"] = timedelta(days=quiet)
    return values

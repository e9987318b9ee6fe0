"""The limits as a kind of agreement: how long each kind of leak may take before it is one."""

from __future__ import annotations

from collections.abc import Sequence

from alignment.agreements.kinds import Kind, Scope, only_key, register
from alignment.ui.words import count
from kpis.leaks.limits import KIND, WITH_LIMIT, LimitsTerms, TimesLimit, limit_of, quiet_of
from leads.lifecycle.waiting import touch_all
from leads.models import Lead


def sentences(terms: LimitsTerms) -> Sequence[str]:
    """One sentence a kind that has a limit."""
    said = []
    for kind in WITH_LIMIT:
        limit = limit_of(terms, kind)
        if isinstance(limit, TimesLimit):
            said.append(
                f"A lead counts as {kind.title} after {moves(limit.times)} between the sides without getting further."
            )
            continue
        quiet = quiet_of(limit)
        once = "" if quiet is None else f", once nothing was done for {days(quiet)}"
        own = " A stage with an age of its own goes by that." if kind.key == "stalled" else ""
        said.append(f"A lead counts as {kind.title} after {days(limit.limit_days)}{once}.{own}")
    return said


def difference(before: LimitsTerms, after: LimitsTerms) -> Sequence[str]:
    """`Stalled: limit 30 days → 10 days.`"""
    said = []
    for kind in WITH_LIMIT:
        old, new, title = limit_of(before, kind), limit_of(after, kind), kind.title.capitalize()
        if isinstance(old, TimesLimit) or isinstance(new, TimesLimit):
            if old != new and isinstance(old, TimesLimit) and isinstance(new, TimesLimit):
                said.append(f"{title}: {moves(old.times)} → {moves(new.times)}.")
            continue
        if old.limit_days != new.limit_days:
            said.append(f"{title}: limit {days(old.limit_days)} → {days(new.limit_days)}.")
        was, is_now = quiet_of(old), quiet_of(new)
        if was is not None and is_now is not None and was != is_now:
            said.append(f"{title}: quiet time {days(was)} → {days(is_now)}.")
    return said


def days(number: float) -> str:
    """`30 days`, or hours where it is less than two days and not whole."""
    if number < 2 and number != int(number):
        return f"{number * 24:g} hour{'' if number * 24 == 1 else 's'}"
    return "1 day" if number == 1 else f"{number:g} days"


def moves(number: int) -> str:
    """`3 moves`."""
    return f"{number} move{'' if number == 1 else 's'}"


def sealed(_version_id: int, _terms: LimitsTerms, _scope: Scope) -> None:
    """Every lead waits for recomputing from now on: what is kept of a leak says when it will open, by the limits of then."""
    touch_all()


def follows(_terms: LimitsTerms, _scope: Scope) -> Sequence[str]:
    """What taking effect sets going."""
    return [
        f"The leaks of {count(Lead.objects.counted().count())} leads are computed anew; what leaked before stays as it was."
    ]


LIMITS = Kind(
    key=KIND,
    title="Limits",
    sentence="How long each kind of leak may take before it is one.",
    terms=LimitsTerms,
    sentences=sentences,
    difference=difference,
    title_of=lambda _key: "Limits",
    key_error=only_key,
    starting=lambda _key: LimitsTerms(),
    sealed=sealed,
    follows=follows,
)


def install() -> None:
    """Let the limits be agreed upon."""
    register(LIMITS)

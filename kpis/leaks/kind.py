"""The limits as a kind of agreement: how long each kind of leak may take before it is one."""

from __future__ import annotations

from collections.abc import Sequence

from alignment.agreements.kinds import Kind, Scope, only_key, register
from alignment.ui.words import count
from kpis.leaks.limits import KIND, WITH_LIMIT, LimitsTerms, TimesLimit, limit_of, quiet_of
from kpis.leaks.regimes import regimes
from leads.calendars.laying_out import when_sealed
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
        once = "" if quiet is None else f", once nothing was done for {in_words(quiet, business=limit.business)}"
        own = " A stage with an age of its own goes by that." if kind.key == "stalled" else ""
        said.append(
            f"A lead counts as {kind.title} after {in_words(limit.limit_days, business=limit.business)}{once}.{own}"
        )
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
        for name, was, is_now in (
            ("limit", old.limit_days, new.limit_days),
            ("quiet time", quiet_of(old), quiet_of(new)),
        ):
            if was is not None and is_now is not None and (was, old.business) != (is_now, new.business):
                words = in_words(was, business=old.business), in_words(is_now, business=new.business)
                said.append(f"{title}: {name} {words[0]} → {words[1]}.")
    return said


def days(number: float) -> str:
    """`30 days`, or hours where it is less than two days and not whole."""
    if number < 2 and number != int(number):
        return f"{number * 24:g} hour{'' if number * 24 == 1 else 's'}"
    return "1 day" if number == 1 else f"{number:g} days"


def in_words(number: float, *, business: bool) -> str:
    """`30 days`; working time in hours, since nobody works for a day on end: `16 hours of working time`."""
    if not business:
        return days(number)
    hours = round(number * 24, 6)
    return f"{hours:g} hour{'' if hours == 1 else 's'} of working time"


def moves(number: int) -> str:
    """`3 moves`."""
    return f"{number} move{'' if number == 1 else 's'}"


def sealed(_version_id: int, _terms: LimitsTerms, _scope: Scope) -> None:
    """Every lead waits for recomputing from now on: what is kept of a leak says when it will open, by the limits of then."""
    touch_all()


def working_time_sealed() -> None:
    """Where limits count working time, another calendar moves what they judge."""
    if any(value is True for regime in regimes() for value in regime.limits.values()):
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
    when_sealed.append(working_time_sealed)

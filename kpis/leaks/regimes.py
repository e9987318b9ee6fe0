"""By which limits and which funnel is a leak judged at an instant? Time cut into regimes within which neither changes.

One regime is the normal case. Regimes to come count too: a leak that is kept says when it will open if nothing happens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alignment.agreements.in_force import InForce, periods_of
from alignment.agreements.kinds import ONLY_KEY
from kpis.leaks.limits import KIND, LimitsTerms, spans_of
from leads.funnel.stage_sets import FunnelPeriod, StageSet, funnel_periods

NO_LIMITS = LimitsTerms()
"""Where none are in force: what the kinds declare."""


@dataclass(frozen=True)
class Regime:
    """[since, until) with the stages and limits of that time; `since` is None for the beginning, `until` where no end is settled.

    `limits` has `KEY_limit`, `KEY_quiet`, `KEY_business` and `KEY_times` of the kinds that have one.
    """

    since: datetime | None
    until: datetime | None
    stages: StageSet
    limits: Mapping[str, timedelta | int]


def regimes() -> tuple[Regime, ...]:
    """Every regime there was, is or will be, in order of time. Between two there is a gap where no funnel is in force."""
    funnels, agreed = funnel_periods(), periods_of(KIND, ONLY_KEY)
    moments = [moment for funnel in funnels for moment in (funnel.since, funnel.until)]
    moments += [moment for limits in agreed for moment in (limits.since, limits.until)]
    borders = sorted({moment for moment in moments if moment is not None})
    found: list[Regime] = []
    for since, until in zip(borders, [*borders[1:], None], strict=True):
        stages = _stages(funnels, since)
        if stages is None:
            continue
        limits = spans_of(_limits(agreed, since))
        goes_on = bool(found) and found[-1].until == since
        if goes_on and found[-1].limits == limits and count_alike(found[-1].stages, stages):
            found[-1] = Regime(found[-1].since, until, stages, limits)
        else:
            found.append(Regime(since if found else None, until, stages, limits))
    return tuple(found)


def _stages(funnels: list[FunnelPeriod], at: datetime) -> StageSet | None:
    return next((p.stages for p in funnels if p.since <= at and (p.until is None or at < p.until)), None)


def _limits(agreed: list[InForce], at: datetime) -> LimitsTerms:
    found = next((p for p in agreed if p.since <= at and (p.until is None or at < p.until)), None)
    return found.says(LimitsTerms) if found else NO_LIMITS


def by_stage_set(found: Sequence[Regime]) -> list[list[Regime]]:
    """The regimes whose stage sets count alike together, in order of time within each: they read a log the same way."""
    groups: dict[frozenset[tuple[object, ...]], list[Regime]] = {}
    for regime in found:
        groups.setdefault(_counting(regime.stages), []).append(regime)
    return list(groups.values())


def spells(group: Sequence[Regime]) -> list[tuple[datetime | None, datetime | None]]:
    """[since, until) of every time in which one of these regimes is in force, those that follow each other as one."""
    found: list[tuple[datetime | None, datetime | None]] = []
    for regime in group:
        if found and found[-1][1] == regime.since:
            found[-1] = (found[-1][0], regime.until)
        else:
            found.append((regime.since, regime.until))
    return found


def count_alike(one: StageSet, other: StageSet) -> bool:
    """Whether two stage sets make the same stays and leaks of every log: titles do not matter."""
    return one is other or _counting(one) == _counting(other)


def _counting(stages: StageSet) -> frozenset[tuple[object, ...]]:
    return frozenset(
        (t.key, t.position, t.category, t.side, t.requires_owner, t.counts_as, t.age, t.quiet) for t in stages.terms
    )

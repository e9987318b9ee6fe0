"""What would a definition have done with the past? Computed a second time, lead by lead, from the definition of the figures.

A lead qualifies for the first time at the earliest instant at which it met the criteria, before the end of the span and before it
was won. H is the 90th percentile of the time to win over the leads won by the end. Precision: of those who qualified in the span
and at least H before its end, won within H. Recall: of those won in the span within H, already qualified before winning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from leads.definitions.terms import LeadDefinition
from tests.oracles import definitions as language
from tests.oracles.definition_facts import Facts
from tests.oracles.percentiles import percentile_seconds

INSTANT = timedelta(microseconds=1)
NINE_TENTHS = Fraction(9, 10)


@dataclass(frozen=True)
class Life:
    """A lead with what became of it: when it reached the first stage, one of sales, and won; whether it is lost by now."""

    name: str
    facts: Facts
    began: datetime | None = None
    worked: datetime | None = None
    won: datetime | None = None
    lost: bool = False


@dataclass(frozen=True)
class Share:
    n: int
    k: int


@dataclass(frozen=True)
class Evidence:
    """Names of the leads in each list, and the figures."""

    wait: int | None
    lists: Mapping[str, frozenset[str]]
    moments: Mapping[str, datetime]
    weeks: Mapping[str, int]
    precision: Share
    worked: Share
    recall: Share


def first_qualified(definition: LeadDefinition, life: Life, end: datetime) -> datetime | None:
    """The earliest instant before `end` at which it met the criteria; None where there was none before it was won."""
    created = life.facts.lead.created_at
    at = language.first_moment(definition, life.facts, created, end - INSTANT, language.BACKTEST)
    return None if at is None or (life.won is not None and life.won <= at) else at


def backtest(
    definition: LeadDefinition,
    against: LeadDefinition | None,
    lives: list[Life],
    start: datetime,
    end: datetime,
    zone: ZoneInfo,
) -> Evidence:
    """All of it, for one definition and the one in force."""
    this = {life.name: first_qualified(definition, life, end) for life in lives}
    other = {life.name: first_qualified(against, life, end) if against else None for life in lives}
    wait = percentile_seconds(
        (life.won - life.began for life in lives if life.won and life.began and life.won <= end), NINE_TENTHS
    )
    ours = {life.name for life in lives if _at_or_after(this[life.name], start)}
    theirs = {life.name for life in lives if _at_or_after(other[life.name], start)}
    by_name = {life.name: life for life in lives}
    judged, in_time, idle, won, found = set(), set(), set(), set(), set()
    if wait is not None:
        within = timedelta(seconds=wait)
        for name in ours:
            at, life = this[name], by_name[name]
            assert at is not None
            if at + within <= end:
                judged.add(name)
                if life.won is not None and life.won - at <= within:
                    in_time.add(name)
                elif life.worked is None or life.worked > end:
                    idle.add(name)
        for life in lives:
            if life.won and life.began and start <= life.won < end and life.won - life.began <= within:
                won.add(life.name)
                at = this[life.name]
                if at is not None and at < life.won:
                    found.add(life.name)
    lists = {
        "qualified": ours, "qualified_in_force": theirs,
        "gained": {name for name in ours if other[name] is None}, "dropped": {name for name in theirs if this[name] is None},
        "both": ours & theirs, "judged": judged, "judged_won": in_time, "judged_never_worked": idle,
        "won": won, "won_found": found, "won_not_found": won - found,
        "missed": {name for name in theirs if this[name] is None and by_name[name].won},
        "kept_out": {name for name in theirs if this[name] is None and not by_name[name].won and by_name[name].lost},
    }  # fmt: skip
    mondays = Counter(f"{at.astimezone(zone).date():%G-W%V}" for name, at in this.items() if name in ours and at)
    return Evidence(
        wait,
        {key: frozenset(names) for key, names in lists.items()},
        {name: at for name, at in this.items() if name in ours and at is not None},
        mondays,
        Share(len(judged), len(in_time)),
        Share(len(judged - idle), len(in_time)),
        Share(len(won), len(found)),
    )


def _at_or_after(at: datetime | None, start: datetime) -> bool:
    return at is not None and at >= start

"""What is at risk while a lead leaks? The chance that it would have been won, times what it would have brought.

P = (w + 20 p) / (n + 20): n leads reached this stage with this source in the 24 months before and are mature for a year,
w of them won within it; p = (W + ½) / (N + 1), the same over all sources. The amount is that of the latest open deal, else
the median of what was won in the segment (of five deals at least), else of all that was won. While nothing was won, nothing is
known: neither the chance nor the amount.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property, partial
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from alignment.people.selectors import Somebody, reporting_currency, reporting_zone
from alignment.refusals import Refused
from alignment.timezones import instant
from kpis.leaks.queries.amounts import Amount, Kindred, Money, WonDeal, read_alike, read_standing, read_won
from kpis.leaks.queries.odds import Odds, read_odds
from kpis.money.amounts import in_minor_units
from leads.funnel.stage_sets import StageSet

Medians = tuple[Decimal | None, Mapping[str | None, Decimal | None]]

WEIGHT = 20
"""How many leads' worth the chance over all sources counts for."""

ENOUGH_WON = 5
MONTHS_BEFORE = 24


@dataclass(frozen=True)
class AtRisk:
    """What one lead may cost. `unit` is what totals count once: its open deal, else the lead. None: nothing was won yet."""

    unit: tuple[str, int]
    amount: Decimal | None


def values_at_risk(
    lead_ids: Sequence[int],
    *,
    stages: StageSet,
    as_of: datetime,
    known_at: datetime | None = None,
    user: Somebody | None = None,
    past: Past | None = None,
) -> dict[int, AtRisk]:
    """By lead, in the reporting currency, over what `user` may see. `Refused` with `missing_rate` where a rate is missing.

    `past`: what was won before, where it was read already.
    """
    if not lead_ids:
        return {}
    money = money_at(stages, as_of, known_at)
    standings = read_standing(lead_ids, money)
    found = past or read_past(stages=stages, as_of=as_of, known_at=known_at, user=user)
    worth = cache(partial(found.worth, currency=money.currency))
    return {
        s.lead_id: AtRisk(("lead", s.lead_id) if s.deal_id is None else ("deal", s.deal_id), worth(s.kindred))
        for s in standings
    }


@dataclass(frozen=True)
class Risks:
    """What many leads may cost: of the lead `ids[n]`, in order, `amounts[places[n]]`. None: nothing was won yet. A deal belongs to one
    lead, so that counting leads counts each deal, else lead, once."""

    ids: NDArray[np.int64]
    places: NDArray[np.int64]
    amounts: Sequence[Decimal | None]

    def counted(self, lead_ids: NDArray[np.int64]) -> list[tuple[Decimal | None, int]]:
        """How many of these leads, each given once, may cost how much; those that stand nowhere may cost nothing."""
        there = self.places[np.isin(self.ids, lead_ids, assume_unique=True)]
        counts = np.bincount(there, minlength=len(self.amounts)).tolist()
        return [(amount, n) for amount, n in zip(self.amounts, counts, strict=True) if n]


def risks_of(
    lead_ids: Sequence[int], *, stages: StageSet, as_of: datetime, known_at: datetime | None, user: Somebody | None
) -> Risks:
    """The same as `values_at_risk`, of as many leads as there are."""
    money = money_at(stages, as_of, known_at)
    alike = read_alike(lead_ids, money) if lead_ids else []
    past = read_past(stages=stages, as_of=as_of, known_at=known_at, user=user) if alike else None
    ids = [leads for _kindred, leads in alike]
    places = np.repeat(np.arange(len(alike)), [leads.size for leads in ids])
    every = np.concatenate([*ids, np.empty(0, np.int64)])
    order = every.argsort()
    amounts = [past.worth(kindred, money.currency) for kindred, _leads in alike] if past else []
    return Risks(every[order], places[order], amounts)


def read_past(
    *, stages: StageSet, as_of: datetime, known_at: datetime | None = None, user: Somebody | None = None
) -> Past:
    """What leads and deals before say of chance and amount: the same for every lead that is asked about."""
    money = money_at(stages, as_of, known_at)
    odds = read_odds(stages, user, since=months_before(as_of, reporting_zone()), as_of=as_of, known_at=known_at)
    return Past(Chances(odds), Typical.of(read_won(user, money), money.currency))


def money_at(stages: StageSet, as_of: datetime, known_at: datetime | None) -> Money:
    """The instants and the currency in which amounts are counted."""
    zone = reporting_zone()
    return Money(as_of, known_at, as_of.astimezone(zone).date(), zone.key, reporting_currency(), stages)


def months_before(as_of: datetime, zone: ZoneInfo, months: int = MONTHS_BEFORE) -> datetime:
    """The same local time whole years earlier; the last day of February where there is no 29th."""
    local = as_of.astimezone(zone).replace(tzinfo=None, fold=0)
    year = local.year - months // 12
    try:
        return instant(local.replace(year=year), zone)
    except ValueError:
        return instant(local.replace(year=year, day=28), zone)


def converted(line: Amount, currency: str) -> Decimal:
    """The amount as a line in the reporting currency; a missing rate is an error, never 1."""
    if line.rate is None:
        raise Refused(
            "missing_rate",
            f"There is no rate for {line.currency} on or before {line.day:%Y-%m-%d}. Import rates, then ask again.",
        )
    return in_minor_units(line.amount, currency, times=line.rate)


class Chances:
    """P by stage and source."""

    def __init__(self, odds: Iterable[Odds]) -> None:
        self.odds = tuple(odds)
        self._by_source: dict[tuple[str, str | None], tuple[int, int]] = {}
        self._by_stage: dict[str, tuple[int, int]] = {}
        self._found: dict[tuple[str, str | None], Fraction] = {}
        for row in self.odds:
            self._by_source[row.stage, row.source] = (row.won, row.reached)
            won, reached = self._by_stage.get(row.stage, (0, 0))
            self._by_stage[row.stage] = (won + row.won, reached + row.reached)

    def of(self, stage: str, source: str | None) -> Fraction:
        """The chance of a lead with this source in this stage."""
        if (stage, source) not in self._found:
            won, reached = self._by_source.get((stage, source), (0, 0))
            all_won, all_reached = self._by_stage.get(stage, (0, 0))
            over_all = (all_won + Fraction(1, 2)) / (all_reached + 1)
            self._found[stage, source] = (won + WEIGHT * over_all) / (reached + WEIGHT)
        return self._found[stage, source]


class Typical:
    """Medians of what was won, by segment and over all. Nothing is converted until an amount is asked for."""

    def __init__(self, anything_won: bool, medians: Callable[[], Medians]) -> None:
        self.anything_won = anything_won
        self._read = medians

    @classmethod
    def of(cls, won: Sequence[WonDeal], currency: str) -> Typical:
        """Of these deals."""
        return cls(bool(won), partial(_medians, won, currency))

    @cached_property
    def medians(self) -> Medians:
        """Over all, and of each segment of which enough was won."""
        return self._read()

    def amount(self, segment: str | None) -> Decimal | None:
        """What a deal of this segment brings; None while no amount was won."""
        over_all, of_segment = self.medians
        return over_all if segment is None else of_segment.get(segment, over_all)


@dataclass(frozen=True)
class Past:
    """What was won before: the chance of a lead, and what a deal brings."""

    chances: Chances
    typical: Typical

    def worth(self, kindred: Kindred, currency: str) -> Decimal | None:
        """What a lead of this kind may cost; None: nothing was won yet."""
        if not self.typical.anything_won:
            return None
        amount = converted(kindred.deal, currency) if kindred.deal else self.typical.amount(kindred.segment)
        if amount is None:
            return None
        return in_minor_units(amount, currency, times=self.chances.of(kindred.stage, kindred.source))

    def as_json(self) -> dict[str, Any]:
        """To keep it. `Refused` where a rate is missing."""
        over_all, of_segment = self.typical.medians
        return {
            "odds": [[odds.stage, odds.source, odds.reached, odds.won] for odds in self.chances.odds],
            "anything_won": self.typical.anything_won,
            "over_all": None if over_all is None else str(over_all),
            "of_segment": [[key, None if amount is None else str(amount)] for key, amount in of_segment.items()],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Past:
        """As it was kept."""
        of_segment = {key: None if text is None else Decimal(text) for key, text in kept["of_segment"]}
        medians = (None if kept["over_all"] is None else Decimal(kept["over_all"]), of_segment)
        return cls(Chances(Odds(*row) for row in kept["odds"]), Typical(kept["anything_won"], lambda: medians))


def _medians(won: Sequence[WonDeal], currency: str) -> Medians:
    by_segment: dict[str | None, list[Decimal]] = defaultdict(list)
    for deal in won:
        if deal.deal is not None:
            by_segment[deal.segment].append(converted(deal.deal, currency))
    over_all = median([amount for amounts in by_segment.values() for amount in amounts])
    return over_all, {segment: median(amounts) for segment, amounts in by_segment.items() if len(amounts) >= ENOUGH_WON}


def median(amounts: Sequence[Decimal]) -> Decimal | None:
    """The middle one, or the mean of the two in the middle; None of nothing."""
    if not amounts:
        return None
    ordered, middle = sorted(amounts), len(amounts) // 2
    return ordered[middle] if len(amounts) % 2 else (ordered[middle - 1] + ordered[middle]) / 2

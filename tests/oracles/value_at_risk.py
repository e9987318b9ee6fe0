"""What may be lost with a leaking lead: the chance that it would be won, times the amount?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from tests.oracles.cuts import HeldValues
from tests.oracles.facts import Clock, DealRow, LeadFact, LeadId, World
from tests.oracles.log import History, read_log
from tests.oracles.money import Purse
from tests.oracles.percentiles import MEDIAN, percentile
from tests.oracles.stage_set import StageDef, StageSet
from tests.oracles.zones import months_before

WINDOW = timedelta(hours=24 * 365)
MONTHS = 24
SHRINKAGE = 20
ENOUGH_WINS = 5


@dataclass(frozen=True)
class Tried:
    """Of `leads` that could be won within the window, `won` were."""

    leads: int
    won: int


@dataclass(frozen=True)
class Total:
    """Every lead once, however many of its flags are open; `lacking` have no value yet."""

    amount: Decimal
    lacking: int


class ValueAtRisk:
    """Values as of one clock, in one reporting currency."""

    def __init__(self, world: World, stages: StageSet, clock: Clock, purse: Purse) -> None:
        self._leads: dict[LeadId, LeadFact] = {lead.id: lead for lead in world.counted_leads()}
        self._histories: dict[LeadId, History] = read_log(world, stages, clock)
        self._held = HeldValues(world, clock)
        self._won_stage = stages.won()
        self._clock = clock
        self._purse = purse
        self._deals = [
            d for d in world.deals if d.recorded_at <= clock.known_at and (d.lead is None or d.lead in self._leads)
        ]

    def of(self, lead: LeadId) -> Decimal | None:
        """P x amount to the minor unit; None without a stage, and while no deal was won yet, open deal or not."""
        stage = self._histories[lead].present_stage()
        amount = self.amount(lead)
        if stage is None or amount is None or not self._won_amounts(None):
            return None
        return self._purse.rounded(self.chance(stage, self._leads[lead].source) * amount)

    def total(self, leads: set[LeadId]) -> Total:
        values = [self.of(lead) for lead in leads]
        known = [value for value in values if value is not None]
        return Total(sum(known, Decimal(0)), len(values) - len(known))

    def chance(self, stage: StageDef, source: str | None) -> Fraction:
        """(w + 20 p) / (n + 20), where p = (W + 1/2) / (N + 1) over all sources."""
        everywhere = self.tried(stage, [lead.id for lead in self._leads.values()])
        here = self.tried(stage, [lead.id for lead in self._leads.values() if lead.source == source])
        p = (everywhere.won + Fraction(1, 2)) / (everywhere.leads + 1)
        return (here.won + SHRINKAGE * p) / (here.leads + SHRINKAGE)

    def tried(self, stage: StageDef, leads: list[LeadId]) -> Tried:
        """Those that got to the stage in the last 24 months and have had their 365 days."""
        earliest = months_before(self._clock.as_of, MONTHS, self._purse.zone)
        arrived = [(lead, at) for lead in leads if (at := self._arrival(lead, stage)) is not None]
        mature = [(lead, at) for lead, at in arrived if earliest <= at and at + WINDOW <= self._clock.as_of]
        wins = [(at, self._histories[lead].reached(self._won_stage)) for lead, at in mature]
        return Tried(len(mature), sum(win is not None and win - at <= WINDOW for at, win in wins))

    def amount(self, lead: LeadId) -> Fraction | None:
        """Of the latest open deal, else the median won amount of the segment, else of all."""
        open_deals = [d for d in self._deals if d.lead == lead and d.amount is not None and self._is_open(d)]
        if open_deals:
            latest = max(open_deals, key=lambda d: (began(d), d.id))
            return Fraction(self._worth(latest, self._clock.as_of))
        segment = self._segment(lead)
        of_segment = self._won_amounts(segment) if segment is not None else []
        return percentile(of_segment if len(of_segment) >= ENOUGH_WINS else self._won_amounts(None), MEDIAN)

    def _arrival(self, lead: LeadId, stage: StageDef) -> datetime | None:
        history = self._histories[lead]
        return history.entered(stage) if stage.position is None else history.reached(stage)

    def _won_amounts(self, segment: str | None) -> list[Fraction]:
        """Of won deals whose leads are in the segment now; None: of all."""
        return [
            Fraction(self._worth(d, d.closed_at))
            for d in self._deals
            if d.status == "won" and d.closed_at is not None and d.closed_at <= self._clock.as_of
            if d.amount is not None
            if segment is None or (d.lead is not None and self._segment(d.lead) == segment)
        ]

    def _segment(self, lead: LeadId) -> str | None:
        return self._held.value(lead, "segment", self._clock.as_of)

    def _is_open(self, deal: DealRow) -> bool:
        begun = began(deal) <= self._clock.as_of
        closed = deal.status != "open" and (deal.closed_at is None or deal.closed_at <= self._clock.as_of)
        return begun and not closed

    def _worth(self, deal: DealRow, at: datetime) -> Decimal:
        assert deal.amount is not None
        return self._purse.convert(deal.amount, deal.currency, at)


def began(deal: DealRow) -> datetime:
    """A deal is there from its opening, else its closing, else its recording on."""
    return deal.opened_at or deal.closed_at or deal.recorded_at

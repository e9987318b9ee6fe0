"""What was spent, opened, won and lost, and what did it cost? Lines of money, one thing that happened after the other.

Written from the definitions: amounts at the last rate on or before the day that counts, each line rounded half even, an amount
without a rate unknown (None), a deal without an amount a deal and no amount. A deal of a test lead or of a merged one counts in
nothing; one without a lead has no cuts of a lead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from tests.oracles.cuts import CALENDAR, Cuts, Key
from tests.oracles.facts import DealId, DealRow, LeadFact, World
from tests.oracles.money import MissingRateError, Purse
from tests.oracles.percentiles import MEDIAN, percentile_seconds
from tests.oracles.question import Question
from tests.oracles.zones import month_key, start_of_day, week_key

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class SpendRow:
    """Money spent over the days [starts_on, ends_on]."""

    id: int
    starts_on: date
    ends_on: date
    amount: Decimal
    currency: str
    recorded_at: datetime
    campaign: str | None = None
    channel: str | None = None
    source: str | None = None
    system: str | None = None


@dataclass(frozen=True)
class Books:
    """The facts about money: the world (deals in it), who owns which deal, in which team people are, what was spent."""

    world: World
    purse: Purse
    spend: tuple[SpendRow, ...] = ()
    owners: Mapping[DealId, str | None] = field(default_factory=dict)
    teams: Mapping[str, str | None] = field(default_factory=dict)
    systems: Mapping[DealId, str | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One thing that was counted. `value` None: an amount of which no rate is known."""

    measure: str
    subject: DealId
    at: datetime
    value: Decimal | None
    group: Key


class Ledger:
    """Every line of one question."""

    def __init__(self, books: Books, question: Question) -> None:
        self._books, self._question = books, question
        self._cuts = Cuts(books.world, question)
        self._leads: dict[object, LeadFact] = {lead.id: lead for lead in books.world.counted_leads()}

    def lines(self) -> list[Line]:
        """In the period, by as_of, and as the conditions want it."""
        return [*self._dealt(), *self._customers(), *self._spent()]

    def sums(self) -> dict[tuple[str, Key], Decimal | None]:
        """By measure and group; one unknown line makes its sum unknown."""
        found: dict[tuple[str, Key], list[Decimal | None]] = defaultdict(list)
        for line in self.lines():
            found[line.measure, line.group].append(line.value)
        return {key: None if None in values else sum(filter(None, values), Decimal(0)) for key, values in found.items()}

    def cycles(self) -> dict[Key, int]:
        """The median seconds from opening to winning."""
        spans: dict[Key, list[timedelta]] = defaultdict(list)
        for deal in self._deals():
            if deal.status == "won" and deal.opened_at and deal.closed_at and self._covers(deal.closed_at):
                for group in self._group(deal, deal.closed_at):
                    spans[group].append(deal.closed_at - deal.opened_at)
        return {
            group: seconds for group, all_ in spans.items() if (seconds := percentile_seconds(all_, MEDIAN)) is not None
        }

    def customers(self) -> dict[Key, tuple[int, int, int]]:
        """How many were first won before the period; how many of all won a second time in it, upsold in it. Cut at their first win."""
        begin = start_of_day(self._question.start, self._question.zone)
        counts: dict[Key, tuple[int, int, int]] = {}
        for wins in self._wins_by_customer():
            first, at = wins[0], wins[0].closed_at
            if at is None or at > self._question.as_of:
                continue
            in_period = [deal.closed_at is not None and self._covers(deal.closed_at) for deal in wins]
            again = len(wins) > 1 and in_period[1]
            upsold = any(there and deal.kind == "upsell" for deal, there in zip(wins, in_period, strict=True))
            if at >= begin and not again and not upsold:
                continue
            for group in self._group(first, at):
                n, m, k = counts.get(group, (0, 0, 0))
                counts[group] = (n + (at < begin), m + again, k + upsold)
        return counts

    def _deals(self) -> Iterator[DealRow]:
        for deal in self._books.world.deals:
            if deal.recorded_at > self._question.known_at or (deal.lead is not None and deal.lead not in self._leads):
                continue
            if self._question.system is None or self._system(deal) == self._question.system:
                yield deal

    def _system(self, deal: DealRow) -> str | None:
        return self._books.systems.get(deal.id) if deal.lead is None else self._leads[deal.lead].system

    def _dealt(self) -> Iterator[Line]:
        for deal in self._deals():
            if deal.opened_at is not None:
                yield from self._of_deal(
                    deal, deal.opened_at, "opportunities", "pipeline_created", "opened_without_amount"
                )
            if deal.closed_at is None or deal.status == "open":
                continue
            yield from self._of_deal(deal, deal.closed_at, "closed_deals")
            if deal.status == "lost":
                yield from self._of_deal(deal, deal.closed_at, "lost_deals")
                continue
            yield from self._of_deal(deal, deal.closed_at, "won_deals", "won_revenue", "won_without_amount")
            if deal.kind == "upsell":
                yield from self._of_deal(deal, deal.closed_at, "upsell_wins")
            if deal.amount is not None:
                yield from self._of_deal(deal, deal.closed_at, "deals_with_amount")

    def _of_deal(
        self, deal: DealRow, at: datetime, counted: str, summed: str | None = None, lacking: str | None = None
    ) -> Iterator[Line]:
        if not self._covers(at):
            return
        for group in self._group(deal, at):
            yield Line(counted, deal.id, at, Decimal(1), group)
            if summed and deal.amount is not None:
                yield Line(summed, deal.id, at, self._money(deal.amount, deal.currency, at), group)
            if lacking and deal.amount is None:
                yield Line(lacking, deal.id, at, Decimal(1), group)

    def _customers(self) -> Iterator[Line]:
        for wins in self._wins_by_customer():
            first = wins[0].closed_at
            if first is None:
                continue
            yield from self._of_deal(wins[0], first, "first_wins")
            if first + YEAR <= self._question.as_of:
                yield from self._of_deal(wins[0], first, "customers_to_keep")
                if len(wins) > 1 and wins[1].closed_at is not None and wins[1].closed_at - first <= YEAR:
                    yield from self._of_deal(wins[0], first, "customers_kept")
            if len(wins) > 1 and wins[1].closed_at is not None:
                yield from self._of_deal(wins[1], wins[1].closed_at, "repeat_wins")

    def _wins_by_customer(self) -> list[list[DealRow]]:
        """A customer is a company; without one the lead; without either the deal alone. Wins in order of time."""
        wins: dict[tuple[str, object], list[DealRow]] = defaultdict(list)
        for deal in self._deals():
            if deal.status == "won":
                who = (
                    ("company", deal.company)
                    if deal.company
                    else ("lead", deal.lead)
                    if deal.lead
                    else ("deal", deal.id)
                )
                wins[who].append(deal)
        return [sorted(deals, key=lambda deal: (deal.closed_at, deal.id)) for deals in wins.values()]

    def _spent(self) -> Iterator[Line]:
        question = self._question
        for row in self._books.spend:
            if row.recorded_at > question.known_at or question.system not in (None, row.system):
                continue
            for day, amount in by_day(row, self._books.purse):
                at = start_of_day(day, question.zone)
                group = tuple(self._of_spend(row, name, at) for name in question.by)
                wanted = all(self._of_spend(row, name, at) == value for name, value in question.where)
                if self._covers(at) and wanted:
                    line = Line("spend", row.id, at, self._on(amount, row.currency, day), group)
                    yield line
                    if at + timedelta(days=1 + question.window_days) <= question.as_of:
                        yield replace(line, measure="spend_waited")

    def _of_spend(self, row: SpendRow, name: str, at: datetime) -> str | None:
        if name in CALENDAR:
            return {"month": month_key, "week": week_key}[name](at, self._question.zone)
        return {"campaign": row.campaign, "channel": row.channel, "source": row.source}.get(name)

    def _group(self, deal: DealRow, at: datetime) -> list[Key]:
        """The deal's group, or none where a condition does not hold."""
        if all(self._of(deal, name, at) == value for name, value in self._question.where):
            return [tuple(self._of(deal, name, at) for name in self._question.by)]
        return []

    def _of(self, deal: DealRow, name: str, at: datetime) -> str | None:
        if name in CALENDAR:
            return {"month": month_key, "week": week_key}[name](at, self._question.zone)
        lead = self._leads.get(deal.lead)
        own = self._books.owners.get(deal.id)
        of_lead = None if lead is None else self._cuts.value(lead, name, at)
        if name == "owner":
            return own or of_lead
        if name == "team" and of_lead is None:
            owner = own or (None if lead is None else self._cuts.value(lead, "owner", at))
            return self._books.teams.get(owner) if owner else None
        return of_lead

    def _covers(self, at: datetime) -> bool:
        return self._question.covers(at) and at <= self._question.as_of

    def _money(self, amount: Decimal, currency: str, at: datetime) -> Decimal | None:
        return self._on(amount, currency, at.astimezone(self._books.purse.zone).date())

    def _on(self, amount: Decimal, currency: str, day: date) -> Decimal | None:
        try:
            return self._books.purse.convert(amount, currency, start_of_day(day, self._books.purse.zone))
        except MissingRateError:
            return None


def by_day(row: SpendRow, purse: Purse) -> list[tuple[date, Decimal]]:
    """Whole minor units of its own currency, evenly; what is left over goes to the first days, one unit each."""
    days = (row.ends_on - row.starts_on).days + 1
    whole = Purse(row.currency, purse.zone, ()).rounded(Fraction(row.amount))
    exponent = whole.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) else 0
    units = int(abs(whole).scaleb(places))
    sign = -1 if whole < 0 else 1
    return [
        (row.starts_on + timedelta(days=n), Decimal(sign * (units // days + (n < units % days))).scaleb(-places))
        for n in range(days)
    ]

"""Which touches brought a deal, and how much of it is each one's? Written from the definition, one deal after the other.

A deal's touches are those of the people of its company at that time (without a company: of its lead), of eligible kinds, page
views at most one a visit, from the look-back before the anchor up to before it. Credit is exact (`Fraction`) until it is rounded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

Channel: TypeAlias = str | None
DIGITS = 60


@dataclass(frozen=True)
class Touch:
    """One inbound marketing activity of one person; `kind` as logged."""

    id: int
    lead: int
    kind: str
    at: datetime
    recorded_at: datetime
    channel: Channel = None
    system: str | None = None
    external_id: str | None = None

    @property
    def order(self) -> tuple[datetime, bool, str, bool, str, int]:
        """By (at, system, external id, id); what has none comes after what has."""
        system, external = self.system, self.external_id
        return (self.at, system is None, system or "", external is None, external or "", self.id)


@dataclass(frozen=True)
class Belonging:
    """A person was of a company in [since, until); None: from the beginning, or to this day."""

    lead: int
    company: int
    since: datetime | None = None
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


@dataclass(frozen=True)
class Deal:
    """`total` is its amount in minor units of the reporting currency, already rounded; `lead_created_at` of the deal's lead."""

    id: int
    company: int | None
    lead: int | None
    lead_created_at: datetime | None
    status: str
    opened_at: datetime | None
    closed_at: datetime | None
    total: int | None = None

    @property
    def anchor(self) -> datetime | None:
        closed = self.closed_at if self.status != "open" else None
        return self.opened_at or closed


@dataclass(frozen=True)
class Terms:
    """What was agreed."""

    kinds: frozenset[str]
    look_back_days: int = 90
    visit_minutes: int = 30
    half_life_days: Fraction = Fraction(7)

    @property
    def look_back(self) -> timedelta:
        return timedelta(days=self.look_back_days)


@dataclass(frozen=True)
class Facts:
    """Touches of counted leads only, whoever they are of; where each person belonged; all deals that count."""

    touches: tuple[Touch, ...]
    belongings: tuple[Belonging, ...]
    deals: tuple[Deal, ...]
    people: tuple[int, ...] = ()


def one_a_visit(touches: Iterable[Touch], terms: Terms) -> list[Touch]:
    """Eligible ones; a page view only where the same person had no other less than a visit's time before."""
    eligible = sorted((touch for touch in touches if touch.kind in terms.kinds), key=lambda touch: touch.order)
    last_view: dict[int, datetime] = {}
    kept = []
    for touch in eligible:
        if touch.kind == "page_view":
            before = last_view.get(touch.lead)
            last_view[touch.lead] = touch.at
            if before is not None and touch.at - before < timedelta(minutes=terms.visit_minutes):
                continue
        kept.append(touch)
    return kept


def journey(deal: Deal, facts: Facts, terms: Terms) -> list[Touch]:
    """The touches of a deal, in order."""
    if deal.anchor is None:
        return []
    return [
        touch
        for touch in one_a_visit(facts.touches, terms)
        if deal.anchor - terms.look_back <= touch.at < deal.anchor and _is_of(deal, touch, facts)
    ]


def _is_of(deal: Deal, touch: Touch, facts: Facts) -> bool:
    if deal.company is None:
        return touch.lead == deal.lead
    return any(b.lead == touch.lead and b.company == deal.company and b.holds(touch.at) for b in facts.belongings)


Shares = list[Fraction]
Effects = Mapping[Channel, Fraction]


def first(deal: Deal, touches: Sequence[Touch]) -> Shares:
    return [Fraction(n == 0) for n in range(len(touches))]


def last(deal: Deal, touches: Sequence[Touch]) -> Shares:
    return [Fraction(n == len(touches) - 1) for n in range(len(touches))]


def linear(deal: Deal, touches: Sequence[Touch]) -> Shares:
    return [Fraction(1, len(touches))] * len(touches)


def position(deal: Deal, touches: Sequence[Touch]) -> Shares:
    """40 to the first, 40 to the last, 20 shared by those between; one alone has all, two have half each."""
    if len(touches) <= 2:
        return linear(deal, touches)
    between = [Fraction(20, 100) / (len(touches) - 2)] * (len(touches) - 2)
    return [Fraction(40, 100), *between, Fraction(40, 100)]


def w_shaped(deal: Deal, touches: Sequence[Touch]) -> Shares:
    """30 for each role, 10 shared by those without one; what nobody takes goes to the others in proportion."""
    held = [0] * len(touches)
    held[0] += 1
    for border in (deal.lead_created_at, deal.opened_at):
        places = [n for n, touch in enumerate(touches) if border is not None and touch.at <= border]
        if places:
            held[places[-1]] += 1
    rest = held.count(0)
    weights = [Fraction(30 * roles) if roles else Fraction(10, rest) for roles in held]
    return [weight / sum(weights) for weight in weights]


def time_decay(deal: Deal, touches: Sequence[Touch], half_life_days: Fraction) -> Shares:
    """2^(−(anchor − at) / half-life), to sixty digits."""
    assert deal.anchor is not None
    with localcontext() as context:
        context.prec = DIGITS
        weights = []
        for touch in touches:
            age = Fraction((deal.anchor - touch.at) // timedelta(microseconds=1), 86_400_000_000) / half_life_days
            weights.append(Fraction(Decimal(2) ** (-(Decimal(age.numerator) / Decimal(age.denominator)))))
    return [weight / sum(weights) for weight in weights]


def data_driven(touches: Sequence[Touch], effects: Effects) -> Shares:
    """In proportion to the channels' removal effects; all of them zero: alike."""
    weights = [effects.get(touch.channel, Fraction(0)) for touch in touches]
    if not any(weights):
        weights = [Fraction(1)] * len(touches)
    return [weight / sum(weights) for weight in weights]


def seven(deal: Deal, touches: Sequence[Touch], terms: Terms, effects: Effects) -> dict[str, Shares]:
    """The shares of each touch by each model."""
    plain: dict[str, Callable[[Deal, Sequence[Touch]], Shares]] = {
        "first": first, "last": last, "linear": linear, "position": position, "w_shaped": w_shaped,
    }  # fmt: skip
    return {
        **{name: model(deal, touches) for name, model in plain.items()},
        "time_decay": time_decay(deal, touches, terms.half_life_days),
        "data_driven": data_driven(touches, effects),
    }


def rounded(shares: Shares, total: int) -> list[int]:
    """Whole units by largest remainder, ties to the earlier; less than nothing mirrors more than nothing."""
    sign, size = (-1, -total) if total < 0 else (1, total)
    whole = [int(share * size // 1) for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda n: (-(shares[n] * size - whole[n]), n))
    for n in by_remainder[: size - sum(whole)]:
        whole[n] += 1
    return [sign * units for units in whole]


@dataclass(frozen=True)
class Path:
    """The channels of one journey in order, how often it ended in a win and how often in nothing."""

    channels: tuple[Channel, ...]
    won: int
    nothing: int


def paths(facts: Facts, terms: Terms, as_of: datetime) -> list[Path]:
    """Won deals; lost ones; and companies (people without one: each alone) that have no deal and were last touched long ago."""
    found = []
    for deal in facts.deals:
        touches = journey(deal, facts, terms)
        if touches and deal.status in ("won", "lost") and deal.closed_at is not None and deal.closed_at <= as_of:
            channels = tuple(touch.channel for touch in touches)
            found.append(Path(channels, int(deal.status == "won"), int(deal.status == "lost")))
    found += [Path(channels, 0, 1) for channels in _idle(facts, terms, as_of)]
    return found


def _idle(facts: Facts, terms: Terms, as_of: datetime) -> list[tuple[Channel, ...]]:
    with_a_deal = {deal.company for deal in facts.deals} | {
        b.company for deal in facts.deals for b in facts.belongings
        if deal.company is None and b.lead == deal.lead and b.until is None
    }  # fmt: skip
    people_with_a_deal = {deal.lead for deal in facts.deals}
    touches = [touch for touch in one_a_visit(facts.touches, terms) if touch.at <= as_of]
    of_account: dict[tuple[str, int], list[Touch]] = {}
    for touch in touches:
        companies = {b.company for b in facts.belongings if b.lead == touch.lead and b.holds(touch.at)}
        for company in companies - with_a_deal:
            of_account.setdefault(("company", company), []).append(touch)
        belongs_now = any(b.lead == touch.lead and b.until is None for b in facts.belongings)
        if not belongs_now and touch.lead not in people_with_a_deal:
            of_account.setdefault(("person", touch.lead), []).append(touch)
    idle = [found for found in of_account.values() if found[-1].at < as_of - terms.look_back]
    return [tuple(t.channel for t in found if t.at > found[-1].at - terms.look_back) for found in idle]


def removal_effects(found: Iterable[Path]) -> dict[Channel, Fraction]:
    """By how much the chance of a win falls when a channel leads to nothing: first-order, solved in fractions."""
    steps: Counter[tuple[object, object]] = Counter()
    begin, won, nothing = object(), object(), object()
    channels: set[Channel] = set()
    for path in found:
        times = path.won + path.nothing
        states: list[object] = [begin, *path.channels]
        for before, after in pairwise(states):
            steps[before, after] += times
        steps[states[-1], won] += path.won
        steps[states[-1], nothing] += path.nothing
        channels |= set(path.channels) if times else set()
    ordered = sorted(channels, key=lambda name: (name is None, name or ""))
    whole = _chance(steps, begin, won, ordered)
    if not whole:
        return dict.fromkeys(ordered, Fraction(0))
    return {
        gone: 1 - _chance(steps, begin, won, [name for name in ordered if name != gone]) / whole for gone in ordered
    }


def _chance(
    steps: Mapping[tuple[object, object], int], begin: object, won: object, channels: Sequence[Channel]
) -> Fraction:
    """The chance to get from the beginning to a win over these channels only; every other way out is lost."""
    states: list[object] = [begin, *channels]
    outgoing: Counter[object] = Counter()
    for (before, _after), times in steps.items():
        outgoing[before] += times
    rows = []
    for state in states:
        total = outgoing[state] or 1
        row = [
            Fraction(int(state is other or state == other)) - Fraction(steps.get((state, other), 0), total)
            for other in states
        ]
        rows.append([*row, Fraction(steps.get((state, won), 0), total)])
    return solved(rows)[0]


def solved(rows: list[list[Fraction]]) -> list[Fraction]:
    """Gauss and Jordan in fractions: the last column is the right-hand side."""
    size = len(rows)
    for at in range(size):
        pivot = next(n for n in range(at, size) if rows[n][at])
        rows[at], rows[pivot] = rows[pivot], rows[at]
        rows[at] = [value / rows[at][at] for value in rows[at]]
        for n in range(size):
            factor = rows[n][at]
            if n != at and factor:
                rows[n] = [mine - factor * theirs for mine, theirs in zip(rows[n], rows[at], strict=True)]
    return [row[-1] for row in rows]

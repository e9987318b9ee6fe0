"""Are the kept credits what the logs say? Every model recomputed deal by deal in plain Python, and compared.

Shares need only agree to a few parts of 10¹², and time decay may give its last units to another of two touches whose remainders are
the same to within a millionth: its weights are real numbers. Deals that wait to be credited may be behind.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from django.db import connection

from kpis.attribution.learning import kept_effects
from kpis.attribution.models import WHOLE
from kpis.attribution.queries import due
from kpis.attribution.queries.deals import DealFacts, next_deals, read_deals
from kpis.attribution.queries.touches import Horizon
from kpis.attribution.terms import MODELS, AttributionTerms, attribution_in_force
from kpis.attribution.visits import Touch, touches_of
from kpis.verify.compare import Finding
from kpis.verify.streams import Row

BATCH = 500
NEAR = Fraction(1, 1_000_000)
SHARES_APART = 4
INEXACT = "time_decay"
TABLE = "credits"

KEPT = """
SELECT deal_id, basis, place, activity_id, lead_id, at, campaign_id, channel,
       (extract(epoch FROM won_at) * 1000000)::bigint, (extract(epoch FROM opened_at) * 1000000)::bigint, {shares}, {amounts}
FROM kpis_credit WHERE deal_id > %(after)s AND deal_id <= %(last)s ORDER BY deal_id, basis, place
"""
STRAYS = "SELECT DISTINCT deal_id FROM kpis_credit c WHERE NOT EXISTS (SELECT FROM leads_deal d WHERE d.id = c.deal_id) ORDER BY deal_id"


@dataclass(frozen=True)
class KeptCredit:
    """One kept row."""

    deal: int
    basis: int
    place: int
    touch: Row
    counts: Row
    shares: tuple[int, ...]
    amounts: tuple[int | None, ...]


def findings(now: datetime) -> Iterator[Finding]:
    """One comparison a deal."""
    terms, effects = attribution_in_force(now).terms, kept_effects().effects
    waiting = due.all_waiting()
    horizon, after = Horizon(datetime.max.replace(tzinfo=now.tzinfo, year=9000)), 0
    while deal_ids := next_deals(after, BATCH):
        deals = {deal.id: deal for deal in read_deals(deal_ids, horizon)}
        touches = touches_of(deal_ids, terms)
        kept = {pk: list(rows) for pk, rows in groupby(_kept(after, deal_ids[-1]), key=lambda row: row.deal)}
        for pk in deal_ids:
            if pk not in waiting:
                yield _of_deal(deals.get(pk), touches.get(pk, []), kept.get(pk, []), terms, effects)
        after = deal_ids[-1]
    with connection.cursor() as cursor:
        cursor.execute(STRAYS)
        strays = [row[0] for row in cursor.fetchall() if row[0] not in waiting]
    yield Finding(TABLE, strays, [])


def _kept(after: int, last: int) -> Iterator[KeptCredit]:
    shares, amounts = (", ".join(f"{what}_{model}" for model in MODELS) for what in ("share", "amount"))
    with connection.cursor() as cursor:
        cursor.execute(KEPT.format(shares=shares, amounts=amounts), {"after": after, "last": last})
        for row in cursor.fetchall():
            yield KeptCredit(row[0], row[1], row[2], row[3:8], row[8:10], row[10:17], row[17:24])


def _of_deal(
    deal: DealFacts | None,
    touches: Sequence[Touch],
    kept: Sequence[KeptCredit],
    terms: AttributionTerms,
    effects: dict[str | None, int],
) -> Finding:
    expected = [] if deal is None else list(_expected(deal, touches))
    found = [(row.basis, row.place, row.touch, row.counts) for row in kept]
    if found != expected or deal is None:
        return Finding(TABLE, found, expected)
    for basis in sorted({row.basis for row in kept}):
        rows = [row for row in kept if row.basis == basis]
        total = deal.at_close if deal.won and basis == 0 else deal.at_opening
        for n, (model, weights) in enumerate(_weights(deal, touches, terms, effects).items()):
            shares, amounts = [row.shares[n] for row in rows], [row.amounts[n] for row in rows]
            if not (_are_shares(shares, weights) and _are_amounts(amounts, weights, total, exact=model != INEXACT)):
                return Finding(
                    TABLE, (deal.id, model, shares, amounts), (deal.id, model, total, [float(w) for w in weights])
                )
    return Finding(TABLE, deal.id, deal.id)


def _expected(deal: DealFacts, touches: Sequence[Touch]) -> Iterator[tuple[int, int, Row, Row]]:
    if not deal.won and deal.opened_at is None:
        return
    nobody: Row = (None,) * 5
    told: list[Row] = [(t.id, t.lead_id, t.at, t.campaign_id, t.channel) for t in touches] or [nobody]
    differs = deal.won and deal.opened_at is not None and deal.at_close != deal.at_opening
    for basis in (0, 1) if differs else (0,):
        won = deal.ended_at if deal.won and basis == 0 else None
        opened = deal.opened_at if basis == 1 or not differs else None
        yield from ((basis, place, touch, (won, opened)) for place, touch in enumerate(told))


def _weights(
    deal: DealFacts, touches: Sequence[Touch], terms: AttributionTerms, effects: dict[str | None, int]
) -> dict[str, list[Fraction]]:
    """By model what each touch weighs, exact but for time decay."""
    if not touches:
        return {model: [Fraction(1)] for model in MODELS}
    n = len(touches)
    ends = [Fraction(2, 5), *[Fraction(1, 5 * (n - 2))] * (n - 2), Fraction(2, 5)] if n > 2 else [Fraction(1)] * n
    learnt = [Fraction(effects.get(touch.channel, 0)) for touch in touches]
    return {
        "first": [Fraction(at == 0) for at in range(n)],
        "last": [Fraction(at == n - 1) for at in range(n)],
        "linear": [Fraction(1)] * n,
        "position": ends,
        "w_shaped": _w_shaped(deal, touches),
        "time_decay": _time_decay(touches, terms),
        "data_driven": learnt if any(learnt) else [Fraction(1)] * n,
    }


def _w_shaped(deal: DealFacts, touches: Sequence[Touch]) -> list[Fraction]:
    roles = [0] * len(touches)
    roles[0] = 1
    for border in (deal.lead_created_at, deal.opened_at):
        before = [at for at, touch in enumerate(touches) if border is not None and touch.microseconds <= border]
        if before:
            roles[before[-1]] += 1
    rest = roles.count(0)
    return [Fraction(30 * held) if held else Fraction(10, rest) for held in roles]


def _time_decay(touches: Sequence[Touch], terms: AttributionTerms) -> list[Fraction]:
    newest, half_life = touches[-1].microseconds, terms.half_life_days * 86_400_000_000
    return [Fraction(Decimal(2) ** (Decimal(touch.microseconds - newest) / half_life)) for touch in touches]


def _are_shares(kept: Sequence[int], weights: Sequence[Fraction]) -> bool:
    whole = sum(weights)
    near = all(abs(share - weight * WHOLE / whole) < SHARES_APART for share, weight in zip(kept, weights, strict=True))
    return near and sum(kept) == WHOLE


def _are_amounts(kept: Sequence[int | None], weights: Sequence[Fraction], total: int | None, *, exact: bool) -> bool:
    if total is None:
        return all(amount is None for amount in kept)
    whole, size, sign = sum(weights), abs(total), -1 if total < 0 else 1
    quotas = [weight * size / whole for weight in weights]
    units = [int(quota) for quota in quotas]
    ranked = sorted(range(len(quotas)), key=lambda n: (units[n] - quotas[n], n))
    left = size - sum(units)
    for n in ranked[:left]:
        units[n] += 1
    off = [n for n, amount in enumerate(kept) if amount != sign * units[n]]
    if exact or not off:
        return not off
    border = quotas[ranked[left - 1]] % 1 if left else Fraction(1)
    tied = all(min(abs(quotas[n] % 1 - border), 1 - abs(quotas[n] % 1 - border)) < NEAR for n in off)
    found = [amount for amount in kept if amount is not None]
    return tied and len(found) == len(kept) and sum(found) == total

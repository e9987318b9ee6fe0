"""What is each touch credited with? Computes the credits of deals, and keeps them right for the deals that were touched.

The only writer of credits. Deals wait in `kpis_creditdue`, written by triggers, and for the leads that were touched; a batch leaves
the queue in the transaction that writes its credits. What the data-driven model learnt is learnt anew every night and whenever the
terms in force, the reporting currency or its zone are others than those it was learnt by: then every deal is credited anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from django.db import connection, transaction

from alignment.alone import alone
from alignment.people.selectors import reporting_currency, reporting_zone
from kpis import freshness
from kpis.attribution.arrays import Int64, Rows
from kpis.attribution.channels import Channels
from kpis.attribution.crediting import NEVER, Journeys, allotted, shares, weights_of
from kpis.attribution.learning import BATCH, Effects, keep_effects, kept_effects, learn
from kpis.attribution.models import PLACES, WHOLE
from kpis.attribution.queries import due
from kpis.attribution.queries.deals import DealFacts, next_deals, read_deals
from kpis.attribution.queries.touches import OF_DEALS, Horizon, Touches, read_touches
from kpis.attribution.terms import MODELS, AttributionTerms, attribution_in_force
from kpis.metrics.kept import marks

WHAT = "credits"
TABLE, FRESH = "kpis_credit", "attribution_fresh"
BIG_CHANGE = 20_000
"""So many deals that wait are a big change: the model is learnt anew at once."""


def keep(deal_ids: Sequence[int], *, now: datetime, effects: Effects | None = None) -> list[int]:
    """Credit these deals anew, by the terms in force; those whose credits changed. The caller holds a transaction."""
    due.lock()
    terms, horizon = attribution_in_force(now).terms, Horizon(now + timedelta(days=36_500))
    effects = effects or kept_effects()
    if due.any_kept(deal_ids):
        due.make_fresh_table(FRESH)
        write_credits(FRESH, deal_ids, terms, horizon, effects)
        changed = due.replace(deal_ids, FRESH)
    else:
        write_credits(TABLE, deal_ids, terms, horizon, effects)
        changed = due.credited(deal_ids)
    marks.note_deals(changed)
    return changed


def rebuild(*, now: datetime, batch: int = BATCH) -> int:
    """Learn anew, and credit every deal anew; how many changed. Each batch is a transaction; one rebuilds at a time."""
    with alone("kpis_credit_rebuild") as nobody_else_does:
        if not nobody_else_does:
            return 0
        basis = basis_of(now)
        learnt = learn(attribution_in_force(now).terms, Horizon(now))
        with transaction.atomic():
            due.lock()
            keep_effects(learnt)
            freshness.note(WHAT, now, **basis, under_way=True, done=0)
        changed = _everything(now, batch, learnt, basis)
        with transaction.atomic():
            due.lock()
            changed += due.sweep_strays()
            freshness.note(WHAT, now, **basis, under_way=False)
        return changed


def _everything(now: datetime, batch: int, learnt: Effects, basis: dict[str, object]) -> int:
    changed, after, done = 0, 0, 0
    while deal_ids := next_deals(after, batch):
        with transaction.atomic():
            due.lock()
            due.take_these(deal_ids)
            changed += len(keep(deal_ids, now=now, effects=learnt))
            done += len(deal_ids)
            freshness.note(WHAT, now, **basis, under_way=True, done=done)
        after = deal_ids[-1]
    return changed


def work_off(*, now: datetime, batch: int = BATCH) -> int:
    """Credit the deals that wait, by the terms in force; how many changed. So many that all are done anew are left to that."""
    changed = 0
    while due.waiting() <= BIG_CHANGE:
        with transaction.atomic():
            due.lock()
            deal_ids = due.take(batch)
            if not deal_ids:
                break
            changed += len(keep(deal_ids, now=now))
    return changed


def follow_terms(*, now: datetime) -> int:
    """Credit everything anew where what all rests on is another by now, or much changed; how many deals changed."""
    if is_of_these_terms(now) and due.waiting() <= BIG_CHANGE:
        return 0
    return rebuild(now=now)


def basis_of(now: datetime) -> dict[str, object]:
    """What every credit rests on."""
    held = attribution_in_force(now)
    return {"version": held.version_id, "currency": reporting_currency(), "zone": reporting_zone().key}


def is_of_these_terms(now: datetime) -> bool:
    """Whether what is kept was credited by what is in force, all of it."""
    noted = freshness.last(WHAT)
    return noted is not None and noted.detail == {**basis_of(now), "under_way": False}


def write_credits(
    table: str, deal_ids: Sequence[int], terms: AttributionTerms, horizon: Horizon, effects: Effects
) -> None:
    """Write the credits of these deals into an empty table of the same columns."""
    deals = read_deals(deal_ids, horizon)
    if not deals:
        return
    touches = read_touches(OF_DEALS, [deal.id for deal in deals], terms, horizon)
    ids = np.array([deal.id for deal in deals], dtype=np.int64)
    has_touches = np.isin(ids, touches.journey)
    touched = [deal for deal, has in zip(deals, has_touches.tolist(), strict=True) if has]
    _of_touched(table, touched, touches, terms, effects)
    _of_untouched(table, [deal for deal, has in zip(deals, has_touches.tolist(), strict=True) if not has])


def _of_touched(
    table: str, deals: list[DealFacts], touches: Touches, terms: AttributionTerms, effects: Effects
) -> None:
    if not deals:
        return
    channels = Channels()
    codes = channels.of(touches)
    ids = np.array([deal.id for deal in deals], dtype=np.int64)
    journeys = Journeys(
        deal=np.searchsorted(ids, touches.journey).astype(np.int64),
        at=touches.at,
        effect=effects.of(channels.names)[codes],
        lead_created=_numbers([deal.lead_created_at for deal in deals], -NEVER),
        opened=_numbers([deal.opened_at for deal in deals], -NEVER),
    )
    weights = weights_of(journeys, terms.half_life_days)
    parts = {model: shares(journeys, weights[model]) for model in MODELS}
    for basis in (0, 1):
        count = [deal for deal in deals if _counts(deal, basis)]
        wanted = np.array([_counts(deal, basis) for deal in deals])[journeys.deal]
        if not count:
            continue
        totals = [_total(deal, basis) for deal in deals]
        known = np.array([total is not None for total in totals])
        amounts = {model: allotted(journeys, weights[model], _numbers(totals, 0))[wanted] for model in MODELS}
        rows = Rows(int(wanted.sum()))
        _put_deals(rows, deals, basis, journeys.deal[wanted], journeys.place[wanted])
        rows.put("activity_id", touches.activity[wanted])
        rows.put("lead_id", touches.lead[wanted])
        rows.put_instants("at", touches.at[wanted])
        rows.put("campaign_id", touches.campaign[wanted], null=touches.campaign[wanted] == 0)
        for model in MODELS:
            rows.put(f"share_{model}", parts[model][wanted])
        for model in MODELS:
            rows.put(f"amount_{model}", amounts[model], null=~known[journeys.deal[wanted]])
        rows.put_texts("channel", codes[wanted], channels.names)
        rows.write(table)


def _of_untouched(table: str, deals: list[DealFacts]) -> None:
    """The whole of a deal that nobody was touched for is credited to no touch."""
    for basis in (0, 1):
        count = [deal for deal in deals if _counts(deal, basis)]
        if not count:
            continue
        rows, size = Rows(len(count)), len(count)
        _put_deals(rows, count, basis, np.arange(size, dtype=np.int64), np.zeros(size, dtype=np.int64))
        nothing, everything = np.zeros(size, dtype=np.int64), np.ones(size, dtype=np.bool_)
        for name in ("activity_id", "lead_id", "at", "campaign_id"):
            rows.put(name, nothing, null=everything)
        totals = [_total(deal, basis) for deal in count]
        unknown = np.array([total is None for total in totals])
        for model in MODELS:
            rows.put(f"share_{model}", np.full(size, WHOLE, dtype=np.int64))
        for model in MODELS:
            rows.put(f"amount_{model}", _numbers(totals, 0), null=unknown)
        rows.put_texts("channel", nothing, [None])
        rows.write(table)


def _put_deals(rows: Rows, deals: list[DealFacts], basis: int, deal: Int64, place: Int64) -> None:
    ids = np.array([one.id for one in deals], dtype=np.int64)[deal]
    rows.put("id", (2 * ids + basis) * PLACES + place)
    rows.put("deal_id", ids)
    rows.put("basis", np.full(len(ids), basis, dtype=np.int64), size=2)
    rows.put("place", place, size=4)
    for name, instants in (
        ("won_at", [one.ended_at if one.won and basis == 0 else None for one in deals]),
        ("opened_at", [one.opened_at if basis == 1 or not _differs(one) else None for one in deals]),
    ):
        unknown = np.array([one is None for one in instants], dtype=np.bool_)
        rows.put_instants(name, _numbers(instants, 0)[deal], null=unknown[deal])


def _counts(deal: DealFacts, basis: int) -> bool:
    """Whether a deal has rows of this basis: of the opening only where that is another amount than that of the win."""
    return _differs(deal) if basis == 1 else deal.won or deal.opened_at is not None


def _differs(deal: DealFacts) -> bool:
    return deal.won and deal.opened_at is not None and deal.at_close != deal.at_opening


def _total(deal: DealFacts, basis: int) -> int | None:
    return deal.at_close if deal.won and basis == 0 else deal.at_opening


def _numbers(values: Sequence[int | None], unknown: int) -> Int64:
    return np.array([unknown if value is None else value for value in values], dtype=np.int64)


def note_leads(lead_ids: Sequence[int]) -> None:
    """The deals of these leads wait: their own, and those of the companies that they are or were of."""
    with connection.cursor() as cursor:
        cursor.execute(due.NOTE_LEADS, {"leads": list(lead_ids)})

"""What are the leads with an open leak worth, all of them at once? Leads that are worth the same are counted together.

Grain of `WORTHS`: one row of leads that leak in the same places (kinds and sides), stand in the same stage with the same source and
segment, and have the same open deal, or none. A deal belongs to one lead, so that counting leads counts each deal, else lead, once.
Clock: `as_of`, as in `kpis.leaks.queries.amounts`. Reads each log once, whatever there is of it, and gives a few thousand rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from psycopg2 import sql

from kpis.leaks.queries.amounts import OPEN_DEALS, RATE, Amount, Kindred, Money
from kpis.leaks.queries.facts import KNOWN, standing
from kpis.leaks.queries.flags import Flags
from kpis.reports.kept import reads_kept
from leads.lifecycle.queries.walk import WALK

LEAKING = f"""
, wanted AS MATERIALIZED (
    SELECT lead_id, bit_or(1::bigint << (array_position(%(places)s::text[], kind || ' ' || side) - 1)) AS places
    FROM flags WHERE is_open GROUP BY lead_id
),
segments AS (
    SELECT DISTINCT ON (v.lead_id) v.lead_id, v.text AS segment FROM leads_leadvalue v JOIN wanted w ON w.lead_id = v.lead_id
    WHERE v.field = 'segment' AND v.at <= %(as_of)s AND {KNOWN.format(row="v")} AND {standing("v.change_id")}
    ORDER BY v.lead_id, v.at DESC, v.id DESC
),
{OPEN_DEALS},
worth AS (
    SELECT w.lead_id, w.places, here.stage, l.source, s.segment, d.amount, d.currency,
           CASE WHEN d.lead_id IS NOT NULL THEN {RATE.format(day="%(today)s::date")} END AS rate
    FROM wanted w
    JOIN leads_lead l ON l.id = w.lead_id
    JOIN {{stays}} here ON here.lead_id = w.lead_id AND here.at <= %(as_of)s AND (here.until IS NULL OR here.until > %(as_of)s)
    LEFT JOIN segments s ON s.lead_id = w.lead_id
    LEFT JOIN open_deals d ON d.lead_id = w.lead_id
)
"""

WORTHS = """
SELECT places, stage, source, segment, amount, currency, rate, count(*) FROM worth
GROUP BY places, stage, source, segment, amount, currency, rate
"""

SAME = "jsonb_build_array(stage, source, segment, amount, currency, rate)::text"

DEAREST = f"""
, asked AS MATERIALIZED (
    SELECT DISTINCT ON (key) key, place
    FROM (
        SELECT {SAME} AS key, place
        FROM unnest(%(stages)s::text[], %(sources)s::text[], %(segments)s::text[], %(amounts)s::numeric[], %(currencies)s::text[],
                    %(rates)s::numeric[], %(ranks)s::int[]) AS u(stage, source, segment, amount, currency, rate, place)
    ) keyed
)
SELECT w.lead_id, a.place FROM (SELECT lead_id, {SAME} AS key FROM worth) w JOIN asked a USING (key)
WHERE (a.place, w.lead_id) > (%(behind_rank)s, %(behind_lead)s)
ORDER BY a.place, w.lead_id LIMIT %(limit)s
"""


@dataclass(frozen=True)
class Worth:
    """So many `leads` of one worth, all of which leak in these `places`: pairs of a kind and a side."""

    places: frozenset[tuple[str, str]]
    kindred: Kindred
    leads: int


def read_worths(flags: Flags, places: Sequence[tuple[str, str]], money: Money) -> list[Worth]:
    """Of the open flags. `places` are all the kinds and sides there may be."""
    before, leaking = _leaking(money)
    rows = flags.read(leaking + sql.SQL(WORTHS), {**money.values(), "places": _texts(places)}, before)
    return [
        Worth(
            frozenset(place for n, place in enumerate(places) if mask >> n & 1),
            Kindred(stage, source, segment, None if amount is None else Amount(amount, currency, money.today, rate)),
            leads,
        )
        for mask, stage, source, segment, amount, currency, rate, leads in rows
    ]


def leads_of(
    flags: Flags,
    places: Sequence[tuple[str, str]],
    money: Money,
    ranks: Mapping[Kindred, int],
    *,
    behind: tuple[int, int],
    limit: int | None,
) -> list[tuple[int, int]]:
    """(lead, rank) of the leads of these worths, in order of (rank, lead), behind a place in that order."""
    asked = list(ranks)
    deals = [kindred.deal for kindred in asked]
    values = {
        **money.values(),
        "places": _texts(places),
        "stages": [kindred.stage for kindred in asked],
        "sources": [kindred.source for kindred in asked],
        "segments": [kindred.segment for kindred in asked],
        "amounts": [deal and deal.amount for deal in deals],
        "currencies": [deal and deal.currency for deal in deals],
        "rates": [deal and deal.rate for deal in deals],
        "ranks": list(ranks.values()),
        "behind_rank": behind[0],
        "behind_lead": behind[1],
        "limit": limit,
    }
    before, leaking = _leaking(money)
    return [(lead, rank) for lead, rank in flags.read(leaking + sql.SQL(DEAREST), values, before)]


def _leaking(money: Money) -> tuple[str, sql.Composable]:
    """The CTEs before the flags and behind them."""
    kept = reads_kept(money.stages, money.known_at)
    stays = sql.Identifier("leads_stay" if kept else "changes")
    return "" if kept else WALK, sql.SQL(LEAKING).format(stays=stays)


def _texts(places: Sequence[tuple[str, str]]) -> list[str]:
    return [f"{kind} {side}" for kind, side in places]

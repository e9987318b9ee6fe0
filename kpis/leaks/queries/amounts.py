"""What could a lead be worth? Its open deal, and what deals that were won before brought.

Grain: one row a lead (`EACH`), one a kind of leads that are worth the same (`ALIKE`), one a won deal (`WON`). Clock: `as_of`; a deal is
not a log: its present amount and dates are what is known. Amounts come with the last rate published on or before the day that counts.
Index: lead_value_order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from psycopg2 import sql

from alignment.people.selectors import Somebody
from alignment.plans import hashed_joins
from kpis.leaks.queries.facts import KNOWN, standing
from kpis.reports.kept import reads_kept
from kpis.reports.percentiles import whole_numbers
from leads.funnel.stage_sets import StageSet
from leads.lifecycle.queries.walk import WALK
from leads.records.visibility import VISIBLE, sight_of

BEGAN = "coalesce(o.opened_at, CASE WHEN o.status <> 'open' THEN o.closed_at END, o.created_at)"
"""From when on a deal is there. What an open deal says of closing is an expectation."""

SEGMENTS = f"""
segments AS (
    SELECT DISTINCT ON (v.lead_id) v.lead_id, v.text AS segment FROM leads_leadvalue v
    WHERE v.field = 'segment' AND v.at <= %(as_of)s AND v.lead_id = ANY(ARRAY(SELECT lead_id FROM wanted))
      AND {KNOWN.format(row="v")} AND {standing("v.change_id")}
    ORDER BY v.lead_id, v.at DESC, v.id DESC
)
"""

RATE = """
CASE WHEN d.currency = %(currency)s THEN 1 ELSE (
    SELECT r.rate FROM programs_rate r WHERE r.currency = d.currency AND r.date <= {day} ORDER BY r.date DESC LIMIT 1) END
"""

OPEN_DEALS = f"""
open_deals AS (
    SELECT DISTINCT ON (o.lead_id) o.lead_id, o.id, o.amount, o.currency
    FROM leads_deal o JOIN wanted w ON w.lead_id = o.lead_id
    WHERE o.amount IS NOT NULL AND {BEGAN} <= %(as_of)s AND (o.status = 'open' OR o.closed_at > %(as_of)s)
      AND (%(known_at)s::timestamptz IS NULL OR o.created_at <= %(known_at)s)
    ORDER BY o.lead_id, {BEGAN} DESC, o.id DESC
)
"""

STANDING = f"""
wanted AS MATERIALIZED (SELECT unnest(%(wanted)s::bigint[]) AS lead_id),
{SEGMENTS},
{OPEN_DEALS},
standing AS (
    SELECT l.id AS lead_id, here.stage, l.source, s.segment, d.id AS deal_id, d.amount, d.currency,
           {RATE.format(day="%(today)s::date")} AS rate
    FROM wanted w
    JOIN leads_lead l ON l.id = w.lead_id
    JOIN {{stays}} here ON here.lead_id = w.lead_id AND here.at <= %(as_of)s AND (here.until IS NULL OR here.until > %(as_of)s)
    LEFT JOIN segments s ON s.lead_id = w.lead_id
    LEFT JOIN open_deals d ON d.lead_id = w.lead_id
)
"""

EACH = "SELECT stage, source, segment, amount, currency, rate, lead_id, deal_id FROM standing"

ALIKE = """
SELECT stage, source, segment, amount, currency, rate, string_agg(int8send(lead_id), '') FROM standing
GROUP BY stage, source, segment, amount, currency, rate
"""

WON = f"""
WITH won AS MATERIALIZED (
    SELECT d.lead_id, d.amount, d.currency, (d.closed_at AT TIME ZONE %(zone)s)::date AS day
    FROM leads_deal d LEFT JOIN leads_lead l ON l.id = d.lead_id
    WHERE d.status = 'won' AND d.closed_at <= %(as_of)s
      AND (%(known_at)s::timestamptz IS NULL OR d.created_at <= %(known_at)s)
      AND CASE WHEN l.id IS NULL THEN %(sees_everything)s ELSE NOT l.is_test AND l.merged_into_id IS NULL AND {VISIBLE} END
),
wanted AS MATERIALIZED (SELECT DISTINCT lead_id FROM won WHERE lead_id IS NOT NULL),
{SEGMENTS}
SELECT s.segment, d.amount, d.currency, d.day, {RATE.format(day="d.day")}
FROM won d LEFT JOIN segments s ON s.lead_id = d.lead_id
ORDER BY d.day, d.currency
"""


FEW = 500
"""Leads up to which each is looked up by an index, whatever else there is."""


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount with the rate of the day that counts; no rate: none was published by then."""

    amount: Decimal
    currency: str
    day: date
    rate: Decimal | None


@dataclass(frozen=True)
class Kindred:
    """What is the same for leads of the same worth: where they stand at `as_of`, and the amount of their latest open deal."""

    stage: str
    source: str | None
    segment: str | None
    deal: Amount | None


@dataclass(frozen=True)
class Standing:
    """Where a lead stands at `as_of`, and its latest open deal."""

    lead_id: int
    deal_id: int | None
    kindred: Kindred


@dataclass(frozen=True, slots=True)
class WonDeal:
    """One deal that was won, with the segment of its lead and, where it has one, its amount."""

    segment: str | None
    deal: Amount | None


@dataclass(frozen=True)
class Money:
    """At which instants and in what are amounts counted?"""

    as_of: datetime
    known_at: datetime | None
    today: date
    zone: str
    currency: str
    stages: StageSet

    def values(self) -> dict[str, Any]:
        return {
            "as_of": self.as_of, "known_at": self.known_at, "today": self.today, "zone": self.zone, "currency": self.currency,
            "version": self.stages.version_id, "leads": None,
        }  # fmt: skip


def read_standing(lead_ids: Sequence[int], money: Money) -> list[Standing]:
    """Where these leads stand, and what they have open."""
    return [Standing(lead, deal, kindred) for kindred, lead, deal in _read(EACH, lead_ids, money)]


def read_alike(lead_ids: Sequence[int], money: Money) -> list[tuple[Kindred, NDArray[np.int64]]]:
    """The same, leads that are worth the same together, in no order."""
    return [(kindred, whole_numbers(leads)) for kindred, leads in _read(ALIKE, lead_ids, money)]


def _read(select: str, lead_ids: Sequence[int], money: Money) -> Iterator[tuple[Any, ...]]:
    """What is selected of these leads, which begins with what makes a `Kindred`."""
    kept = reads_kept(money.stages, money.known_at)
    walk = sql.SQL("WITH " if kept else "WITH " + WALK + ", ")
    stays = sql.Identifier("leads_stay" if kept else "changes")
    few = kept and len(lead_ids) <= FEW
    wanted = f"{{{','.join(map(str, lead_ids))}}}"  # one text: of a list, each number would be made a text of its own
    with nullcontext() if few else hashed_joins(), connection.cursor() as cursor:
        cursor.execute(
            walk + sql.SQL(STANDING + select).format(stays=stays), {**money.values(), "wanted": wanted, "leads": wanted}
        )
        for stage, source, segment, amount, currency, rate, *more in cursor:
            deal = None if amount is None else Amount(amount, currency, money.today, rate)
            yield Kindred(stage, source, segment, deal), *more


def read_won(user: Somebody | None, money: Money) -> list[WonDeal]:
    """Every deal won by `as_of` that `user` may know of, by day."""
    with hashed_joins(), connection.cursor() as cursor:
        values: dict[str, Any] = {**money.values(), **sight_of(user).parameters()}
        cursor.execute(WON, values)
        same: dict[Any, Any] = {}  # of what many deals have alike one is kept
        return [
            WonDeal(
                same.setdefault(segment, segment),
                None if amount is None else Amount(amount, *(same.setdefault(one, one) for one in more)),
            )
            for segment, amount, *more in cursor
        ]

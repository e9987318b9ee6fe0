"""How long was who in which state on the way to the goal, and what came in?

A unit is a lead on its way through the stages until it reaches the goal or opens its first deal, then that deal; deals that come any
other way are units of their own. A spell is one stay of a unit in a state. Grain of `SPELLS`: one row a state, segment, destination
(null: still there at the origin), age in ticks, of the spells that were not over by `since`; of `SEEN_FROM`: one a state, segment and
age at which they came under watch, at `since` or when they began; of `ENTRIES`: one a day before the origin, state and segment.

Clock: everything with `at` ≤ as_of, nothing later: what ends later is still open. A tick is 0 for what took less than an hour,
else 1 + whole days. Segments are the lead's as known at the origin, else its source; the smallest together are null.
Indexes: none; stays and deals are read whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from psycopg2 import sql

from alignment.people.selectors import Somebody
from kpis.money.queries.counted import DEALS, LEAD, deal_cut
from kpis.reports.cohorts import COUNTED, base_values, cut_parts, progress
from kpis.reports.params import ReportParams

MOST_TICKS = 1500
SEGMENTS = 4

SEGMENT = """
segments AS (
    SELECT l.id AS lead_id, coalesce(v.text, l.source) AS segment
    FROM leads_lead l LEFT JOIN (
        SELECT DISTINCT ON (lead_id) lead_id, text FROM leads_leadvalue
        WHERE field = 'segment' AND at <= %(as_of)s ORDER BY lead_id, at DESC, id DESC) v ON v.lead_id = l.id
), """

REACHING = """
goals AS (
    SELECT p.lead_id, p.reached[{place}] AS at, 'goal' AS dest, p.lead_id AS unit
    FROM {progress} p WHERE p.reached[{place}] <= %(as_of)s
), """

DEALING = """
begun AS (
    SELECT d.*, CASE WHEN d.opened_at <= %(as_of)s THEN d.opened_at
                     WHEN d.opened_at IS NULL AND d.ended_at <= %(as_of)s THEN d.ended_at END AS at
    FROM deals d
),
goals AS (
    SELECT DISTINCT ON (lead_id) lead_id, at, unit, CASE
        WHEN NOT %(wins)s THEN CASE WHEN opened_at IS NULL THEN 'gone' ELSE 'goal' END
        WHEN opened_at IS NOT NULL THEN 'deal' WHEN status = 'won' THEN 'goal' ELSE 'gone' END AS dest
    FROM (SELECT b.*, b.id AS unit FROM begun b WHERE b.at IS NOT NULL AND b.lead_id IS NOT NULL) b
    ORDER BY lead_id, at, unit
), """

STAYS = """
ways AS (
    SELECT s.lead_id, s.stage, s.at, g.at AS goal_at,
           CASE WHEN least(s.until, g.at) <= %(as_of)s THEN least(s.until, g.at) END AS ended,
           CASE WHEN least(s.until, g.at) > %(as_of)s THEN NULL WHEN g.at <= coalesce(s.until, g.at) THEN g.dest
                ELSE s.next_stage END AS dest
    FROM {stays} s LEFT JOIN goals g ON g.lead_id = s.lead_id
    WHERE s.at <= %(as_of)s AND (g.at IS NULL OR s.at < g.at)
),
of_leads AS (
    SELECT h.lead_id, h.stage AS state, h.at, h.ended, CASE WHEN h.ended IS NOT NULL THEN h.dest END AS dest,
           row_number() OVER (PARTITION BY h.lead_id ORDER BY h.at) = 1 AS is_first
    FROM (SELECT *, coalesce(ended, %(as_of)s) AS cut_at FROM ways) h JOIN leads_lead l ON l.id = h.lead_id
    {joins}
    WHERE {counted}{conditions}
), """

OTHER_GOALS = """
others AS (
    SELECT h.lead_id, h.dest AS state, h.at, h.at AS ended, NULL::text AS dest, true AS is_first
    FROM (SELECT g.*, g.at AS cut_at FROM goals g WHERE NOT EXISTS (SELECT FROM ways w WHERE w.lead_id = g.lead_id)) h
    JOIN leads_lead l ON l.id = h.lead_id
    {joins}
    WHERE {counted}{conditions}
), """
"""Leads that were at the goal with their first step."""

OTHER_DEALS = """
others AS (
    SELECT f.lead_id, CASE WHEN f.opened_at IS NULL OR NOT %(wins)s THEN 'goal' ELSE 'deal' END AS state, f.at,
           CASE WHEN f.status <> 'open' AND f.closed_at <= %(as_of)s THEN f.closed_at END AS ended,
           CASE WHEN f.closed_at <= %(as_of)s THEN CASE f.status WHEN 'won' THEN 'goal' WHEN 'lost' THEN 'gone' END END AS dest,
           NOT EXISTS (SELECT FROM goals g JOIN ways w ON w.lead_id = g.lead_id WHERE g.unit = f.id) AS is_first
    FROM (SELECT b.*, CASE WHEN b.status <> 'open' AND b.closed_at <= %(as_of)s THEN b.closed_at ELSE %(as_of)s END AS cut_at
          FROM begun b WHERE b.at IS NOT NULL
            AND (CASE WHEN %(wins)s THEN b.opened_at IS NOT NULL OR b.status = 'won' ELSE b.opened_at IS NOT NULL END)) f
    {lead}{joins}
    WHERE true{conditions}
), """
"""Deals; `is_first` those that no lead on its way opened."""

RANKED = """
units AS (
    SELECT u.*, s.segment FROM (SELECT * FROM of_leads UNION ALL SELECT * FROM others) u
    LEFT JOIN segments s ON s.lead_id = u.lead_id
),
large AS (SELECT segment FROM units WHERE segment IS NOT NULL GROUP BY segment ORDER BY count(*) DESC, segment LIMIT %(segments)s),
told AS (SELECT u.*, g.segment AS part FROM units u LEFT JOIN large g ON g.segment = u.segment)
"""

TICK = "CASE WHEN {took} < interval '1 hour' THEN 0 ELSE least(1 + date_part('day', {took}), %(most_ticks)s)::int END"
"""The time between two instants is told in days and what is left of one."""

SPELLS = f"""
SELECT state, part, dest, {TICK.format(took="(coalesce(ended, %(as_of)s) - at)")} AS tick, ended IS NULL AS is_open, count(*)
FROM told WHERE state <> 'goal' AND (ended IS NULL OR ended >= %(since)s)
GROUP BY 1, 2, 3, 4, 5
"""

SEEN_FROM = f"""
SELECT state, part, {TICK.format(took="(%(since)s - at)")} AS tick, count(*)
FROM told WHERE state <> 'goal' AND (ended IS NULL OR ended >= %(since)s)
GROUP BY 1, 2, 3
"""

ENTRIES = """
SELECT date_part('day', %(as_of)s - at)::int AS days_ago, state, part, count(*)
FROM told WHERE is_first AND state <> 'gone' AND at > %(as_of)s - interval '1092 days'
GROUP BY 1, 2, 3
"""

ALL = """
{ctes}
SELECT 'spell', state, part, dest, tick, is_open, count FROM ({spells}) s
UNION ALL SELECT 'seen', state, part, NULL, tick, false, count FROM ({seen}) f
UNION ALL SELECT 'entry', state, part, NULL, days_ago, false, count FROM ({entries}) e
ORDER BY 1, 2, 3, 4, 5, 6
"""


@dataclass(frozen=True)
class Way:
    """Which goal: the place of a stage that leads reach, or deals that are opened, or won."""

    place: int | None
    wins: bool = False


@dataclass(frozen=True)
class Spells:
    """So many units that were (or are: `is_open`) in a state for so many ticks, and where they went."""

    state: str
    segment: str | None
    dest: str | None
    tick: int
    is_open: bool
    n: int


@dataclass(frozen=True)
class Seen:
    """So many units that came under watch at that age."""

    state: str
    segment: str | None
    tick: int
    n: int


@dataclass(frozen=True)
class Entries:
    """So many units that began so many whole days before the origin."""

    days_ago: int
    state: str
    segment: str | None
    n: int


@dataclass(frozen=True)
class History:
    """What is known of the way to a goal."""

    spells: tuple[Spells, ...]
    seen: tuple[Seen, ...]
    entries: tuple[Entries, ...]


def read_history(way: Way, params: ReportParams, user: Somebody | None, since: datetime) -> History:
    """Everything known at `params.as_of`, of what `user` may see and `params.where` names; spells as watched from `since` on."""
    statement, values = _statement(way, params, user)
    spells: list[Spells] = []
    seen: list[Seen] = []
    entries: list[Entries] = []
    with connection.cursor() as cursor:
        cursor.execute(statement, {**values, "since": since})
        for kind, state, part, dest, tick, is_open, n in cursor.fetchall():
            match kind:
                case "spell":
                    spells.append(Spells(state, part, dest, tick, is_open, n))
                case "seen":
                    seen.append(Seen(state, part, tick, n))
                case _:
                    entries.append(Entries(tick, state, part, n))
    return History(tuple(spells), tuple(seen), tuple(entries))


def _statement(way: Way, params: ReportParams, user: Somebody | None) -> tuple[sql.Composable, dict[str, Any]]:
    log = progress(params)
    _columns, joins, conditions, values = cut_parts(params, sql.SQL("h.cut_at"))
    _columns, d_joins, d_conditions, _values = cut_parts(params, sql.SQL("f.cut_at"), deal_cut)
    counted = sql.SQL(COUNTED)
    goals: sql.Composable
    if way.place is not None:
        goals = sql.SQL(REACHING).format(place=sql.Literal(way.place), progress=log.progress)
        others = sql.SQL(OTHER_GOALS).format(joins=joins, counted=counted, conditions=conditions)
    else:
        goals = sql.SQL(DEALS.format(among="") + "," + DEALING)
        others = sql.SQL(OTHER_DEALS).format(lead=sql.SQL(LEAD), joins=d_joins, conditions=d_conditions)
    stays = sql.SQL(STAYS).format(stays=log.stays, joins=joins, counted=counted, conditions=conditions)
    ctes = log.ctes + goals + stays + others + sql.SQL(SEGMENT) + sql.SQL(RANKED)
    statement = sql.SQL(ALL).format(
        ctes=ctes, spells=sql.SQL(SPELLS), seen=sql.SQL(SEEN_FROM), entries=sql.SQL(ENTRIES)
    )
    more = {"wins": way.wins, "segments": SEGMENTS, "most_ticks": MOST_TICKS}
    return statement, {**base_values(params, user), **values, **more}

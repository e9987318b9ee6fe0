"""When did which leaks hold? All kinds together, from the logs alone, kept or just read.

Grain: one row a leak, unique by (lead, kind, since). Clock: all that is known, or what was known at `known_at`.
The same statements serve a few leads and all of them.

Each regime (`kpis.leaks.regimes`) judges the whole log by its own limits and stages; of what it finds counts what lies within it.
Regimes of one stage set read the log together, and up to when the last of them ends; those that ended before the first of the leads
was anywhere are left out. What holds up to the border of two regimes and from there on is one leak: it opened when the first part did.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from psycopg2 import sql

from alignment.plans import hashed_joins
from kpis.leaks.kinds import KINDS, LeakKind
from kpis.leaks.queries.counts import ENDS
from kpis.leaks.queries.facts import of_these_leads
from kpis.leaks.queries.stays import stays
from kpis.leaks.regimes import Regime, by_stage_set, count_alike, regimes, spells
from kpis.reports.kept import reads_kept
from leads.activities.kinds import REPLIES
from leads.funnel.stage_sets import stage_set

WANTED = "WITH wanted AS MATERIALIZED (SELECT unnest(%(leads)s::bigint[]) AS lead_id),"

FIRST_CHANGE = """
SELECT min(at) FROM leads_stagechange WHERE %(leads)s::bigint[] IS NULL OR lead_id = ANY(%(leads)s::bigint[])
"""

OF_KIND = """
SELECT {key} AS kind, {side} AS side, i.lead_id, i.pass_number, i.since, i.until, i.limit_seconds, {during} FROM ({intervals}) i
"""

AT_ONCE = OF_KIND.rstrip().replace("{during}", "spells.during") + " CROSS JOIN spells\n"
WITHIN_LIMIT = OF_KIND.replace("{during}", "i.during")

OF_STAGE_SET = """(
WITH {stays},
found AS ({found}),
within AS (
    SELECT kind, side, lead_id, pass_number, greatest(since, lower(during)) AS since, least(until, upper(during)) AS until, limit_seconds
    FROM found
)
SELECT f.lead_id, f.kind, f.pass_number, f.since, f.until, coalesce(f.side, s.side) AS side, s.stage, f.limit_seconds
FROM within f JOIN stays s ON s.lead_id = f.lead_id AND s.at <= f.since AND (s.until IS NULL OR f.since < s.until)
WHERE f.until IS NULL OR f.since < f.until
)"""

ONE_REGIME = " leaks AS MATERIALIZED {regimes}"

REGIMES = """
parts AS MATERIALIZED ({regimes}),
begins AS (
    SELECT *, coalesce(since = ANY(%(borders)s::timestamptz[]) AND lag(until) OVER flags = since, false) AS goes_on
    FROM parts WINDOW flags AS (PARTITION BY lead_id, kind, pass_number ORDER BY since)
),
numbered AS (
    SELECT *, count(*) FILTER (WHERE NOT goes_on) OVER (PARTITION BY lead_id, kind, pass_number ORDER BY since) AS flag FROM begins
),
leaks AS MATERIALIZED (
    SELECT lead_id, kind, pass_number, min(since) AS since, CASE WHEN bool_and(until IS NOT NULL) THEN max(until) END AS until,
           (array_agg(side ORDER BY since))[1] AS side, (array_agg(stage ORDER BY since))[1] AS stage,
           (array_agg(limit_seconds ORDER BY since))[1] AS limit_seconds
    FROM numbered GROUP BY lead_id, kind, pass_number, flag
)
"""

KEEP = f""",
before AS MATERIALIZED (SELECT * FROM kpis_leak k WHERE {of_these_leads("k.lead_id")}),
closed AS (
    DELETE FROM kpis_leak k
    WHERE k.id = ANY(ARRAY(
        SELECT b.id FROM before b
        WHERE NOT EXISTS (
            SELECT FROM leaks f
            WHERE (f.lead_id, f.kind, f.pass_number, f.since) = (b.lead_id, b.kind, b.pass_number, b.since))))
    RETURNING k.id
),
kept AS (
    INSERT INTO kpis_leak AS k (lead_id, kind, pass_number, since, until, side, stage, limit_seconds)
    SELECT lead_id, kind, pass_number, since, until, side, stage, limit_seconds FROM leaks f
    WHERE (SELECT count(*) FROM closed) >= 0
      AND NOT EXISTS (
          SELECT FROM before b
          WHERE (b.lead_id, b.kind, b.pass_number, b.since) = (f.lead_id, f.kind, f.pass_number, f.since)
            AND (b.until, b.side, b.stage, b.limit_seconds) IS NOT DISTINCT FROM (f.until, f.side, f.stage, f.limit_seconds))
    ORDER BY lead_id, kind, since
    ON CONFLICT (lead_id, kind, pass_number, since) DO UPDATE
        SET until = excluded.until, side = excluded.side, stage = excluded.stage, limit_seconds = excluded.limit_seconds
),
counted AS (
    SELECT -1 AS by, kind, side, since, until FROM before
    UNION ALL
    SELECT 1, kind, side, since, until FROM leaks
),
differences AS (
    SELECT kind, side, (s.at AT TIME ZONE 'UTC')::date AS day, sum(by * s.opened) AS opened, sum(by * s.closed) AS closed
    FROM counted CROSS JOIN LATERAL {ENDS} AS s(at, opened, closed)
    WHERE s.at IS NOT NULL
    GROUP BY kind, side, day
    HAVING sum(by * s.opened) <> 0 OR sum(by * s.closed) <> 0
)
INSERT INTO kpis_leakcount AS c (kind, side, day, opened, closed)
SELECT kind, side, day, opened, closed FROM differences ORDER BY kind, side, day
ON CONFLICT (kind, side, day) DO UPDATE SET opened = c.opened + excluded.opened, closed = c.closed + excluded.closed
RETURNING id, opened = 0 AND closed = 0
"""
"""What no longer holds goes first (the count waits for it), then rows in order of time: there is never a second open leak. The counts
change by what these leads had and what they have."""

EMPTY = "DELETE FROM kpis_leakcount WHERE id = ANY(%(counts)s)"


class Leaks:
    """The CTEs up to `leaks` (`WITH …, leaks AS (…)`) and the values they name, of these leads or of all (None)."""

    def __init__(self, *, leads: list[int] | None, known_at: datetime | None) -> None:
        found = _that_matter(regimes(), leads)
        groups = by_stage_set(found)
        present = stage_set()
        kept = reads_kept(present, known_at)
        limits = sorted(found[0].limits)
        parts = [
            _of_stage_set(n, limits, kept=kept and count_alike(group[0].stages, present))
            for n, group in enumerate(groups)
        ]
        together = sql.SQL(ONE_REGIME if len(found) == 1 else REGIMES)
        self.ctes = sql.SQL(WANTED) + together.format(regimes=sql.SQL(" UNION ALL ").join(parts))
        self.values: dict[str, Any] = {
            "leads": leads,
            "every_lead": leads is None,
            "known_at": known_at,
            "as_of": None,
            "replies": sorted(REPLIES),
            "borders": [regime.since for regime in found if regime.since is not None],
            **{f"{name}_{n}": value for n, group in enumerate(groups) for name, value in _agreed(group).items()},
        }


def _that_matter(found: Sequence[Regime], leads: list[int] | None) -> Sequence[Regime]:
    """Without the regimes that had ended when the first of these leads came anywhere: there is nothing in them to judge."""
    if len(found) == 1:
        return found
    with connection.cursor() as cursor:
        cursor.execute(FIRST_CHANGE, {"leads": leads})
        first = cursor.fetchone()[0]
    return [
        regime for regime in found if regime.until is None or (first is not None and first < regime.until)
    ] or found[-1:]


def _of_stage_set(number: int, limits: Sequence[str], *, kept: bool) -> sql.Composed:
    found = sql.SQL(" UNION ALL ").join(_of_kind(kind) for kind in KINDS)
    return sql.SQL(OF_STAGE_SET).format(stays=stays(number, limits, kept=kept), found=found)


def _of_kind(kind: LeakKind) -> sql.Composed:
    side = sql.SQL("i.side") if kind.names_side else sql.SQL("{}::text").format(sql.Literal(kind.side))
    return sql.SQL(WITHIN_LIMIT if kind.is_agreed else AT_ONCE).format(
        key=sql.Literal(kind.key), side=side, intervals=kind.intervals
    )


def _agreed(group: Sequence[Regime]) -> dict[str, Any]:
    """What the CTEs of one stage set name: its version, its spells, and its regimes with their limits."""
    in_spells = spells(group)
    return {
        "version": group[0].stages.version_id,
        "ends": group[-1].until,
        "begins": [since for since, _until in in_spells],
        "finishes": [until for _since, until in in_spells],
        "sinces": [regime.since for regime in group],
        "untils": [regime.until for regime in group],
        **{limit: [regime.limits[limit] for regime in group] for limit in group[0].limits},
    }


def keep(lead_ids: list[int] | None) -> None:
    """Make the kept leaks of these leads, or of all, what the logs say; rows that still hold keep their id. Needs a transaction."""
    leaks = Leaks(leads=lead_ids, known_at=None)
    with hashed_joins(), connection.cursor() as cursor:
        cursor.execute(leaks.ctes + sql.SQL(KEEP), leaks.values)
        if empty := [count for count, is_empty in cursor.fetchall() if is_empty]:
            cursor.execute(EMPTY, {"counts": empty})


STRAYS = "DELETE FROM kpis_leak k WHERE NOT EXISTS (SELECT FROM leads_lead l WHERE l.id = k.lead_id)"


def forget_strays() -> None:
    """Leaks of leads that are gone go, too. The counts are to be counted anew after it."""
    with connection.cursor() as cursor:
        cursor.execute(STRAYS)

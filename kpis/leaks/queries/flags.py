"""Which leaks opened in a period, and which of them are open at `as_of`? For the report and the lists behind it.

Grain: one row a leak, unique by (lead, kind, since). Clock: opened by `as_of`; kept leaks, or for an earlier `known_at` those that
the log as it was known gives. Index: leak_by_since.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection
from psycopg2 import sql

from alignment.people.selectors import Somebody
from alignment.plans import hashed_joins
from kpis.leaks.queries import intervals
from kpis.leaks.queries.known import Known
from kpis.reports.cohorts import COUNTED, base_values, cut_parts
from kpis.reports.params import ReportParams

FLAGS = """
flags AS (
    {ctes}SELECT k.lead_id, k.kind, k.since, CASE WHEN k.until <= %(as_of)s THEN k.until END AS until, k.pass_number, k.side, k.stage,
           k.limit_seconds, (k.until IS NULL OR k.until > %(as_of)s) AS is_open
    FROM {leaks} k JOIN leads_lead l ON l.id = k.lead_id
    {joins}
    WHERE k.since >= %(start)s AND k.since < %(end)s AND k.since <= %(as_of)s
      AND (%(kind)s::text IS NULL OR k.kind = %(kind)s) AND (%(side)s::text IS NULL OR k.side = %(side)s)
      AND (NOT %(only_open)s OR k.until IS NULL OR k.until > %(as_of)s)
      AND l.erased_at IS NULL AND {counted}{conditions}
)
"""

COUNT = (
    "SELECT kind, side, count(*), count(*) FILTER (WHERE is_open) FROM flags GROUP BY kind, side ORDER BY kind, side"
)

BY_STAGE = "SELECT stage, kind, count(*) FROM flags GROUP BY stage, kind ORDER BY stage, kind"

IN_STAGE = """
SELECT lead_id, since FROM flags
WHERE stage = %(stage)s AND (%(after_since)s::timestamptz IS NULL OR (since, lead_id) > (%(after_since)s, %(after_lead)s))
ORDER BY since, lead_id LIMIT %(limit)s
"""

LIST = """
SELECT lead_id, kind, since, until, pass_number, side, stage, limit_seconds, is_open FROM flags
WHERE %(after_since)s::timestamptz IS NULL OR (since, lead_id, kind) > (%(after_since)s, %(after_lead)s, %(after_kind)s)
ORDER BY since, lead_id, kind LIMIT %(limit)s
"""

OPEN_OF = """
SELECT lead_id, kind, since, until, pass_number, side, stage, limit_seconds, is_open FROM flags
WHERE is_open AND lead_id = ANY(%(of_leads)s) ORDER BY array_position(%(of_leads)s, lead_id), since, kind
"""


@dataclass(frozen=True)
class Only:
    """Which of the flags; the default is all of them."""

    kind: str | None = None
    side: str | None = None
    still_open: bool = False


@dataclass(frozen=True)
class FlagCount:
    kind: str
    side: str
    count: int
    open: int


@dataclass(frozen=True)
class Flag:
    """One leak. `until` is None while it is open at `as_of`."""

    lead_id: int
    kind: str
    since: datetime
    until: datetime | None
    pass_number: int
    side: str
    stage: str
    limit_seconds: int
    is_open: bool


class Flags:
    """The flags of one question; each method is one statement."""

    def __init__(self, params: ReportParams, user: Somebody | None, only: Only, known: Known | None = None) -> None:
        """`known`: the leaks of a question about what was known, where they were read already."""
        _columns, joins, conditions, cut_values = cut_parts(replace(params, by=()), sql.SQL("k.since"))
        known_at = params.known_at
        leaks = known or (None if known_at is None else intervals.Leaks(leads=None, known_at=known_at))
        self._flags = sql.SQL(FLAGS).format(
            ctes=sql.SQL("") if leaks is None else leaks.ctes,
            leaks=sql.Identifier("kpis_leak" if leaks is None else "leaks"),
            joins=joins,
            counted=sql.SQL(COUNTED),
            conditions=conditions,
        )
        self._kept = leaks is None
        self._values = {
            **(leaks.values if leaks else {}), **base_values(params, user), **cut_values,
            "kind": only.kind, "side": only.side, "only_open": only.still_open,
        }  # fmt: skip

    def counts(self) -> list[FlagCount]:
        """How many, by kind and side."""
        return [FlagCount(*row) for row in self._rows(COUNT, {})]

    def by_stage(self) -> list[tuple[str, str, int]]:
        """(stage, kind, how many): the stage that the lead was in when the leak opened."""
        return [(stage, kind, n) for stage, kind, n in self._rows(BY_STAGE, {})]

    def in_stage(self, stage: str, limit: int, after: tuple[datetime, int] | None) -> list[tuple[int, datetime]]:
        """(lead, since) of those that opened in that stage, behind `after`."""
        since, lead = after or (None, None)
        return self._rows(IN_STAGE, {"stage": stage, "limit": limit, "after_since": since, "after_lead": lead})

    def page(self, limit: int | None, after: tuple[datetime, int, str] | None) -> list[Flag]:
        """Flags in order of (since, lead, kind), behind `after`."""
        since, lead, kind = after or (None, None, None)
        return [
            Flag(*row)
            for row in self._rows(
                LIST,
                {"limit": limit, "after_since": since, "after_lead": lead, "after_kind": kind},
                few=limit is not None,
            )
        ]

    def open_of(self, leads: list[int]) -> list[Flag]:
        """The open flags of these leads, in the order of the leads."""
        return [Flag(*row) for row in self._rows(OPEN_OF, {"of_leads": leads})]

    def read(self, statement: sql.Composable, values: dict[str, Any], before: str = "") -> list[tuple[Any, ...]]:
        """What another statement over all of them says: it goes on behind the CTE `flags`, and may have CTEs `before` it."""
        ctes = sql.SQL(f"WITH {before}, " if before else "WITH ")
        with hashed_joins(roomy=True), connection.cursor() as cursor:
            cursor.execute(ctes + self._flags + statement, {**self._values, **values})
            return list(cursor.fetchall())

    def _rows(self, statement: str, values: dict[str, Any], *, few: bool = False) -> list[tuple[Any, ...]]:
        """`few`: it stops early, and finds each row by an index of what is kept."""
        with nullcontext() if few and self._kept else hashed_joins(), connection.cursor() as cursor:
            cursor.execute(sql.SQL("WITH ") + self._flags + sql.SQL(statement), {**self._values, **values})
            return list(cursor.fetchall())

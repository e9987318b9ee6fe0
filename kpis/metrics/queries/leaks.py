"""Which leaks opened in a period, and which passes that qualified in it leaked soon after?

Grain: one line a leak, one a (lead, pass). Clock: `since`; of a pass its first qualifying, counted once the 30 days in which it may
leak are over. What is kept, or what the log as it was known gives. The leaks are those of the leakage report: of leads not erased.
Index: leak_by_since, leak_once, need_by_moment, handoff_order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from psycopg2 import sql

from alignment.unpivot import unpivot
from kpis.leaks.kinds import KINDS
from kpis.leaks.queries import intervals
from kpis.leaks.queries.rate import FIRST_QUALIFIED, HAS_LEAKED, WINDOW, ground
from kpis.metrics.declaring import Asked, Family, Statement, Subject
from kpis.metrics.queries.of_leads import IN_PERIOD, NOTHING, OF_SUBJECTS, lines_of_leads, table

ALL = "leaks"

OPENED = f"""
SELECT m.measure, {{line_id}}, k.lead_id, k.since, k.since, 1::numeric
FROM {{leaks}} k JOIN leads_lead e ON e.id = k.lead_id AND e.erased_at IS NULL{{measures}}
WHERE {IN_PERIOD.format(at="k.since")} AND {OF_SUBJECTS.format(id="k.lead_id")}
"""

MEASURES = unpivot(
    [
        "'qualified_passes'::text, true",
        f"'leaked'::text, EXISTS (SELECT FROM {HAS_LEAKED.strip().replace(' ON ', ' WHERE ', 1)})",
    ]
)

QUALIFIED = f"""
SELECT m.measure, q.lead_id * 10000 + q.pass_number, q.lead_id, q.at, q.at + {{window}}, 1::numeric
FROM firsts q
CROSS JOIN LATERAL {MEASURES} AS m(measure, is_there)
WHERE {IN_PERIOD.format(at="q.at")} AND m.is_there
"""


def kinds() -> dict[str, str]:
    """By measure the kind of leak."""
    return {f"leaks.{kind.key}": kind.key for kind in KINDS}


@dataclass(frozen=True)
class Leaks:
    """Where leaks are read from: the CTEs up to them, the table, an id for each, and the values that they name."""

    query: sql.Composable
    table: sql.Composable
    line_id: sql.Composable
    values: Mapping[str, Any]

    @property
    def ctes(self) -> sql.Composable:
        """So that another CTE may follow."""
        return self.query + sql.SQL(", ") if self.values else sql.SQL("WITH ")


def leaks_there(asked: Asked) -> Leaks:
    """The leaks that are kept, or those that the log as it was known gives."""
    if asked.params.known_at is None:
        return Leaks(sql.SQL(""), sql.Identifier("kpis_leak"), sql.SQL("k.id"), {})
    found = intervals.Leaks(leads=_subjects(asked), known_at=asked.params.known_at)
    return Leaks(found.ctes, sql.Identifier("leaks"), _numbered(), found.values)


def opened(asked: Asked) -> Statement:
    """The leaks that opened, by kind and all together."""
    there = leaks_there(asked)
    wanted = {key: kind for key, kind in kinds().items() if asked.wants(key)}
    rows = [sql.SQL(" JOIN {} ON m.kind = k.kind").format(table(wanted, "kind"))] if wanted else []
    if asked.wants(ALL):
        rows.append(sql.SQL(" CROSS JOIN {}").format(table({ALL: 0}, "nothing")))
    parts = [sql.SQL(OPENED).format(line_id=there.line_id, leaks=there.table, measures=one) for one in rows]
    return lines_of_leads(
        asked, happened=sql.SQL(" UNION ALL ").join(parts or [NOTHING]), ctes=there.ctes, values=there.values
    )


def passes(asked: Asked) -> Statement:
    """The passes that qualified, and those of them that leaked."""
    there = ground(asked.params, _subjects(asked))
    happened = sql.SQL(QUALIFIED).format(leaks=there.leaks, window=WINDOW)
    ctes = there.ctes + sql.SQL(FIRST_QUALIFIED).format(stays=there.stays) + sql.SQL(", ")
    return lines_of_leads(asked, happened=happened, ctes=ctes, values=there.values)


def _subjects(asked: Asked) -> list[int] | None:
    return None if asked.subjects is None else list(asked.subjects)


def _numbered() -> sql.Composable:
    """Leaks that are read anew have no id: the lead's and the kind's place tell those of one instant apart."""
    places = sql.SQL(" ").join(
        sql.SQL("WHEN {} THEN {}").format(sql.Literal(kind.key), sql.Literal(place)) for place, kind in enumerate(KINDS)
    )
    return sql.SQL("k.lead_id * 100 + CASE k.kind {} END").format(places)


LEAKS = Family("leaks", Subject.LEAD, opened)
PASSES = Family("passes", Subject.LEAD, passes)

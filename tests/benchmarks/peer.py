"""DuckDB doing the same from the same files: what a column store needs that keeps nothing and guards nothing."""

from __future__ import annotations

import time

import duckdb

from tests.benchmarks.files import END, Files

POSITIONS = {"inquiry": 1, "mql": 2, "sal": 3, "sql": 4, "opportunity": 5, "won": 6, "loyal": 7}

LOAD = """
CREATE TABLE {kind} AS SELECT * FROM read_csv('{path}', header = true, all_varchar = false, nullstr = '')
"""

EVENTS = """
CREATE VIEW events AS
SELECT external_id AS lead, 'inquiry' AS stage, created_at AS moment FROM leads
UNION ALL SELECT lead_external_id, stage, "at" FROM stages
UNION ALL SELECT lead_external_id, 'opportunity', opened_at FROM deals WHERE opened_at IS NOT NULL
UNION ALL SELECT lead_external_id, status, closed_at FROM deals WHERE status <> 'open'
"""

FUNNEL = """
WITH placed AS (SELECT lead, moment, p.position FROM events JOIN positions p USING (stage)),
reached AS (
    SELECT lead, {reached} FROM placed GROUP BY lead
)
SELECT strftime(r1, '%Y-%m') AS month, source, count(*), {counts}
FROM reached JOIN leads ON leads.external_id = reached.lead
GROUP BY ALL
"""

LEAKAGE = """
WITH ordered AS (
    SELECT lead, stage, moment, lead(moment) OVER (PARTITION BY lead ORDER BY moment) AS until FROM events
),
present AS (SELECT * FROM ordered WHERE until IS NULL),
touches AS (
    SELECT lead_external_id AS lead, max("at") FILTER (WHERE kind IN ('newsletter', 'nurture')) AS marketing,
           max("at") FILTER (WHERE kind IN ('call', 'meeting', 'proposal')) AS sales
    FROM activities GROUP BY 1
)
SELECT count(*) FILTER (WHERE stage IN ('inquiry', 'mql', 'sal', 'sql', 'opportunity') AND greatest(
           moment + INTERVAL 30 DAY,
           coalesce(CASE WHEN stage IN ('inquiry', 'mql') THEN marketing ELSE sales END, moment) + INTERVAL 14 DAY
       ) <= TIMESTAMPTZ '{end}') AS stalled,
       count(*) FILTER (WHERE stage = 'recycled'
           AND greatest(moment, coalesce(marketing, moment)) + INTERVAL 30 DAY <= TIMESTAMPTZ '{end}') AS forgotten,
       count(*) FILTER (WHERE stage = 'won'
           AND greatest(moment, coalesce(marketing, moment)) + INTERVAL 60 DAY <= TIMESTAMPTZ '{end}') AS dropped
FROM present LEFT JOIN touches USING (lead)
"""


class Peer:
    """One in-memory DuckDB with the files in it."""

    def __init__(self, files: Files) -> None:
        self.base = duckdb.connect(config={"threads": 2})
        self.load_seconds = {kind: self._timed(LOAD.format(kind=kind, path=files.path(kind))) for kind in files.rows}
        self.base.execute("CREATE TABLE positions (stage VARCHAR, position INT)")
        self.base.executemany("INSERT INTO positions VALUES (?, ?)", list(POSITIONS.items()))
        self.base.execute(EVENTS)

    def funnel_seconds(self) -> float:
        """The funnel by month and source, straight from the events."""
        numbers = sorted(POSITIONS.values())
        reached = ", ".join(f"min(moment) FILTER (WHERE position >= {n}) AS r{n}" for n in numbers)
        counts = ", ".join(f"count(r{n}), count(*) FILTER (WHERE r{n} - r1 <= INTERVAL 90 DAY)" for n in numbers)
        return self._best(FUNNEL.format(reached=reached, counts=counts))

    def leakage_seconds(self) -> float:
        """The conditions that only look at stages and last touches, over every lead."""
        return self._best(LEAKAGE.format(end=END.isoformat()))

    def _best(self, statement: str) -> float:
        return min(self._timed(statement) for _ in range(3))

    def _timed(self, statement: str) -> float:
        began = time.perf_counter()
        self.base.execute(statement).fetchall()
        return time.perf_counter() - began

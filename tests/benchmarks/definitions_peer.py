"""DuckDB judging the same leads by the same rules: each rule written by hand, as short as it gets for these rows."""

from __future__ import annotations

import time
from pathlib import Path

import duckdb
from django.db import connection

COPIED = {
    "leads": "SELECT id, recorded_at, country, title, email_usable, company_id, is_test FROM leads_lead",
    "companies": "SELECT id, industry, employees FROM leads_company",
    "activities": "SELECT lead_id, kind, at, recorded_at, url FROM leads_activity",
}

TOUCHES = "('page_view', 'form', 'content', 'webinar', 'email_click')"

QUALIFIED = """
WITH done AS (
    SELECT lead_id,
           count(*) FILTER (WHERE kind = 'page_view' AND {pricing_since} AND regexp_matches(url, '^https?://[^/]*/pricing')) AS pricing,
           count(*) FILTER (WHERE kind IN {touches} AND {touched_since}) AS touched,
           count(*) FILTER (WHERE kind = 'unsubscribe') AS unsubscribed
    FROM activities WHERE "at" <= $now AND recorded_at <= $now
    GROUP BY lead_id
)
SELECT l.id FROM leads l JOIN companies c ON c.id = l.company_id JOIN done ON done.lead_id = l.id
WHERE NOT l.is_test AND l.recorded_at <= $now
  AND c.employees >= 50 AND c.industry IN ('Software', 'Finance', 'Manufacturing') AND l.country IN ('DE', 'FR', 'US')
  AND (l.title NOT LIKE '%Student%' OR l.title IS NULL) AND l.email_usable
  AND pricing >= {pricing} AND touched >= {touched} AND unsubscribed = 0
"""


class DefinitionsPeer:
    """One in-memory DuckDB with the base's leads in it."""

    def __init__(self, folder: Path) -> None:
        self.base = duckdb.connect(config={"threads": 2})
        for name, query in COPIED.items():
            path = folder / f"{name}.csv"
            with path.open("w") as file, connection.cursor() as cursor:
                cursor.copy_expert(f"COPY ({query}) TO STDOUT WITH (FORMAT csv, HEADER)", file)
            self.base.execute(f"CREATE TABLE {name} AS SELECT * FROM read_csv('{path}', header = true, nullstr = '')")
            path.unlink()

    def qualified(self, now: str, *, windows: bool) -> tuple[set[int], float]:
        """Ids of the leads that meet the eight conditions, and how many seconds it took to find them."""
        statement = QUALIFIED.format(
            touches=TOUCHES,
            pricing_since='"at" > $now - INTERVAL 30 DAY' if windows else "true",
            touched_since='"at" > $now - INTERVAL 14 DAY' if windows else "true",
            pricing=1 if windows else 2,
            touched=1 if windows else 3,
        ).replace("$now", f"TIMESTAMPTZ '{now}'")
        best, found = float("inf"), []
        for _ in range(3):
            began = time.perf_counter()
            found = self.base.execute(statement).fetchall()
            best = min(best, time.perf_counter() - began)
        return {row[0] for row in found}, best

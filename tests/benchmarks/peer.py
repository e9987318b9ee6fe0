"""DuckDB with the same tables: what a column store needs that keeps nothing and guards nothing. Loaded once for each base.

Tables and columns are named as in PostgreSQL. Moments become TIMESTAMP in UTC, which is the quickest it has; what has no plain type
there (documents, lists) becomes text.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import psycopg2

TABLES = (
    "leads_lead", "leads_company", "leads_stagechange", "leads_activity", "leads_consent", "leads_leadvalue", "leads_deal",
    "leads_handoff", "leads_deadline", "leads_need", "programs_campaign", "programs_spend", "programs_rate", "programs_series",
    "people_user", "people_team", "leads_stage",
)  # fmt: skip
TYPES = {
    "bigint": "BIGINT", "integer": "INTEGER", "smallint": "SMALLINT", "boolean": "BOOLEAN", "double precision": "DOUBLE",
    "date": "DATE", "timestamp with time zone": "TIMESTAMP",
}  # fmt: skip
TABLE = """
CREATE TABLE {table} AS SELECT *
FROM read_csv('{path}', header = true, delim = ',', quote = '"', escape = '"', nullstr = '', columns = {{{kinds}}})
"""
"""Nothing of a file is guessed: what a part of it looks like need not hold for the rest."""
COLUMNS = """
SELECT a.attname, format_type(a.atttypid, NULL), format_type(a.atttypid, a.atttypmod) FROM pg_attribute a
WHERE a.attrelid = %(table)s::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""


def load(url: str, file: Path, place: Path) -> None:
    """Write the base's tables into a DuckDB file, by way of CSV files beside it that go again."""
    draft = file.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    place.mkdir(parents=True, exist_ok=True)
    with psycopg2.connect(url) as base, base.cursor() as cursor, duckdb.connect(str(draft)) as peer:
        cursor.execute("SET TIME ZONE 'UTC'")
        for table in TABLES:
            cursor.execute(COLUMNS, {"table": table})
            columns = [(name, _type(plain, whole)) for name, plain, whole in cursor.fetchall()]
            path = place / f"{table}.csv"
            with path.open("w") as written:
                cursor.copy_expert(
                    f"COPY (SELECT {_selected(columns)} FROM {table}) TO STDOUT (FORMAT csv, HEADER)", written
                )
            kinds = ", ".join(f"'{name}': '{kind}'" for name, kind in columns)
            peer.execute(TABLE.format(table=table, path=path, kinds=kinds))
            path.unlink()
        peer.execute("CHECKPOINT")
    shutil.move(draft, file)


def _type(plain: str, whole: str) -> str:
    if plain == "numeric":
        return whole.upper().replace("NUMERIC", "DECIMAL") if "(" in whole else "DOUBLE"
    return TYPES.get(plain, "VARCHAR")


def _selected(columns: list[tuple[str, str]]) -> str:
    """Moments without their zone, which is that of the session."""
    return ", ".join(f'"{name}"::timestamp' if kind == "TIMESTAMP" else f'"{name}"' for name, kind in columns)

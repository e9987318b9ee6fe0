"""What would it take to get the same rows in without any work? Each table once more, with the same keys and indexes, filled by COPY.

Used by the part about imports: its peer, on the same server right after the import that wrote the rows.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from psycopg2 import sql
from psycopg2.extensions import cursor

COLUMNS = """
SELECT attname FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum
"""
FOREIGN_KEYS = """
SELECT conname, pg_get_constraintdef(oid), confrelid::regclass::text FROM pg_constraint
WHERE conrelid = %s::regclass AND contype = 'f'
"""


def bare_copy(base: cursor, tables: Sequence[str], place: Path) -> float:
    """Seconds of COPY for all rows of these tables into tables alike. The tables are left behind, in the schema `bare`."""
    base.execute("DROP SCHEMA IF EXISTS bare CASCADE; CREATE SCHEMA bare")
    for table in tables:
        base.execute(sql.SQL("CREATE TABLE bare.{0} (LIKE public.{0} INCLUDING ALL)").format(sql.Identifier(table)))
        base.execute(FOREIGN_KEYS, [f"public.{table}"])
        for name, definition, other in base.fetchall():
            its = (
                definition.replace(f"REFERENCES {other}(", f"REFERENCES bare.{other}(")
                if other in tables
                else definition
            )
            base.execute(
                sql.SQL("ALTER TABLE bare.{} ADD CONSTRAINT {} {}").format(
                    sql.Identifier(table), sql.Identifier(name), sql.SQL(its)
                )
            )
    base.execute("CHECKPOINT")
    return sum(_copied(base, table, place / f"{table}.copy") for table in tables)


def _copied(base: cursor, table: str, file: Path) -> float:
    base.execute(COLUMNS, [f"public.{table}"])
    columns = sql.SQL(", ").join(sql.Identifier(name) for (name,) in base.fetchall())
    named = {"table": sql.Identifier(table), "columns": columns}
    with file.open("w") as out:
        base.copy_expert(
            sql.SQL("COPY (SELECT {columns} FROM public.{table} ORDER BY 1) TO STDOUT").format(**named), out
        )
    began = time.perf_counter()
    with file.open() as rows:
        base.copy_expert(sql.SQL("COPY bare.{table} ({columns}) FROM STDIN").format(**named), rows)
    seconds = time.perf_counter() - began
    file.unlink()
    return seconds

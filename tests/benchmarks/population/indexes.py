"""Indexes of the large tables are made anew at the end, which takes a fraction of keeping them row by row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

TABLES = (
    "leads_company", "leads_lead", "leads_activity", "leads_consent", "leads_stagechange", "leads_leadvalue", "leads_leadidentity",
    "leads_statement", "leads_leadtext", "leads_matchkey", "leads_deal", "leads_handoff", "leads_deadline", "leads_need", "leads_stay",
        "leads_progress",
)  # fmt: skip

INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
WHERE i.indrelid = ANY(%(tables)s::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
ORDER BY 1
"""

UNIQUE = """
SELECT k.conrelid::regclass::text, quote_ident(k.conname), pg_get_constraintdef(k.oid) FROM pg_constraint k
WHERE k.conrelid = ANY(%(tables)s::regclass[]) AND k.contype = 'u' ORDER BY 2
"""


@contextmanager
def without_indexes() -> Iterator[None]:
    """Inside a transaction: neither indexes nor unique constraints but the primary keys; all are there again afterwards."""
    with connection.cursor() as cursor:
        cursor.execute(INDEXES, {"tables": list(TABLES)})
        indexes = cursor.fetchall()
        cursor.execute(UNIQUE, {"tables": list(TABLES)})
        unique = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        for table, name, _definition in unique:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        yield
        cursor.execute("SET LOCAL maintenance_work_mem = '1GB'")
        for table, name, definition in unique:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        for _name, definition in indexes:
            cursor.execute(definition)

"""Disk

Bytes of the whole base, indexes included, divided by its leads, and those of the tables of events divided by activities and stage changes;
then each table and index that takes more than a hundredth. What is derived from the logs (stays, progress, leaks, cells, kept metrics,
credits) can be made again from them at any time. A run ends by naming the indexes that no part of it read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.db import connection

from tests.benchmarks.figures import Figure

if TYPE_CHECKING:
    from tests.benchmarks.bench import Bench

SIZES = (10_000, 100_000, 300_000, 1_000_000)
EVENTS = ("leads_activity", "leads_stagechange")
LEAST_SHARE = 0.01

TABLES = """
SELECT c.relname, pg_table_size(c.oid), pg_indexes_size(c.oid) FROM pg_class c
WHERE c.relkind IN ('r', 'p', 'm') AND c.relnamespace = 'public'::regnamespace ORDER BY pg_total_relation_size(c.oid) DESC
"""
INDEXES = """
SELECT i.indexrelname, i.relname, pg_relation_size(i.indexrelid) FROM pg_stat_user_indexes i ORDER BY 3 DESC
"""


def measure(bench: Bench) -> Iterator[Figure]:
    """Bytes a lead and an event, then by table and index."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        whole = cursor.fetchone()[0]
        cursor.execute(TABLES)
        tables = cursor.fetchall()
        cursor.execute(INDEXES)
        indexes = cursor.fetchall()
        cursor.execute("SELECT (SELECT count(*) FROM leads_activity) + (SELECT count(*) FROM leads_stagechange)")
        events = cursor.fetchone()[0]
    yield Figure("disk_lead", "Everything, a lead", whole / bench.size, "B", growth=1.1, growth_from=100_000)
    of_events = sum(rows + keys for name, rows, keys in tables if name in EVENTS)
    yield Figure("disk_event", "An activity or stage change, with its indexes", of_events / events, "B", growth=1.1)
    for name, rows, keys in tables:
        if rows + keys > LEAST_SHARE * whole:
            share = f"{keys / (rows + keys):.0%} indexes" if rows + keys else None
            yield Figure(f"disk_{name}", f"Table {name}, a lead", (rows + keys) / bench.size, "B", size=share)
    for name, table, size in indexes:
        if size > LEAST_SHARE * whole:
            yield Figure(f"disk_{name}", f"Index {name} of {table}, a lead", size / bench.size, "B")

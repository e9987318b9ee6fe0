"""Does the database know how large the tables have become that a file fills? Asked by an import between two transactions.

What a session plans once it plans anew when a table was analysed. A company that begins with a file has empty tables at first: planned by
those, each foreign key would be looked up by reading all of the table, until autovacuum comes by. Large tables are left to that.
"""

from __future__ import annotations

from django.db import connection
from psycopg2 import sql

GROWN = """
SELECT relname FROM pg_class
WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND relname LIKE 'leads\\_%%' AND relpages < %(large)s
  AND pg_relation_size(oid) > %(times)s * current_setting('block_size')::bigint * greatest(relpages, 1)
"""

LARGE, TIMES = 1_000, 4
"""Up to so many pages tables are analysed as soon as they are so many times what was noted of them."""


def note_growth() -> None:
    """Analyse the tables that have outgrown what was noted of them. Not within a transaction: it locks them against each other."""
    with connection.cursor() as cursor:
        cursor.execute(GROWN, {"large": LARGE, "times": TIMES})
        if grown := [row[0] for row in cursor.fetchall()]:
            cursor.execute(sql.SQL("ANALYZE {}").format(sql.SQL(", ").join(map(sql.Identifier, grown))))

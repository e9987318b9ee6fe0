"""Which indexes has nobody read? `DATABASE_URL=… python -m tests.benchmarks.unused`, after a mixed run on that base.

Those that hold a constraint are not asked about: they are there for what they refuse. Nor are those of foreign keys that only a deletion
of the row they point to reads; they are told apart.
"""

from __future__ import annotations

import os
import sys
from contextlib import closing

import psycopg2

UNUSED = """
SELECT s.relname, s.indexrelname, pg_relation_size(s.indexrelid), pg_get_indexdef(s.indexrelid),
       EXISTS (SELECT FROM pg_constraint k WHERE k.contype = 'f' AND k.conrelid = s.relid AND k.conkey[1] = i.indkey[0])
FROM pg_stat_user_indexes s JOIN pg_index i ON i.indexrelid = s.indexrelid
WHERE s.idx_scan = 0 AND NOT i.indisunique AND s.schemaname = 'public'
ORDER BY 3 DESC
"""


def main() -> int:
    """A line an index: table, name, size, whether it begins with a foreign key."""
    with closing(psycopg2.connect(os.environ["DATABASE_URL"])) as base, base.cursor() as cursor:
        cursor.execute(UNUSED)
        for table, name, size, definition, is_foreign in cursor.fetchall():
            key = " (foreign key)" if is_foreign else ""
            print(f"{size / 2**20:8.1f} MB  {table}.{name}{key}: {definition.partition(' USING ')[2]}")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())

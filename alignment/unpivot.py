"""How does one row become a few: one a measure, a cut, or an end of it? By a subquery that is joined LATERAL.

VALUES says the same at three times the cost: PostgreSQL sets such a list up anew for each row that it is joined to. A column's type is
the same in every row.

OFFSET 0 keeps the subquery whole. Without it PostgreSQL 18 merges it into the statement, and where it also leaves out a table that is
joined to itself by its key, it crashes.
"""

from __future__ import annotations

from collections.abc import Iterable

from psycopg2 import sql


def unpivot(rows: Iterable[str]) -> str:
    """The subquery of these rows, each the expressions of its columns (`'won', f.won_at`)."""
    return f"({' UNION ALL '.join(f'SELECT {row}' for row in rows)} OFFSET 0)"


def unpivot_composed(rows: Iterable[sql.Composable]) -> sql.Composed:
    """The same of rows that are put together."""
    return sql.SQL("({} OFFSET 0)").format(
        sql.SQL(" UNION ALL ").join(sql.SQL("SELECT {}").format(row) for row in rows)
    )

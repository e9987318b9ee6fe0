"""Which columns do attributes take in an export, and what stands in them?

A text has a column of its own, `attributes.NAME`. What is not a text, or a text of blanks, would come back as something else from
a cell: it stands in the column `attributes`, a JSON object. Either alone, or both together, give back the attributes exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

MOST = 200
"""So many names have a column; a set with more keeps the others, the last ones by name, in `attributes`."""

NAMES = """
SELECT DISTINCT e.name FROM ({rows}) AS r(attributes), jsonb_each(r.attributes) AS e(name, value)
WHERE jsonb_typeof(e.value) = 'string' ORDER BY e.name LIMIT {most}
"""


def text_names(rows: QuerySet[Any]) -> list[str]:
    """The names of attributes that hold texts in any of `rows`, as far as they can be names of columns."""
    try:
        statement, values = rows.order_by().values("attributes").query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(NAMES.format(rows=statement, most=MOST), values)
        return [name for (name,) in cursor.fetchall() if _is_a_column(name)]


def _is_a_column(name: str) -> bool:
    return name.isprintable() and name == name.strip() and bool(name)


def names_of(texts: Sequence[str]) -> list[str]:
    """The columns, the one for everything else last."""
    return [*(f"attributes.{name}" for name in texts), "attributes"]


def cells_of(attributes: Mapping[str, object], texts: Sequence[str]) -> list[object]:
    """What stands in these columns for one row."""
    found: list[object] = []
    rest = dict(attributes)
    for name in texts:
        value = rest.get(name)
        is_text = isinstance(value, str) and value.strip() != ""
        found.append(rest.pop(name) if is_text else None)
    return [*found, rest or None]

"""How is a figure read for everything together and by each of several cuts in one statement? Every row is told once for each of them.

For those who keep figures by many cuts: what is dear, finding the rows, is done once. A statement names `{cuts}`, its rows' group, and
`{each}` behind what they are read from.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from psycopg2 import sql

from alignment.unpivot import unpivot_composed

Told = TypeVar("Told")
By = tuple[str, ...]
Group = tuple[str | None, ...]

GROUPED = "ARRAY[{columns}]::text[]"
EACH = " CROSS JOIN LATERAL {rows} AS each_cut(cuts)"


def together(columns: Sequence[str]) -> dict[str, sql.Composable]:
    """`cuts` and `each` of a statement in which all cuts make one group."""
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return {"cuts": sql.SQL(GROUPED).format(columns=names), "each": sql.SQL("")}


def one_by_one(columns: Sequence[str]) -> dict[str, sql.Composable]:
    """The same where every cut makes groups of its own, beside everything together: (number of the cut, its value)."""
    rows = [sql.SQL("ARRAY['0']::text[]")] + [
        sql.SQL("ARRAY[{}, {}]::text[]").format(sql.Literal(str(n)), sql.Identifier(name))
        for n, name in enumerate(columns, start=1)
    ]
    return {"cuts": sql.SQL("each_cut.cuts"), "each": sql.SQL(EACH).format(rows=unpivot_composed(rows))}


def by_cut(by: By, told: Iterable[tuple[Sequence[str | None], Told]]) -> dict[By, list[tuple[Group, Told]]]:
    """What was told of the groups of `one_by_one`, by what they are cut by: nothing, or one of `by`."""
    found: dict[By, list[tuple[Group, Told]]] = {(): [], **{(name,): [] for name in by}}
    for (number, *value), what in told:
        found[by[int(number or 0) - 1 : int(number or 0)]].append((tuple(value), what))
    return found

"""What are the middle and the outer values of a family's lines, and how many of them are great, by group?

Grain: one row a measure and group with a line that counts, its values one behind the other, in no order. Clock: as in
`kpis.metrics.queries.adding_up`. Percentiles are type 7 over microseconds, rounded half up to seconds, in exact integers
(`kpis.reports.percentiles`). `read_spreads` answers for one combination of cuts, `read_every_spread` for all measures, everything
together and every cut by itself, in one statement: the lines are read once, and nobody sorts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from psycopg2 import sql

from kpis.metrics.declaring import Asked, Family, Group
from kpis.metrics.queries.fetching import a_few_rows_at_a_time
from kpis.reports.percentiles import Percentiles, percentiles, whole_numbers

SPREADS = """
{ctes} lines AS ({select})
SELECT measure, {cut}, ARRAY[{cuts}]::text[], count(*), count(*) FILTER (WHERE micros > %(spread_above)s),
       string_agg(int8send(micros), '')
FROM (SELECT *, (value * 1000000)::bigint AS micros FROM lines) lines
WHERE at <= %(spread_as_of)s AND counts_from <= %(spread_as_of)s AND measure = ANY(%(spread_measures)s)
GROUP BY GROUPING SETS ({sets})
"""


@dataclass(frozen=True)
class Spread:
    """So many lines, so many of them with a value above a border; the values' percentiles (50, 75, 90) in seconds."""

    lines: int
    above: int
    percentiles: Percentiles

    @property
    def median(self) -> int | None:
        return self.percentiles[0]


def read_spreads(family: Family, asked: Asked, measure: str, *, above: int = 0) -> dict[Group, Spread]:
    """By group, those with a line. `above` in seconds."""
    names = _names(asked)
    sets = [sql.SQL("({})").format(sql.SQL(", ").join([sql.Identifier("measure"), *names]))]
    return {
        group: spread for _measure, _cut, group, spread in _read(family, asked, [measure], sets, sql.SQL("0"), above)
    }


def read_every_spread(
    family: Family, asked: Asked, measures: Collection[str], *, above: int = 0
) -> dict[tuple[str, int], dict[Group, Spread]]:
    """By measure and place of the cut in `asked.params.by` (1, 2, …; 0: everything together), by group, those with a line."""
    names = _names(asked)
    sets = [sql.SQL("(measure)"), *(sql.SQL("(measure, {})").format(name) for name in names)]
    found: dict[tuple[str, int], dict[Group, Spread]] = {}
    for measure, missing, group, spread in _read(family, asked, measures, sets, _grouping(names), above):
        cut = _place(missing, len(names))
        found.setdefault((measure, cut), {})[group[cut - 1 : cut]] = spread
    return found


def _read(
    family: Family,
    asked: Asked,
    measures: Collection[str],
    sets: list[sql.Composed] | list[sql.Composable],
    cut: sql.Composable,
    above: int,
) -> Iterator[tuple[str, int, Group, Spread]]:
    statement = family.lines(asked)
    text = sql.SQL(SPREADS).format(
        ctes=statement.ctes,
        select=statement.select,
        cut=cut,
        cuts=sql.SQL(", ").join(_names(asked)),
        sets=sql.SQL(", ").join(sets),
    )
    more: dict[str, Any] = {
        "spread_as_of": asked.params.as_of,
        "spread_measures": list(measures),
        "spread_above": above * 1_000_000,
    }
    with a_few_rows_at_a_time() if len(sets) > 1 else connection.cursor() as cursor:
        cursor.execute(text, {**statement.values, **more})
        for measure, missing, cuts, lines, over, values in cursor:
            yield measure, missing, tuple(cuts), Spread(lines, over, percentiles(whole_numbers(values)))


def _names(asked: Asked) -> list[sql.Identifier]:
    return [sql.Identifier(f"cut_{n}") for n in range(1, len(asked.params.by) + 1)]


def _grouping(names: list[sql.Identifier]) -> sql.Composable:
    """A bit for each cut that a row is not grouped by, the first one the highest."""
    return sql.SQL("GROUPING({})").format(sql.SQL(", ").join(names)) if names else sql.SQL("0")


def _place(missing: int, cuts: int) -> int:
    """The cut that a row is grouped by: the one whose bit is not set; 0: none."""
    grouped = ~missing & (1 << cuts) - 1
    return cuts - grouped.bit_length() + 1 if grouped else 0

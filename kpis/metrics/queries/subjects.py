"""Which leads are behind a family's lines? Grain: one row a group, with its leads. Clock: as in `kpis.metrics.queries.adding_up`.

`leads_by_group` answers for one combination of cuts, `leads_by_every_group` for each cut by itself, in one statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from django.db import connection
from numpy.typing import NDArray
from psycopg2 import sql

from kpis.metrics.declaring import Asked, Family, Group
from kpis.metrics.queries.fetching import a_few_rows_at_a_time
from kpis.reports.each_cut import by_cut, one_by_one, together
from kpis.reports.percentiles import whole_numbers

Leads = NDArray[np.int64]

LEADS = """
{ctes} lines AS ({select})
SELECT {cuts} AS cuts, string_agg(int8send(lead_id), '')
FROM lines{each}
WHERE at <= %(leads_as_of)s AND counts_from <= %(leads_as_of)s AND measure = %(leads_measure)s
GROUP BY 1
"""


def leads_by_group(family: Family, asked: Asked, measure: str) -> dict[Group, Leads]:
    """By group, those with a line, each once."""
    return dict(_read(family, asked, measure, together))


def leads_by_every_group(family: Family, asked: Asked, measure: str) -> dict[tuple[str, ...], dict[Group, Leads]]:
    """The same by each of the cuts and by none."""
    return {by: dict(rows) for by, rows in by_cut(asked.params.by, _read(family, asked, measure, one_by_one)).items()}


def _read(
    family: Family, asked: Asked, measure: str, grouped: Callable[[Sequence[str]], dict[str, sql.Composable]]
) -> Iterator[tuple[Group, Leads]]:
    statement = family.lines(asked)
    names = [f"cut_{n}" for n in range(1, len(asked.params.by) + 1)]
    text = sql.SQL(LEADS).format(ctes=statement.ctes, select=statement.select, **grouped(names))
    with connection.cursor() if grouped is together else a_few_rows_at_a_time() as cursor:
        cursor.execute(text, {**statement.values, "leads_as_of": asked.params.as_of, "leads_measure": measure})
        for cuts, leads in cursor:
            yield tuple(cuts), np.unique(whole_numbers(leads))

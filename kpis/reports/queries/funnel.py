"""How far did each group of a cohort come, and how long did it take?

Grain: one row a group, with a run of columns for each forward stage from the start stage on. Clock: see
`kpis.reports.cohorts`. Percentiles are type 7 over microseconds, rounded half up to seconds, in exact integers
(`kpis_percentiles`). Reads one row of `leads_progress` a lead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from psycopg2 import sql

from alignment.people.selectors import Somebody
from kpis.reports.cohorts import Cohort, cohort
from kpis.reports.cuts import has_period
from kpis.reports.params import ReportParams

STAGE = """
count(*) FILTER (WHERE reached[{k}] <= %(as_of)s),
count(*) FILTER (WHERE reached[{k}] <= %(as_of)s AND reached[{k}] - anchor <= %(window)s),
count(*) FILTER (WHERE reached[{k}] <= %(as_of)s AND reached[{k}] - anchor <= %(window)s AND anchor + %(window)s <= %(as_of)s),
kpis_percentiles(array_agg(kpis_microseconds(anchor, reached[{k}]) ORDER BY reached[{k}] - anchor)
    FILTER (WHERE reached[{k}] <= %(as_of)s))
"""

STEP = """
count(*) FILTER (WHERE {both}),
kpis_percentiles(array_agg(kpis_microseconds(entered[{before}], entered[{k}]) ORDER BY entered[{k}] - entered[{before}])
    FILTER (WHERE {both}))
"""

BOTH = "entered[{k}] <= %(as_of)s AND entered[{before}] <= entered[{k}]"

FUNNEL = """
{ctes}
SELECT ARRAY[{cuts}]::text[], count(*), count(*) FILTER (WHERE anchor + %(window)s <= %(as_of)s), {stages}
FROM cohort GROUP BY {group}
"""

GROUPS = "{ctes}, {universe} SELECT ARRAY[{cuts}]::text[] FROM universe"


@dataclass(frozen=True)
class StageFigures:
    """One forward stage of one group. Times in seconds; `step_*` None at the start stage."""

    reached: int
    in_window: int
    mature_in_window: int
    from_start: tuple[int | None, int | None, int | None]
    step_n: int | None
    step: tuple[int | None, int | None, int | None]


@dataclass(frozen=True)
class GroupFigures:
    """One group of a cohort: how many entered, how many of them are mature, and its stages in order."""

    group: tuple[str | None, ...]
    entered: int
    mature: int
    stages: tuple[StageFigures, ...]


NOTHING = (None, None, None)


def read_funnel(params: ReportParams, user: Somebody | None) -> list[GroupFigures]:
    """The figures of every group, unsorted; groups without a lead in the cohort too where they exist."""
    found = read_entered(params, user)
    known = {figures.group for figures in found}
    missing = [group for group in _all_groups(params, cohort(params, user)) if group not in known]
    return found + [GroupFigures(group, 0, 0, _empty(len(_ordinals(params)))) for group in missing]


def nobody(params: ReportParams) -> GroupFigures:
    """Everything of a cohort that nobody is in, cut by nothing."""
    return GroupFigures((), 0, 0, _empty(len(_ordinals(params))))


def read_entered(params: ReportParams, user: Somebody | None) -> list[GroupFigures]:
    """Those of the groups with a lead in the cohort only (not cut: of everything): who else there is costs a look at every lead."""
    people = cohort(params, user)
    ordinals = _ordinals(params)
    statement = sql.SQL(FUNNEL).format(
        ctes=people.ctes,
        cuts=_cuts(people),
        group=people.cut_columns(),
        stages=sql.SQL(", ").join(_stage(k, is_first=k == ordinals[0]) for k in ordinals),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, people.values)
        return [_figures(row, len(ordinals)) for row in cursor.fetchall()]


def _ordinals(params: ReportParams) -> range:
    return range(params.stages.ordinal(params.start_stage), len(params.stages.forward) + 1)


def _cuts(people: Cohort) -> sql.Composable:
    return sql.SQL(", ").join(map(sql.Identifier, people.columns))


def _stage(k: int, *, is_first: bool) -> sql.Composable:
    ordinal, before = sql.Literal(k), sql.Literal(k - 1)
    stage = sql.SQL(STAGE).format(k=ordinal)
    if is_first:
        return stage + sql.SQL(", NULL::bigint, NULL::bigint[]")
    both = sql.SQL(BOTH).format(k=ordinal, before=before)
    return stage + sql.SQL(", ") + sql.SQL(STEP).format(k=ordinal, before=before, both=both)


def _figures(row: Sequence[Any], stages: int) -> GroupFigures:
    cuts, entered, mature, *rest = row
    columns = [rest[6 * n : 6 * n + 6] for n in range(stages)]
    return GroupFigures(
        group=tuple(cuts),
        entered=entered,
        mature=mature,
        stages=tuple(
            StageFigures(c[0], c[1], c[2], tuple(c[3] or NOTHING), c[4], tuple(c[5] or NOTHING)) for c in columns
        ),
    )


def _empty(stages: int) -> tuple[StageFigures, ...]:
    first = StageFigures(0, 0, 0, NOTHING, None, NOTHING)
    return (first, *(StageFigures(0, 0, 0, NOTHING, 0, NOTHING) for _ in range(stages - 1)))


def _all_groups(params: ReportParams, people: Cohort) -> list[tuple[str | None, ...]]:
    if not params.by:
        return [()]
    if has_period(params.by):
        return []
    statement = sql.SQL(GROUPS).format(ctes=people.ctes, universe=people.universe, cuts=_cuts(people))
    with connection.cursor() as cursor:
        cursor.execute(statement, people.values)
        return [tuple(row[0]) for row in cursor.fetchall()]

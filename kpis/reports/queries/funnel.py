"""How far did each group of a cohort come, and how long did it take?

Grain: one row a group, with a run of columns for each forward stage from the start stage on. Clock: see
`kpis.reports.cohorts`. Reads one row of `leads_progress` a lead; times are those of `kpis.reports.queries.times`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import connection, transaction
from psycopg2 import sql

from alignment.people.selectors import Somebody
from alignment.plans import hashed_joins
from kpis.reports.cohorts import Cohort, cohort
from kpis.reports.cuts import has_period
from kpis.reports.params import ReportParams
from kpis.reports.percentiles import NOTHING, Percentiles
from kpis.reports.queries.times import NO_TIMES, StageTimes, Timed, read_times

COUNTS = """
{ctes},
places AS (
    SELECT {columns}{start} + {furthest} AS furthest, {start} + {within} AS furthest_in_window, anchor + %(window)s <= %(as_of)s AS mature
    FROM cohort
),
gathered AS (
    SELECT {columns}furthest, furthest_in_window, mature, count(*) AS leads FROM places
    GROUP BY {columns}furthest, furthest_in_window, mature
)
SELECT ARRAY[{cuts}]::text[], coalesce(sum(leads), 0)::bigint, coalesce(sum(leads) FILTER (WHERE mature), 0)::bigint, {stages}
FROM gathered GROUP BY {group}
"""

COUNTED = """
coalesce(sum(leads) FILTER (WHERE furthest >= {k}), 0)::bigint,
coalesce(sum(leads) FILTER (WHERE furthest_in_window >= {k}), 0)::bigint,
coalesce(sum(leads) FILTER (WHERE furthest_in_window >= {k} AND mature), 0)::bigint
"""

ARRIVED = "coalesce(reached[{k}] <= %(as_of)s, false)::int"
IN_TIME = "coalesce(reached[{k}] <= %(as_of)s AND reached[{k}] <= anchor + %(window)s, false)::int"

GROUPS = "{ctes}, {universe} SELECT ARRAY[{cuts}]::text[] FROM universe"


@dataclass(frozen=True)
class StageFigures:
    """One forward stage of one group. Times in seconds; `step_*` None at the start stage."""

    reached: int
    in_window: int
    mature_in_window: int
    from_start: Percentiles
    step_n: int | None
    step: Percentiles


@dataclass(frozen=True)
class GroupFigures:
    """One group of a cohort: how many entered, how many of them are mature, and its stages in order."""

    group: tuple[str | None, ...]
    entered: int
    mature: int
    stages: tuple[StageFigures, ...]


AT_ONCE = (0, 0, 0)


def read_funnel(
    params: ReportParams,
    user: Somebody | None,
    *,
    counts: Sequence[GroupFigures] | None = None,
    people: Timed | None = None,
) -> list[GroupFigures]:
    """The figures of every group, unsorted; groups without a lead in the cohort too where they exist.

    `counts` and `people`: where they are known from what is kept.
    """
    found = read_entered(params, user, counts=counts, people=people)
    known = {figures.group for figures in found}
    missing = [group for group in _all_groups(params, cohort(params, user)) if group not in known]
    return found + [GroupFigures(group, 0, 0, _empty(len(_ordinals(params)))) for group in missing]


def nobody(params: ReportParams) -> GroupFigures:
    """Everything of a cohort that nobody is in, cut by nothing."""
    return GroupFigures((), 0, 0, _empty(len(_ordinals(params))))


def read_entered(
    params: ReportParams,
    user: Somebody | None,
    *,
    counts: Sequence[GroupFigures] | None = None,
    people: Timed | None = None,
) -> list[GroupFigures]:
    """Those of the groups with a lead in the cohort only (not cut: of everything): who else there is costs a look at every lead."""
    counted = read_counts(params, user) if counts is None else counts
    times = read_times(people or _of_progress(params, user), _ordinals(params)[1:])
    return [replace(group, stages=_timed(group.stages, times.get(group.group, ()))) for group in counted]


def read_counts(params: ReportParams, user: Somebody | None) -> list[GroupFigures]:
    """The same without times: how far each lead came is told once, and gathered before it is counted stage by stage."""
    people, ordinals = cohort(params, user), _ordinals(params)
    first, later = sql.Literal(ordinals[0]), ordinals[1:]
    statement = sql.SQL(COUNTS).format(
        ctes=people.ctes,
        columns=_columns(people),
        cuts=_cuts(people),
        group=people.cut_columns(),
        start=first,
        furthest=_sum(ARRIVED, later),
        within=_sum(IN_TIME, later),
        stages=sql.SQL(", ").join(sql.SQL(COUNTED).format(k=sql.Literal(k)) for k in ordinals),
    )
    with connection.cursor() as cursor, transaction.atomic(), hashed_joins(roomy=True):
        cursor.execute(statement, people.values)
        return [
            GroupFigures(
                tuple(cuts),
                entered,
                mature,
                tuple(
                    StageFigures(counted[n], counted[n + 1], counted[n + 2], NOTHING, None, NOTHING)
                    for n in range(0, len(counted), 3)
                ),
            )
            for cuts, entered, mature, *counted in cursor.fetchall()
        ]


def _of_progress(params: ReportParams, user: Somebody | None) -> Timed:
    people, start = cohort(params, user), params.stages.ordinal(params.start_stage)
    labels = [sql.Identifier(column) for column in people.columns]
    further = sql.SQL("reached[{}] <= %(as_of)s").format(sql.Literal(start + 1))
    return Timed(people.ctes, people.columns, labels, further, "true", people.values)


def _sum(one: str, ordinals: range) -> sql.Composable:
    return sql.SQL("({})").format(
        sql.SQL(" + ").join([sql.Literal(0), *(sql.SQL(one).format(k=sql.Literal(k)) for k in ordinals)])
    )


def _timed(stages: tuple[StageFigures, ...], times: Sequence[StageTimes]) -> tuple[StageFigures, ...]:
    """At the start stage everybody is there at once; where nobody came further, there are no times."""
    first, *later = stages
    return (
        replace(first, from_start=AT_ONCE if first.reached else NOTHING),
        *(
            replace(stage, from_start=time.from_start, step_n=time.step_n, step=time.step)
            for stage, time in zip(later, times or [NO_TIMES] * len(later), strict=True)
        ),
    )


def _ordinals(params: ReportParams) -> range:
    return range(params.stages.ordinal(params.start_stage), len(params.stages.forward) + 1)


def _columns(people: Cohort) -> sql.Composable:
    """Each with a comma behind it."""
    return sql.Composed([sql.SQL("{}, ").format(sql.Identifier(column)) for column in people.columns])


def _cuts(people: Cohort) -> sql.Composable:
    return sql.SQL(", ").join(map(sql.Identifier, people.columns))


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

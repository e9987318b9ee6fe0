"""How long did the leads of each group take, from the start stage to each stage behind it, and step by step?

Grain: one row a group, with two columns for each stage behind the start stage: durations one behind the other, as the database sends
them, in no order. Clock: `at` ≤ as_of by comparison. Reads one row of `leads_progress` a lead that came further than the start stage;
several processes gather, and nobody sorts (`kpis.reports.percentiles`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from psycopg2 import sql

from alignment.plans import hashed_joins
from kpis.reports.percentiles import NOTHING, SENT, Percentiles, percentiles, whole_numbers

TIMES = """
{ctes}
SELECT ARRAY[{labels}]::text[], {stages} FROM cohort WHERE {came_further} GROUP BY {group}
"""

OF_STAGE = f"""
string_agg({SENT.format("reached[{k}] - anchor")}, '') FILTER (WHERE {{came}} AND reached[{{k}}] <= %(as_of)s),
string_agg({SENT.format("entered[{k}] - entered[{before}]")}, '') FILTER (WHERE {{came}} AND entered[{{k}}] <= %(as_of)s)
"""
"""Where a number says who came so far at all, it is asked first: taking a list apart costs more. Who did not come so far, or skipped
the stage before, has no interval and is left out; steps back are left out in `_told`."""

BOTH = "entered[{k}] <= %(as_of)s AND entered[{before}] <= entered[{k}]"
"""Who took the step to k forwards, said of one lead: for statements that look at leads one by one."""


@dataclass(frozen=True)
class Timed:
    """The CTEs up to `cohort`, a row a lead with `anchor`, `reached`, `entered` and its cuts; what each cut's group is called; who of it
    came further; a condition that nobody fails who came as far as `{k}` by then; and the values."""

    ctes: sql.Composable
    cuts: Sequence[str]
    labels: Sequence[sql.Composable]
    came_further: sql.Composable
    came: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class StageTimes:
    """From the start stage to one behind it; and the step to it from the one before, of those who took it forwards."""

    from_start: Percentiles
    step_n: int
    step: Percentiles


NO_TIMES = StageTimes(NOTHING, 0, NOTHING)


def read_times(people: Timed, later: Sequence[int]) -> dict[tuple[str | None, ...], list[StageTimes]]:
    """By group, the times of the stages behind the start stage. Groups of which nobody came further may be missing."""
    if not later:
        return {}
    stages = [
        sql.SQL(OF_STAGE).format(
            k=sql.Literal(k), before=sql.Literal(k - 1), came=sql.SQL(people.came).format(k=sql.Literal(k))
        )
        for k in later
    ]
    statement = sql.SQL(TIMES).format(
        ctes=people.ctes,
        labels=sql.SQL(", ").join(people.labels),
        stages=sql.SQL(", ").join(stages),
        came_further=people.came_further,
        group=sql.SQL(", ").join(map(sql.Identifier, people.cuts)) if people.cuts else sql.SQL("()"),
    )
    found = {}
    with connection.cursor() as cursor, transaction.atomic(), hashed_joins(roomy=True):
        cursor.execute(statement, people.values)
        for label, *columns in cursor:
            found[tuple(label)] = [_told(*columns[n : n + 2]) for n in range(0, len(columns), 2)]
    return found


def _told(since: memoryview | None, step: memoryview | None) -> StageTimes:
    steps = whole_numbers(step)
    forwards = steps[steps >= 0]
    return StageTimes(percentiles(whole_numbers(since)), len(forwards), percentiles(forwards))

"""Which periods of computed metrics are to be read anew? Grain: one mark a metric and period, perhaps many times."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from alignment.unpivot import unpivot
from kpis.metrics.declaring import Computed, Metric, Summed
from kpis.metrics.kept.basis import Ground, followed
from kpis.metrics.kept.models import GRAINS, Cause
from kpis.metrics.kept.queries.everything import SAME_PLACE
from kpis.metrics.periods import GRACE

TIME = -1
"""The cause of what changes by the clock: it revises nothing."""

PERIODS = (
    unpivot(f"{grain}, date_trunc('{unit}', {{day}})::date" for grain, unit in enumerate(GRAINS) if unit != "day")
    + " AS p(grain, first_day)"
)
"""Computed metrics are not kept by day."""

CHANGED = """(
    SELECT metric_id, subject_id, min(day) AS day FROM kept_both
    GROUP BY metric_id, subject_id, day, waits_until, source_id, campaign_id, owner_id, team_id
    HAVING sum(CASE WHEN is_new THEN lines ELSE -lines END) <> 0 OR sum(CASE WHEN is_new THEN total ELSE -total END) <> 0
        OR sum(CASE WHEN is_new THEN unknown ELSE -unknown END) <> 0
        OR sum(CASE WHEN is_new THEN print::bigint ELSE -print::bigint END) <> 0
) AS changed"""
"""What computed metrics read and no sum tells is in the prints of facts."""

REACHED = f"""
INSERT INTO kpis_keptdue (metric_id, grain, first_day, cause)
WITH kin AS MATERIALIZED (SELECT * FROM unnest(%(facts)s::int[], %(kins)s::int[]) AS k(metric_id, kin)),
since AS MATERIALIZED (
    SELECT k.kin, changed.subject_id, min(changed.day) AS day FROM {CHANGED} JOIN kin k USING (metric_id) GROUP BY 1, 2
    UNION ALL
    SELECT k.kin, why.id, '-infinity' FROM unnest(%(ids)s::bigint[], %(causes)s::smallint[]) AS why(id, cause)
    CROSS JOIN (SELECT DISTINCT kin FROM kin) k WHERE why.cause = %(undone)s
),
touched AS (
    SELECT k.kin, b.metric_id, b.day, min(s.day) AS since
    FROM kept_both b JOIN kin k USING (metric_id) JOIN since s ON s.kin = k.kin AND s.subject_id = b.subject_id GROUP BY 1, 2, 3
),
reached AS (
    SELECT t.kin, p.grain, p.first_day, min(t.since) AS since, max(coalesce(n.cause, 0)) AS cause
    FROM touched t
    LEFT JOIN (SELECT metric_id, day, max(cause) AS cause FROM kept_net GROUP BY metric_id, day) n USING (metric_id, day)
    CROSS JOIN LATERAL {PERIODS.format(day="t.day")}
    WHERE t.day <= %(today)s GROUP BY t.kin, p.grain, p.first_day
)
SELECT f.computed_id, p.grain, p.first_day, p.cause
FROM reached p JOIN unnest(%(computed)s::int[], %(of_kin)s::int[]) AS f(computed_id, kin) USING (kin)
JOIN kpis_keptmetric m ON m.id = f.computed_id
WHERE p.first_day + (ARRAY[interval '7 days', interval '1 month', interval '3 months', interval '1 year'])[p.grain]
      + CASE WHEN m.windowed THEN %(closes)s ELSE interval '0' END >= p.since
"""
"""The periods in which a touched subject has a fact that a metric follows, if it is told otherwise since a day that they reach: the
earliest on which any such fact of it changed. Metrics that follow the same facts are kin. A windowed metric is told as of when its period
closed, others as of its end: what happened since changes it no more."""

OF_DAYS = f"""
INSERT INTO kpis_keptdue (metric_id, grain, first_day, cause)
SELECT f.computed_id, p.grain, p.first_day, max({{cause}})
FROM (SELECT DISTINCT metric_id, day FROM {{table}}) d
LEFT JOIN (SELECT metric_id, day, max(cause) AS cause FROM kept_net GROUP BY metric_id, day) n USING (metric_id, day)
JOIN unnest(%(facts)s::int[], %(computed)s::int[]) AS f(fact_id, computed_id) ON f.fact_id = d.metric_id
CROSS JOIN LATERAL {PERIODS.format(day="d.day")}
WHERE d.day <= %(today)s
GROUP BY f.computed_id, p.grain, p.first_day
"""

SINCE_DAYS = f"""
INSERT INTO kpis_keptdue (metric_id, grain, first_day, cause)
SELECT DISTINCT s.computed_id, p.grain, p.first_day, s.cause
FROM (
    SELECT f.computed_id, min(d.day) AS since, max({{cause}}) AS cause
    FROM (SELECT metric_id, min(day) AS day FROM {{table}} GROUP BY metric_id) d
    LEFT JOIN (SELECT metric_id, max(cause) AS cause FROM kept_net GROUP BY metric_id) n USING (metric_id)
    JOIN unnest(%(facts)s::int[], %(computed)s::int[]) AS f(fact_id, computed_id) ON f.fact_id = d.metric_id
    GROUP BY f.computed_id
) s
CROSS JOIN LATERAL generate_series(s.since::timestamp, %(today)s::date::timestamp + interval '6 days', interval '7 days') AS w(day)
CROSS JOIN LATERAL {PERIODS.format(day="least(w.day, %(today)s::date::timestamp)")}
WHERE s.since <= %(today)s
"""

HELD = """
    UNION ALL
    SELECT b.metric_id, NULL, min((v.at AT TIME ZONE %(zone)s)::date) AS day
    FROM kept_both b JOIN leads_leadvalue v ON v.lead_id = b.subject_id
    WHERE b.kind = 1 AND v.field IN ('owner', 'team', 'campaign') AND v.recorded_at >= %(told_since)s
    GROUP BY b.metric_id
"""
"""A stock is told apart by who holds its leads at its instant: no fact tells that, if it is said of a time after the lead's last move."""

CHANGED_OR_HELD = CHANGED.replace(") AS changed", HELD + ") AS changed")

ALL_CHANGED = f"""(
    SELECT coalesce(a.metric_id, v.metric_id) AS metric_id, coalesce(a.grain, v.grain) AS grain, coalesce(a.first_day, v.first_day) AS day
    FROM kept_all a FULL JOIN (SELECT * FROM kpis_keptvalue WHERE metric_id = ANY(%(facts)s)) v ON {SAME_PLACE}
    WHERE (coalesce(a.lines, 0), coalesce(a.unknown, 0), coalesce(a.total, 0))
       <> (coalesce(v.lines, 0), coalesce(v.unknown, 0), coalesce(v.total, 0))
)"""
"""Where what all facts add up to is not what is kept, of summed metrics."""

OF_CHANGED = f"""
INSERT INTO kpis_keptdue (metric_id, grain, first_day, cause)
SELECT DISTINCT f.computed_id, d.grain, d.day, %(cause)s
FROM {ALL_CHANGED} d JOIN unnest(%(facts)s::int[], %(computed)s::int[]) AS f(fact_id, computed_id) ON f.fact_id = d.metric_id
WHERE d.grain > 0 AND d.day <= %(today)s
"""

SPAN = f"""
INSERT INTO kpis_keptdue (metric_id, grain, first_day, cause)
SELECT m.id, p.grain, p.first_day, %(cause)s
FROM unnest(%(computed)s::int[]) AS m(id)
CROSS JOIN (
    SELECT DISTINCT p.grain, p.first_day
    FROM generate_series(%(since)s::date::timestamp, %(today)s::date::timestamp + interval '6 days', interval '7 days') AS w(day)
    CROSS JOIN LATERAL {PERIODS.format(day="least(w.day, %(today)s::date::timestamp)")}
) p
"""

WAITING = """
SELECT grain, first_day, array_agg(DISTINCT metric_id), max(cause), max(id) FROM kpis_keptdue
GROUP BY grain, first_day ORDER BY {order} LIMIT 1
"""

OF_ONE = """
SELECT grain, first_day, array_agg(DISTINCT metric_id), max(cause), max(id) FROM kpis_keptdue
WHERE grain = %(grain)s AND first_day = %(first_day)s GROUP BY grain, first_day
"""

TAKE = "DELETE FROM kpis_keptdue WHERE grain = %(grain)s AND first_day = %(first_day)s AND id <= %(last)s"

COUNT = "SELECT count(DISTINCT (grain, first_day)), min(at) FROM kpis_keptdue"


@dataclass(frozen=True)
class Follows:
    """Pairs of (metric with facts, computed metric that follows it): of those that a change concerns in its period only, and
    of those that it concerns in every period since."""

    at: Sequence[tuple[int, int]]
    since: Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Due:
    """Metrics of one period that are to be read anew, as of the mark `last`."""

    grain: int
    first_day: date
    metrics: tuple[int, ...]
    cause: int
    last: int


def follows(metrics: Mapping[str, Metric], ids: Mapping[str, int], *, values: bool = False) -> Follows:
    """Who follows whom. What can be asked by period at once looks at the lines of the period alone; a stock does at all before.

    `values`: pairs with what has values only, none with what is there only to be followed.
    """
    by_family: dict[str, list[int]] = {}
    for metric in metrics.values():
        if isinstance(metric, Summed):
            by_family.setdefault(metric.family.key, []).append(ids[metric.key])
    if not values:
        by_family |= {family.key: [ids[key]] for family, key in followed(metrics).items()}
    at: list[tuple[int, int]] = []
    since: list[tuple[int, int]] = []
    for metric in metrics.values():
        if isinstance(metric, Computed):
            pairs = [(fact, ids[metric.key]) for family in metric.follows for fact in by_family.get(family.key, ())]
            (at if metric.by_period else since).extend(pairs)
    return Follows(at, since)


def note_touched(who: Follows, there: Ground, causes: Mapping[int, int], *, told_since: datetime) -> None:
    """The periods that what changed of the touched subjects, old and new (`kept_both`), may reach; of stocks those since the first change,
    or since somebody else holds a lead than was told before `told_since`.

    The cause is that of the difference (`kept_net`); what changes without one came late.
    """
    today = there.now.astimezone(there.params.zone).date()
    touched: dict[str, Any] = {
        "ids": list(causes),
        "causes": list(causes.values()),
        "undone": Cause.UNDONE.value,
    }
    with connection.cursor() as cursor:
        reached: dict[str, Any] = {**touched, **_kin(who.at), "today": today, "closes": GRACE + there.params.window}
        cursor.execute(REACHED, reached)
        held: dict[str, Any] = {**_values(who.since, today), "zone": there.params.zone.key, "told_since": told_since}
        cursor.execute(SINCE_DAYS.format(table=CHANGED_OR_HELD, cause="coalesce(n.cause, 0)"), held)


def note_ripe(who: Follows, today: date) -> None:
    """The periods in which something counts from now on (`kept_net`)."""
    with connection.cursor() as cursor:
        cursor.execute(OF_DAYS.format(table="kept_net", cause=str(TIME)), _values(who.at, today))
        cursor.execute(SINCE_DAYS.format(table="kept_net", cause=str(TIME)), _values(who.since, today))


def note_changed(who: Follows, today: date, cause: int) -> None:
    """The periods in which what all facts add up to (`kept_all`) is not what is kept; of stocks those since."""
    with connection.cursor() as cursor:
        cursor.execute(OF_CHANGED, {**_values(who.at, today), "cause": cause})
        cursor.execute("DROP TABLE IF EXISTS pg_temp.kept_net")
        cursor.execute("CREATE TEMP TABLE kept_net (metric_id int, day date, cause smallint) ON COMMIT DROP")
        cursor.execute(
            SINCE_DAYS.format(table=ALL_CHANGED + " c", cause=f"{cause}::smallint"), _values(who.since, today)
        )


def note_span(computed: Sequence[int], since: date, today: date, cause: int = TIME) -> None:
    """Every period from that day to this one, of all of these metrics; because time passed, if nothing else is said."""
    with connection.cursor() as cursor:
        cursor.execute(SPAN, {"computed": list(computed), "since": since, "today": today, "cause": cause})


def next_due(*, longest: bool = False) -> Due | None:
    """The latest period that waits, or the one that has waited longest."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING.format(order="min(id)" if longest else "first_day DESC, grain"))
        return _due(cursor.fetchone())


def of(grain: int, first_day: date) -> Due | None:
    """That period, if it waits."""
    with connection.cursor() as cursor:
        cursor.execute(OF_ONE, {"grain": grain, "first_day": first_day})
        return _due(cursor.fetchone())


def take(due: Due) -> None:
    """It waits no longer; marks written since stay."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"grain": due.grain, "first_day": due.first_day, "last": due.last})


def waiting() -> int:
    """How many periods wait."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT)
        return int(cursor.fetchone()[0])


def _values(pairs: Sequence[tuple[int, int]], today: date) -> dict[str, Any]:
    return {"facts": [fact for fact, _c in pairs], "computed": [one for _f, one in pairs], "today": today}


def _kin(pairs: Sequence[tuple[int, int]]) -> dict[str, list[int]]:
    """Computed metrics that follow the same facts have the same number."""
    followed: dict[int, set[int]] = defaultdict(set)
    for fact, computed in pairs:
        followed[computed].add(fact)
    numbers = {facts: number for number, facts in enumerate({frozenset(facts) for facts in followed.values()})}
    there = [(fact, number) for facts, number in numbers.items() for fact in facts]
    return {
        "facts": [fact for fact, _number in there],
        "kins": [number for _fact, number in there],
        "computed": list(followed),
        "of_kin": [numbers[frozenset(facts)] for facts in followed.values()],
    }


def _due(found: tuple[int, date, list[int], int, int] | None) -> Due | None:
    if found is None:
        return None
    grain, first_day, metrics, cause, last = found
    return Due(grain, first_day, tuple(metrics), cause, last)

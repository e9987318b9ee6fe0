"""Are kept values what metrics say now? Facts are held against what is read live, values against what their facts add up to.

Live: every fact by week, and by month in every cut (of more than a million facts in one cut, another in every run); of leads and deals
two metrics by day from the tables themselves. Values of every period and cut are then added up from facts, into periods that Python
lays out.

Values of computed metrics are read live, each as of when it was computed: of every month, and of some other periods of each grain with
all their cuts, others in every run, since that is an expensive question.

Reads only, in the caller's snapshot. Values of subjects that wait are left to those who count them.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from alignment.clock import now as present
from kpis.attribution.keeping import is_of_these_terms
from kpis.metrics.declaring import Computed, Summed, Value
from kpis.metrics.evaluating import evaluate, in_period, read
from kpis.metrics.kept import marks
from kpis.metrics.kept.basis import Ground, ground, is_current
from kpis.metrics.kept.models import CUTS, EVERYTHING, GRAINS
from kpis.metrics.kept.queries.reading import something_is_ripe
from kpis.metrics.periods import Grain, containing, period_of
from kpis.verify.compare import Finding

PERIODS = """
period AS (
    SELECT * FROM unnest(%(grains)s::smallint[], %(days)s::date[], %(first_days)s::date[]) AS p(grain, day, first_day)
), of_day AS (
    SELECT metric_id, day, {group} AS group_id, sum(lines)::bigint AS lines, sum(unknown)::bigint AS unknown, sum(total) AS total
    FROM kpis_keptfact WHERE waits_until IS NULL GROUP BY 1, 2, 3
), expected AS (
    SELECT d.metric_id, p.grain, p.first_day, d.group_id,
           sum(d.lines)::bigint AS lines, sum(d.unknown)::bigint AS unknown, sum(d.total) AS total
    FROM of_day d JOIN period p USING (day) GROUP BY 1, 2, 3, 4
)
"""
FACTS = f"""
WITH {PERIODS}
SELECT m.key, e.first_day, g.name, e.lines, e.unknown, e.total
FROM expected e LEFT JOIN kpis_keptmetric m ON m.id = e.metric_id LEFT JOIN kpis_keptgroup g ON g.id = e.group_id
"""  # noqa: S608
DIFFERENT_VALUES = f"""
WITH {PERIODS}, kept AS (
    SELECT v.metric_id, v.grain, v.first_day, v.group_id, v.lines, v.unknown, v.total
    FROM kpis_keptvalue v JOIN kpis_keptmetric m ON m.id = v.metric_id
    WHERE v.cut = %(cut)s AND v.grain = ANY(%(kept_grains)s::smallint[]) AND m.key = ANY(%(keys)s)
)
SELECT m.key, grain, first_day, g.name, k.lines, k.unknown, k.total, e.lines, e.unknown, e.total
FROM kept k FULL JOIN expected e USING (metric_id, grain, first_day, group_id)
LEFT JOIN kpis_keptmetric m ON m.id = metric_id LEFT JOIN kpis_keptgroup g ON g.id = group_id
WHERE (coalesce(k.lines, 0), coalesce(k.unknown, 0), coalesce(k.total, 0))
   <> (coalesce(e.lines, 0), coalesce(e.unknown, 0), coalesce(e.total, 0))
ORDER BY 1, 2, 3, 4
"""  # noqa: S608
SPAN = "SELECT min(day), max(day), count(*) FROM kpis_keptfact"
MANY_FACTS = 1_000_000
BARE = {
    "leads_created": """SELECT (created_at AT TIME ZONE %(zone)s)::date, count(*) FROM leads_lead
        WHERE NOT is_test AND merged_into_id IS NULL AND created_at <= %(now)s GROUP BY 1""",
    "won_deals": """SELECT (d.closed_at AT TIME ZONE %(zone)s)::date, count(*) FROM leads_deal d LEFT JOIN leads_lead l ON l.id = d.lead_id
        WHERE d.status = 'won' AND d.closed_at <= %(now)s AND (l.id IS NULL OR NOT l.is_test AND l.merged_into_id IS NULL) GROUP BY 1""",
}
"""Counted without anything that a metric is read by."""

COMPUTED = """
SELECT m.key, v.grain, v.first_day, v.cut, g.name, v.total, v.computed_at
FROM kpis_keptvalue v JOIN kpis_keptmetric m ON m.id = v.metric_id LEFT JOIN kpis_keptgroup g ON g.id = v.group_id
WHERE m.key = ANY(%(keys)s) AND (v.grain, v.first_day) IN (
    (SELECT DISTINCT grain, first_day FROM kpis_keptvalue WHERE grain = 2 AND cut = 0)
    UNION ALL
    (SELECT grain, first_day FROM (
        SELECT grain, first_day, row_number() OVER (PARTITION BY grain ORDER BY random()) AS place
        FROM (SELECT DISTINCT o.grain, o.first_day FROM kpis_keptvalue o JOIN kpis_keptmetric n ON n.id = o.metric_id
              WHERE o.grain > 0 AND o.cut = 0 AND n.key = ANY(%(keys)s)) p) s WHERE place <= %(some)s)
) AND (v.grain = 1 OR v.cut = 0 OR v.first_day = %(cut_month)s) AND NOT EXISTS (
    SELECT FROM kpis_keptdue d WHERE d.metric_id = v.metric_id AND d.grain = v.grain AND d.first_day = v.first_day)
"""

A_MONTH = (
    "SELECT first_day FROM kpis_keptvalue WHERE grain = 2 AND cut = 0 GROUP BY first_day ORDER BY random() LIMIT 1"
)
SOME = 3
"""So many weeks, quarters and years of computed metrics are looked at a run, the weeks and one month with their cuts."""

Cell = tuple[int, int, Decimal]
Cells = dict[tuple[str, date, str | None], Cell]
Place = tuple[Grain, date, date]
NOTHING: Cell = (0, 0, Decimal(0))


def kept_metrics() -> Iterator[Finding]:
    """Every table of kept values. Nothing, while something waits or all is about to be counted anew."""
    moment = present()
    there = ground(moment)
    if not is_current(there) or not is_of_these_terms(moment) or marks.waiting()[0] or something_is_ripe(moment):
        return
    keys = [metric.key for metric in there.metrics.values() if isinstance(metric, Summed)]
    first, last, count = _span()
    places = _places(there.params.zone, first, last)
    cuts = CUTS[1:] if count <= MANY_FACTS else [secrets.choice(CUTS[1:])]
    for grain, cut in ((Grain.WEEK, ""), *((Grain.MONTH, cut) for cut in cuts)):
        table = f"kept facts by {grain}{f' and {cut}' if cut else ''}"
        yield _finding(table, _facts(places, grain, cut), _live(there, keys, grain, cut))
    for key in BARE:
        yield _bare(there, key, _facts(places, Grain.DAY, ""))
    for cut in CUTS:
        yield _values(places, keys, cut)
    yield from _computed(there)


def _span() -> tuple[date, date, int]:
    """From the first fact's day to the last one's, and how many there are."""
    with connection.cursor() as cursor:
        cursor.execute(SPAN)
        first, last, count = cursor.fetchone()
    return first or date.max, last or date.min, count


def _places(zone: ZoneInfo, first: date, last: date) -> list[Place]:
    """In which period of each grain every day lies."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [(grain, day, containing(grain, day, zone).first_day) for grain in Grain for day in days]


def _laid_out(places: list[Place], *grains: Grain) -> dict[str, Any]:
    some = [place for place in places if place[0] in grains]
    return {
        "grains": [GRAINS.index(grain) for grain, _day, _first in some],
        "days": [day for _grain, day, _first in some],
        "first_days": [first for _grain, _day, first in some],
    }


def _facts(places: list[Place], grain: Grain, cut: str) -> Cells:
    """What facts add up to."""
    with connection.cursor() as cursor:
        cursor.execute(FACTS.format(group=_group(cut)), _laid_out(places, grain))
        return {
            (key, first_day, _name(name)): (lines, unknown, total)
            for key, first_day, name, lines, unknown, total in cursor.fetchall()
        }


def _values(places: list[Place], keys: list[str], cut: str) -> Finding:
    """The values of a cut that are not what their facts add up to."""
    grains = (Grain.WEEK, Grain.MONTH) if cut else tuple(Grain)
    params = {**_laid_out(places, *grains), "kept_grains": [GRAINS.index(grain) for grain in grains]}
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENT_VALUES.format(group=_group(cut)), {**params, "cut": CUTS.index(cut), "keys": keys})
        rows = cursor.fetchall()
    return Finding(
        f"kept values{f' by {cut}' if cut else ''}", [row[:7] for row in rows], [(*row[:4], *row[7:]) for row in rows]
    )


def _group(cut: str) -> str:
    return f"{cut}_id" if cut else str(EVERYTHING)


def _live(there: Ground, keys: list[str], grain: Grain, cut: str) -> Cells:
    by = (grain.value, *((cut,) if cut else ()))
    params = replace(there.params, as_of=there.now, by=by, end=there.now + timedelta(days=1))
    return {
        (key, period_of(group[0] or "", there.params.zone).first_day, group[1] if cut else None): (
            one.lines,
            one.unknown,
            one.total,
        )
        for key, groups in read([there.metrics[key] for key in keys], there.metrics, params, None).items()
        for group, one in groups.items()
    }


def _bare(there: Ground, key: str, by_day: Cells) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(BARE[key], {"zone": there.params.zone.key, "now": there.now})
        expected: Cells = {(key, day, None): (count, 0, Decimal(count)) for day, count in cursor.fetchall()}
    kept = {place: cell for place, cell in by_day.items() if place[0] == key}
    return _finding(f"kept facts of {key}", kept, expected)


def _computed(there: Ground) -> Iterator[Finding]:
    metrics = {key: metric for key, metric in there.metrics.items() if isinstance(metric, Computed)}
    with connection.cursor() as cursor:
        cursor.execute(A_MONTH)
        cut_month = next(iter(cursor.fetchone() or ()), None)
        cursor.execute(COMPUTED, {"some": SOME, "cut_month": cut_month, "keys": list(metrics)})
        rows = cursor.fetchall()
    places: dict[tuple[int, date, int, datetime], dict[tuple[str, str | None], Decimal | None]] = defaultdict(dict)
    for key, grain, first_day, cut, name, total, computed_at in rows:
        places[grain, first_day, cut, computed_at][key, _name(name)] = total
    for (grain, first_day, cut, computed_at), kept in sorted(places.items(), reverse=True):
        by = (CUTS[cut],) if cut else ()
        period = containing(GRAINS[grain], first_day, there.params.zone)
        asked = in_period(replace(there.params, by=by, as_of=computed_at, computed_at=computed_at), period)
        values = evaluate(sorted({key for key, _group in kept}), asked, None)
        live = {place: _value(values, place, bool(cut)) for place in kept}
        yield Finding("kept computed values", kept, live)


def _value(
    values: dict[tuple[str | None, ...], dict[str, Value]], place: tuple[str, str | None], is_cut: bool
) -> Decimal | None:
    key, group = place
    found = values.get((group,) if is_cut else ())
    return found[key].value if found else None


def _finding(table: str, kept: Cells, expected: Cells) -> Finding:
    """Only what differs, so that a finding can be read."""
    differ = [place for place in {*kept, *expected} if kept.get(place, NOTHING) != expected.get(place, NOTHING)]
    return Finding(
        table,
        sorted(((*place, *kept.get(place, NOTHING)) for place in differ), key=repr),
        sorted(((*place, *expected.get(place, NOTHING)) for place in differ), key=repr),
    )


def _name(name: str | None) -> str | None:
    return name[1:] if name else None

"""Are kept values what metrics say now? Every value by month and week is read live, every other one is added up in Python from facts.

Values of computed metrics are read live, each as of when it was computed: of every month, and of some other periods of each grain with
all their cuts, others in every run, since that is an expensive question.

Facts are checked by what they add up to, those that wait included; of leads and deals two are counted from the tables themselves.
Reads only, in the caller's snapshot. Values of subjects that wait are left to those who count them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import connection

from alignment.clock import now as present
from kpis.attribution.keeping import is_of_these_terms
from kpis.metrics.declaring import Computed, Summed, Value
from kpis.metrics.evaluating import evaluate, in_period, read
from kpis.metrics.kept import marks
from kpis.metrics.kept.basis import Ground, ground, is_current
from kpis.metrics.kept.models import CUTS, GRAINS
from kpis.metrics.kept.queries.reading import something_is_ripe
from kpis.metrics.periods import Grain, containing, period_of
from kpis.reports.params import ReportParams
from kpis.verify.compare import Finding

VALUES = """
SELECT m.key, v.grain, v.first_day, v.cut, g.name, v.lines, v.unknown, v.total FROM kpis_keptvalue v
JOIN kpis_keptmetric m ON m.id = v.metric_id LEFT JOIN kpis_keptgroup g ON g.id = v.group_id
WHERE v.grain = %(grain)s AND v.cut = %(cut)s AND m.key = ANY(%(keys)s)
"""
FACTS = """
SELECT m.key, f.day, sum(f.lines)::bigint, sum(f.unknown)::bigint, sum(f.total) FROM kpis_keptfact f
JOIN kpis_keptmetric m ON m.id = f.metric_id WHERE f.waits_until IS NULL GROUP BY m.key, f.day
"""
ALL_FACTS = """
SELECT m.key, g.name, sum(f.lines)::bigint, sum(f.unknown)::bigint, sum(f.total) FROM kpis_keptfact f
JOIN kpis_keptmetric m ON m.id = f.metric_id JOIN kpis_keptgroup g ON g.id = f.{cut}_id GROUP BY m.key, g.name
"""
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
NOTHING: Cell = (0, 0, Decimal(0))


def kept_metrics() -> Iterator[Finding]:
    """Every table of kept values. Nothing, while something waits or all is about to be counted anew."""
    moment = present()
    there = ground(moment)
    if not is_current(there) or not is_of_these_terms(moment) or marks.waiting()[0] or something_is_ripe(moment):
        return
    keys = [metric.key for metric in there.metrics.values() if isinstance(metric, Summed)]
    days = _days()
    for cut in CUTS[1:]:
        yield _facts(there, keys, cut)
    for key in BARE:
        yield _bare(there, key, days)
    for grain in (Grain.DAY, Grain.QUARTER, Grain.YEAR):
        yield _finding(f"kept values by {grain}", _kept(keys, grain, ""), _added_up(days, grain))
    for grain in (Grain.WEEK, Grain.MONTH):
        for cut in CUTS:
            live = _live(there, keys, grain, cut)
            yield _finding(f"kept values by {grain}{f' and {cut}' if cut else ''}", _kept(keys, grain, cut), live)
    yield from _computed(there)


def _days() -> Cells:
    with connection.cursor() as cursor:
        cursor.execute(FACTS)
        return {(key, day, None): (lines, unknown, total) for key, day, lines, unknown, total in cursor.fetchall()}


def _added_up(days: Cells, grain: Grain) -> Cells:
    found: Cells = defaultdict(lambda: NOTHING)
    for (key, day, _group), cell in days.items():
        place = (key, containing(grain, day).first_day, None)
        found[place] = _sum(found[place], cell)
    return found


def _sum(one: Cell, other: Cell) -> Cell:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def _kept(keys: list[str], grain: Grain, cut: str) -> Cells:
    with connection.cursor() as cursor:
        cursor.execute(VALUES, {"grain": GRAINS.index(grain.value), "cut": CUTS.index(cut), "keys": keys})
        return {
            (key, first_day, _name(name)): (lines, unknown, total)
            for key, _grain, first_day, _cut, name, lines, unknown, total in cursor.fetchall()
        }


def _live(there: Ground, keys: list[str], grain: Grain, cut: str) -> Cells:
    params = replace(there.params, as_of=there.now, by=(grain.value, *((cut,) if cut else ())))
    found: Cells = {}
    for group, values in _sums(there, keys, replace(params, end=there.now + timedelta(days=1))).items():
        first_day = _first_day(group[0], there)
        for key, cell in values.items():
            found[key, first_day, group[1] if cut else None] = cell
    return found


def _sums(there: Ground, keys: list[str], params: ReportParams) -> dict[tuple[str | None, ...], dict[str, Cell]]:
    found: dict[tuple[str | None, ...], dict[str, Cell]] = defaultdict(dict)
    for key, groups in read([there.metrics[key] for key in keys], there.metrics, params, None).items():
        for group, one in groups.items():
            found[group][key] = (one.lines, one.unknown, one.total)
    return found


def _first_day(name: str | None, there: Ground) -> date:
    return period_of(name or "", there.params.zone).first_day


def _facts(there: Ground, keys: list[str], cut: str) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(ALL_FACTS.format(cut=cut))
        kept: Cells = {
            (key, date.min, _name(name)): (n, unknown, total) for key, name, n, unknown, total in cursor.fetchall()
        }
    live: Cells = {}
    for group, values in _sums(there, keys, replace(there.params, by=(cut,))).items():
        live |= {(key, date.min, group[0]): cell for key, cell in values.items()}
    return _finding(f"kept facts by {cut}", kept, live)


def _bare(there: Ground, key: str, days: Cells) -> Finding:
    with connection.cursor() as cursor:
        cursor.execute(BARE[key], {"zone": there.params.zone.key, "now": there.now})
        expected: Cells = {(key, day, None): (count, 0, Decimal(count)) for day, count in cursor.fetchall()}
    kept = {place: cell for place, cell in days.items() if place[0] == key}
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

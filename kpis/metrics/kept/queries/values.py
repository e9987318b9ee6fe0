"""What is kept of computed metrics in one period? Replaces what differs. Index: kept_value_once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from kpis.metrics.declaring import Value
from kpis.metrics.kept.models import Cause, KeptValue, Revision

KEPT = """
SELECT metric_id, cut, group_id, lines, total, problem FROM kpis_keptvalue
WHERE metric_id = ANY(%(metrics)s) AND grain = %(grain)s AND first_day = %(first_day)s
"""

OUT = """
DELETE FROM kpis_keptvalue v USING unnest(%(ids)s::int[], %(cuts)s::int[], %(groups)s::int[]) AS o(metric_id, cut, group_id)
WHERE v.metric_id = o.metric_id AND v.grain = %(grain)s AND v.cut = o.cut AND v.first_day = %(first_day)s AND v.group_id = o.group_id
"""

SEEN = """
UPDATE kpis_keptvalue SET computed_at = %(now)s
WHERE metric_id = ANY(%(metrics)s) AND grain = %(grain)s AND first_day = %(first_day)s AND computed_at <> %(now)s
"""

Cell = tuple[int, int, int]
Columns = tuple[int | None, Decimal | None, str | None]


def replace(
    metrics: Sequence[int],
    grain: int,
    first_day: date,
    found: Mapping[Cell, Value],
    *,
    closed: Collection[int],
    cause: Cause | None,
    now: datetime,
) -> None:
    """Of these metrics in this period, put `found` in the place of what is kept, and revise what had closed, if there is a cause."""
    place: dict[str, Any] = {"metrics": list(metrics), "grain": grain, "first_day": first_day, "now": now}
    kept = _kept(place)
    fresh: dict[Cell, Columns] = {cell: (value.n, value.value, value.problem) for cell, value in found.items()}
    changed = {cell: columns for cell, columns in fresh.items() if kept.get(cell) != columns}
    gone = [cell for cell in kept if cell not in fresh]
    with connection.cursor() as cursor:
        if gone:
            ids, cuts, groups = zip(*gone, strict=True)
            cursor.execute(OUT, {**place, "ids": list(ids), "cuts": list(cuts), "groups": list(groups)})
        cursor.execute(SEEN, place)
    KeptValue.objects.bulk_create(
        [
            KeptValue(
                metric_id=metric, grain=grain, first_day=first_day, cut=cut, group_id=group,
                lines=n, total=total, problem=problem, computed_at=now,
            )
            for (metric, cut, group), (n, total, problem) in changed.items()
        ],
        update_conflicts=True,
        unique_fields=["metric_id", "grain", "cut", "first_day", "group_id"],
        update_fields=["lines", "total", "problem", "computed_at"],
    )  # fmt: skip
    if cause is None:
        return
    Revision.objects.bulk_create(
        [
            Revision(
                metric_id=cell[0], grain=grain, first_day=first_day, cut=cell[1], group_id=cell[2],
                old_lines=kept[cell][0], old_total=kept[cell][1], new_lines=fresh.get(cell, NOTHING)[0],
                new_total=fresh.get(cell, NOTHING)[1], cause=cause, at=now,
            )
            for cell in sorted({*changed, *gone})
            if cell in kept and cell[0] in closed and kept[cell][1] != fresh.get(cell, NOTHING)[1]
        ]
    )  # fmt: skip


NOTHING: Columns = (None, None, None)


def _kept(place: Mapping[str, Any]) -> dict[Cell, Columns]:
    with connection.cursor() as cursor:
        cursor.execute(KEPT, place)
        return {
            (metric, cut, group): (n, total, problem) for metric, cut, group, n, total, problem in cursor.fetchall()
        }

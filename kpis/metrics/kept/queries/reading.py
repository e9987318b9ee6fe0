"""What is kept of metrics in some periods, and how was it revised? Grain: one row a metric, period and group. Index: kept_value_once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

VALUES = """
SELECT m.key, v.first_day, g.name, v.lines, v.unknown, v.total, v.problem, v.computed_at
FROM kpis_keptmetric m
JOIN kpis_keptvalue v ON v.metric_id = m.id AND v.grain = %(grain)s AND v.cut = %(cut)s
     AND v.first_day >= %(first)s AND v.first_day < %(end)s
LEFT JOIN kpis_keptgroup g ON g.id = v.group_id
WHERE m.key = ANY(%(keys)s) AND (NOT %(one)s OR v.group_id = (
    SELECT id FROM kpis_keptgroup WHERE cut = %(cut)s AND name = %(name)s))
"""

REVISIONS = """
SELECT m.key, r.first_day, g.name, r.old_lines, r.old_unknown, r.old_total, r.new_lines, r.new_unknown, r.new_total, r.cause, r.at
FROM kpis_keptmetric m
JOIN kpis_revision r ON r.metric_id = m.id AND r.grain = %(grain)s AND r.cut = %(cut)s
     AND r.first_day >= %(first)s AND r.first_day < %(end)s
LEFT JOIN kpis_keptgroup g ON g.id = r.group_id
WHERE m.key = ANY(%(keys)s) AND (NOT %(one)s OR r.group_id = (
    SELECT id FROM kpis_keptgroup WHERE cut = %(cut)s AND name = %(name)s))
ORDER BY r.id
"""

DUE = "SELECT EXISTS (SELECT FROM kpis_keptdue d JOIN kpis_keptmetric m ON m.id = d.metric_id WHERE m.key = %(key)s)"

RIPE = "SELECT EXISTS (SELECT FROM kpis_keptfact WHERE waits_until <= %(now)s)"


@dataclass(frozen=True)
class Part:
    """What is kept of one summed or computed metric: so many lines, so many of which are not known, and the sum, or the value."""

    lines: int | None
    unknown: int
    total: Decimal | None
    problem: str | None = None
    computed_at: datetime | None = None


@dataclass(frozen=True)
class Change:
    """That it was revised."""

    old: Part
    new: Part
    cause: int
    at: datetime


@dataclass(frozen=True)
class Place:
    """Where a value is kept: the metric, the first day of the period, the group."""

    key: str
    first_day: date
    group: str | None


@dataclass(frozen=True)
class Where:
    """Of which metrics and periods, and of one group or all."""

    keys: Sequence[str]
    grain: int
    cut: int
    first: date
    end: date
    one: bool
    group: str | None

    def values(self) -> dict[str, Any]:
        """What the statements name."""
        return {
            "keys": list(self.keys),
            "grain": self.grain,
            "cut": self.cut,
            "first": self.first,
            "end": self.end,
            "one": self.one,
            "name": "" if self.group is None else f"={self.group}",
        }


def read_values(where: Where) -> Mapping[Place, Part]:
    """By place."""
    with connection.cursor() as cursor:
        cursor.execute(VALUES, where.values())
        return {
            Place(key, first_day, _group(name)): Part(lines, unknown, total, problem, computed_at)
            for key, first_day, name, lines, unknown, total, problem, computed_at in cursor.fetchall()
        }


def read_changes(where: Where) -> Mapping[Place, list[Change]]:
    """By place, in the order in which they came."""
    found: dict[Place, list[Change]] = {}
    with connection.cursor() as cursor:
        cursor.execute(REVISIONS, where.values())
        for key, first_day, name, o_lines, o_unknown, o_total, lines, unknown, total, cause, at in cursor.fetchall():
            change = Change(Part(o_lines, o_unknown, o_total), Part(lines, unknown, total), cause, at)
            found.setdefault(Place(key, first_day, _group(name)), []).append(change)
    return found


def is_due(key: str) -> bool:
    """Whether a period of a computed metric waits to be read anew."""
    return _is(DUE, {"key": key})


def something_is_ripe(now: datetime) -> bool:
    """Whether something counts by now that is not in the values yet."""
    return _is(RIPE, {"now": now})


def _is(statement: str, values: Mapping[str, Any]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return bool(cursor.fetchone()[0])


def _group(name: str | None) -> str | None:
    return name[1:] if name else None

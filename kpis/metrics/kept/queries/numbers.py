"""Which numbers do metrics and groups have in the tables? Given once, never taken back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import connection

from kpis.metrics.declaring import Metric

METRICS = """
INSERT INTO kpis_keptmetric (key, windowed)
SELECT n.key, n.windowed FROM unnest(%(keys)s::text[], %(windowed)s::boolean[]) AS n(key, windowed)
WHERE NOT EXISTS (SELECT FROM kpis_keptmetric m WHERE (m.key, m.windowed) = (n.key, n.windowed))
ON CONFLICT (key) DO UPDATE SET windowed = excluded.windowed WHERE kpis_keptmetric.windowed <> excluded.windowed
"""
"""Those that are as they should be are left alone: who writes a row that is there locks it for others who count until its end."""

IDS = "SELECT key, id FROM kpis_keptmetric WHERE key = ANY(%(keys)s)"
MISSING = (
    "SELECT count(*) FROM unnest(%(keys)s::text[]) k WHERE NOT EXISTS (SELECT FROM kpis_keptmetric m WHERE m.key = k)"
)

ALL_GROUPS = """
INSERT INTO kpis_keptgroup (cut, name)
SELECT cut, coalesce('=' || value, '') FROM (
    SELECT generate_series(1, 4), NULL
    UNION SELECT 1, source FROM leads_lead
    UNION SELECT 1, source FROM programs_spend
    UNION SELECT 1, source FROM programs_series
    UNION SELECT 2, name FROM programs_campaign
    UNION SELECT 3, coalesce(email, name) FROM people_user
    UNION SELECT 4, name FROM people_team
) g(cut, value)
ON CONFLICT DO NOTHING
"""
"""Every group that a line may fall into."""

GROUPS = """
INSERT INTO kpis_keptgroup (cut, name)
SELECT cut, coalesce('=' || value, '') FROM unnest(%(cuts)s::smallint[], %(values)s::text[]) g(cut, value)
ON CONFLICT DO NOTHING
"""
GROUP_IDS = "SELECT name, id FROM kpis_keptgroup WHERE cut = %(cut)s"


def number_metrics(metrics: Iterable[Metric]) -> Mapping[str, int]:
    """The number of each, given where it has none."""
    there = {metric.key: metric.windowed for metric in metrics}
    with connection.cursor() as cursor:
        cursor.execute(METRICS, {"keys": list(there), "windowed": list(there.values())})
        cursor.execute(IDS, {"keys": list(there)})
        return dict(cursor.fetchall())


def number_all_groups() -> None:
    """Give a number to every group that there may be."""
    with connection.cursor() as cursor:
        cursor.execute(ALL_GROUPS)


def number_groups(cut: int, values: Iterable[str | None]) -> Mapping[str | None, int]:
    """The number of each group of a cut, given where it has none."""
    wanted = list(values)
    with connection.cursor() as cursor:
        cursor.execute(GROUPS, {"cuts": [cut] * len(wanted), "values": wanted})
        cursor.execute(GROUP_IDS, {"cut": cut})
        return {name[1:] if name else None: number for name, number in cursor.fetchall()}

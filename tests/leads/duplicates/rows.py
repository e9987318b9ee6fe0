"""Every row of every table, to the byte, so that what was undone can be held against what was there."""

from __future__ import annotations

from django.apps import apps
from django.db import connection

WORK_TO_DO = {
    "leads_touched",
    "leads_touchedall",
    "leads_toqualify",
    "leads_toroute",
    "leads_tocompare",
    "kpis_keptmark",
    "kpis_keptdue",
    "kpis_creditdue",
    "kpis_scoredue",
}
ABOUT_MERGING = {"leads_merge", "leads_pair"}
NUMBERED_ANEW = {"leads_matchkey", "kpis_leak", "kpis_leakcount", "kpis_funnelcell"}
"""Derived, so that its rows come back with other ids."""
CLOCKS = {"kpis_freshness", "django_session"}


def all_rows() -> dict[str, list[str]]:
    """The rows as the database writes them, by table, sorted."""
    found = {}
    for model in apps.get_models():
        table = model._meta.db_table
        if model._meta.managed and table not in WORK_TO_DO | ABOUT_MERGING | CLOCKS:
            found[table] = rows_of(table)
    return found


def rows_of(table: str) -> list[str]:
    """All rows of one table."""
    what = "to_jsonb(t) - 'id'" if table in NUMBERED_ANEW else "to_jsonb(t)"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ({what})::text FROM {table} t ORDER BY 1")
        return [row[0] for row in cursor.fetchall()]


def differences(before: dict[str, list[str]], after: dict[str, list[str]]) -> dict[str, tuple[list[str], list[str]]]:
    """By table the rows that are only in one of the two."""
    return {
        table: (sorted(set(before[table]) - set(after[table])), sorted(set(after[table]) - set(before[table])))
        for table in before
        if before[table] != after[table]
    }

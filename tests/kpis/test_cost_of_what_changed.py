"""Does what is derived of one lead cost what that lead has, however many others there are? Counts the rows that the database reads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction

from kpis import cells
from kpis.attribution import keeping
from kpis.leaks.counts import open_at_once
from kpis.leaks.queries import intervals
from kpis.metrics.kept import marks
from kpis.recompute import drain, recompute_everything
from leads.activities.log import log_activities
from leads.activities.rows import ActivityRow
from leads.deals.rows import DealRow
from leads.deals.save import save_deals
from leads.definitions import judging
from leads.lifecycle.changes import NewChange, record_changes
from leads.models import Lead
from leads.records.rows import LeadRow
from leads.records.upsert import upsert_leads
from tests.leads.definitions.qualifying import IN_GERMANY, agreed, viewed
from tests.world import NOW, TIME_ZERO, cast, day

pytestmark = pytest.mark.django_db(transaction=True)

LEADS = 3_000
MOST_ROWS = 50
READ = """
SELECT relname, seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables
WHERE schemaname = 'public' AND relname = ANY(%(tables)s)
"""
GROWING = """
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND reltuples >= 1000
"""


@pytest.fixture
def company() -> list[int]:
    """Leads with a stage, an activity and some a deal, judged by a definition, all derived; their ids."""
    agreed(cast(), "mql", {"all": [IN_GERMANY, viewed(2, 30)]}, TIME_ZERO)
    rows = [
        LeadRow(system="test", external_id=f"{n}", created_at=TIME_ZERO + timedelta(hours=n % 700))
        for n in range(LEADS)
    ]
    upsert_leads(rows, now=NOW, actor_id=None)
    leads = list(Lead.objects.order_by("pk").values_list("pk", flat=True))
    record_changes([NewChange(pk, "mql", day(40), "manual") for pk in leads[::2]], recorded_at=NOW)
    log_activities([ActivityRow(kind="call", at=day(41), lead_id=pk) for pk in leads], now=NOW, actor_id=None)
    deals = [
        DealRow(lead_id=pk, system="test", external_id=f"{pk}", status="open", opened_at=day(42)) for pk in leads[::3]
    ]
    save_deals(deals, now=NOW, actor_id=None)
    recompute_everything(now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return leads


def test_one_lead_that_moved_is_derived_without_reading_the_others(company: list[int]) -> None:
    few = [company[LEADS // 2]]
    record_changes([NewChange(few[0], "sal", day(50), "manual")], recorded_at=NOW)
    works: dict[str, Callable[[], object]] = {
        "judged": lambda: judging.judge_leads(few, now=NOW),
        "leaks": lambda: intervals.keep(few),
        "cells": lambda: cells.refresh(few),
        "credits": lambda: keeping.note_leads(few),
        "metrics": lambda: marks.note_leads(few),
        "open": lambda: open_at_once([NOW]),
    }
    read = {name: rows_read(work) for name, work in works.items()}
    assert {name: tables for name, tables in read.items() if sum(tables.values()) > MOST_ROWS} == {}
    drain()


def test_reading_every_lead_is_found_out(company: list[int]) -> None:
    assert rows_read(lambda: list(Lead.objects.filter(title="nobody")))["leads_lead"] >= LEADS


@transaction.atomic
def rows_read(work: Callable[[], object]) -> dict[str, int]:
    """By table that grows: the rows that its scans read within this transaction."""
    with connection.cursor() as cursor:
        cursor.execute(GROWING)
        tables = [row[0] for row in cursor.fetchall()]
        assert "leads_lead" in tables
        before = _counted(tables)
        work()
        after = _counted(tables)
    return {table: after[table] - before[table] for table in tables if after[table] > before[table]}


def _counted(tables: list[str]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(READ, {"tables": tables})
        return {name: int(rows) for name, rows in cursor.fetchall()}

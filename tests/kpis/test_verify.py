"""Does `verify` find a difference planted in any table that is derived, and nothing where all is well?"""

from __future__ import annotations

from io import StringIO
from typing import Any

import orjson
import pytest
from django.core.management import call_command
from django.db import connection, transaction

from kpis.management.commands.verify import Command
from kpis.models import CohortPlace, FunnelCell, Leak, LeakCount
from kpis.recompute import drain
from kpis.verify.run import verify
from leads.lifecycle.changes import touch
from leads.models import Lead
from tests.kpis.leaking import draw_leaks
from tests.world import a_lead, cast, moved

pytestmark = pytest.mark.django_db(transaction=True)

A_LEAD = "(SELECT min(lead_id) FROM leads_progress)"

PLANTED = {
    "stays": f"UPDATE leads_stay SET pass_number = pass_number + 1 WHERE lead_id = {A_LEAD}",
    "stays missing": f"DELETE FROM leads_stay WHERE lead_id = {A_LEAD}",
    "progress": f"UPDATE leads_progress SET entered[1] = '2001-01-01Z' WHERE lead_id = {A_LEAD}",
    "progress missing": f"DELETE FROM leads_progress WHERE lead_id = {A_LEAD}",
    "leads": f"UPDATE leads_lead SET stage = CASE stage WHEN 'sal' THEN 'sql' ELSE 'sal' END WHERE id = {A_LEAD}",
    "leads segment": f"UPDATE leads_lead SET segment = 'planted' WHERE id = {A_LEAD}",
    "leads owner": f"UPDATE leads_lead SET owner_id = NULL, team_id = (SELECT max(id) FROM people_team) WHERE id = {A_LEAD}",
    "leaks": "UPDATE kpis_leak SET limit_seconds = limit_seconds + 1 WHERE id = (SELECT min(id) FROM kpis_leak)",
    "leaks since": "UPDATE kpis_leak SET since = since + interval '1 microsecond' WHERE id = (SELECT min(id) FROM kpis_leak)",
    "leaks until": "UPDATE kpis_leak SET until = '2030-01-01Z' WHERE id = (SELECT min(id) FROM kpis_leak WHERE until IS NULL)",
    "leaks missing": "DELETE FROM kpis_leak WHERE id = (SELECT min(id) FROM kpis_leak)",
    "leaks of nobody": "UPDATE kpis_leak SET lead_id = -1 WHERE id = (SELECT min(id) FROM kpis_leak)",
    "places": "UPDATE kpis_cohortplace SET source = 'planted' WHERE lead_id = (SELECT min(lead_id) FROM kpis_cohortplace)",
    "places of nobody": "INSERT INTO kpis_cohortplace (lead_id, start, anchor, day, furthest, furthest_in_window)"
    " VALUES (999999999, 1, '2024-01-01Z', '2024-01-01', 1, 1)",
    "cells": "UPDATE kpis_funnelcell SET leads = leads + 1 WHERE id = (SELECT min(id) FROM kpis_funnelcell)",
    "leak_counts": "UPDATE kpis_leakcount SET opened = opened + 1 WHERE id = (SELECT min(id) FROM kpis_leakcount)",
    "texts": f"UPDATE leads_leadtext SET text = text || 'X' WHERE lead_id = {A_LEAD}",
    "texts called": f"UPDATE leads_leadtext SET called = 'planted' WHERE lead_id = {A_LEAD}",
    "texts missing": f"DELETE FROM leads_leadtext WHERE lead_id = {A_LEAD}",
    "texts of nobody": "INSERT INTO leads_leadtext (lead_id, text, called) VALUES (999999999, ' ', '')",
    "cells missing": "DELETE FROM kpis_funnelcell WHERE id = (SELECT min(id) FROM kpis_funnelcell)",
}


ALSO_COUNTED = {
    "places": {"cells"},
    "places of nobody": {"cells"},
    "leaks missing": {"leak_counts"},
    "leaks until": {"leak_counts"},
}


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount > 0


def test_an_empty_company_is_right() -> None:
    drain()
    assert verify().differences == 0


def test_differences_are_found_in_every_table() -> None:
    draw_leaks(8, leads=50)
    drain()
    assert (verify().differences, verify().examples) == (0, [])
    tables = {name: name.split()[0] for name in PLANTED}
    assert {name: found_after(statement) for name, statement in PLANTED.items()} == {
        name: {table} | ALSO_COUNTED.get(name, set()) for name, table in tables.items()
    }


def found_after(statement: str) -> set[object]:
    """The tables in which `verify` finds a difference after `statement`, which is taken back."""
    with transaction.atomic():
        run(statement)
        found = verify()
        transaction.set_rollback(True)
    assert found.differences >= 1
    return {example["table"] for example in found.examples}


def test_a_lead_that_waits_may_be_behind() -> None:
    cast()
    lead = a_lead()
    drain()
    Leak.objects.all().delete()
    LeakCount.objects.all().delete()
    assert verify().differences == 1
    touch([lead.pk])
    found = verify()
    assert (found.differences, found.waiting) == (0, 1)


def test_everything_is_read_in_one_state_of_the_database() -> None:
    cast()
    moved(a_lead(), ("sal", 3))
    drain()
    found = verify()
    assert found.checked == {
        **dict.fromkeys(("stays", "progress", "handoffs", "leaks", "places"), 2),
        **dict.fromkeys(
            (
                *("leads", "changes", "values", "activities", "consents", "deadlines", "needs"),
                *("cells", "leak_counts", "texts", "credits"),
            ),
            1,
        ),
    }


def test_the_command_recomputes_first_and_says_where() -> None:
    cast()
    lead = a_lead()
    assert printed() == (0, 0, [])
    Leak.objects.update(limit_seconds=1)
    code, differences, examples = printed()
    assert (code, differences) == (1, 1)
    assert [(example["table"], example["lead"]) for example in examples] == [("leaks", lead.pk)]


def printed() -> tuple[int, int, list[dict[str, Any]]]:
    out, command = StringIO(), Command()
    call_command(command, format="json", stdout=out)
    document = orjson.loads(out.getvalue())
    return command.exit_code, document["differences"], document["examples"]


def test_recompute_repairs_what_was_planted_in_its_own_tables() -> None:
    draw_leaks(9, leads=30)
    drain()
    for table in (Leak, CohortPlace, FunnelCell):
        table.objects.filter(pk=table.objects.values_list("pk", flat=True)[0]).delete()
    run("UPDATE leads_leadtext SET text = 'PLANTED' WHERE lead_id = (SELECT min(lead_id) FROM leads_leadtext)")
    run("DELETE FROM leads_leadtext WHERE lead_id = (SELECT max(lead_id) FROM leads_leadtext)")
    run("INSERT INTO leads_leadtext (lead_id, text, called) VALUES (999999999, 'NOBODY', 'nobody')")
    assert verify().differences > 0
    call_command("recompute", "--full", stdout=StringIO())
    assert verify().differences == 0
    assert Lead.objects.count() == 30

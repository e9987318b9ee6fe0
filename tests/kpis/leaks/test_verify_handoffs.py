"""Does `verify` find what is planted beside the logs of handoffs: a leak of each kind, a deadline, a team, a second open one?"""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from kpis.models import Leak
from kpis.recompute import recompute_touched
from kpis.verify.run import verify
from leads.models import Lead
from tests.kpis.leaks.handing import a_rule, needed, offered
from tests.world import NOW, a_lead, cast, day, moved

pytestmark = pytest.mark.django_db(transaction=True)

KINDS = ("unrouted", "unaccepted", "uncontacted", "ping_pong", "unexplained")
OPEN_DOOR = "SET LOCAL alignment.removal = 'on'; "
COLUMNS = """
SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns
WHERE table_name = %(table)s AND column_name <> 'id' AND table_schema = current_schema()
"""


@pytest.fixture
def leads() -> list[Lead]:
    """One on offer past its deadline, one accepted and forgotten, one turned down again and again, one that nobody took."""
    cast()
    rule, found = a_rule(accept_hours=24, contact_hours=48), [a_lead(f"{n}") for n in range(4)]
    for lead in found:
        moved(lead, ("mql", 1))
    on_offer, accepted, turned_down, waiting = found
    offered(on_offer, day(2), rule=rule, accept_by=day(3), contact_by=day(4))
    offered(accepted, day(2), rule=rule, accept_by=day(3), contact_by=day(4), state="accepted", decided_at=day(2.5))
    for at in (2, 4):
        offered(turned_down, day(at), rule=rule, accept_by=day(at + 1), state="rejected", decided_at=day(at + 0.5))
    needed(waiting, day(2), rule=rule)
    recompute_touched(now=NOW)
    return found


def found_after(statement: str) -> set[object]:
    """The tables in which `verify` finds a difference after `statement`, which is taken back."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(OPEN_DOOR + statement)
            assert cursor.rowcount > 0
        examples = verify().examples
        transaction.set_rollback(True)
    return {example["table"] for example in examples}


@pytest.mark.usefixtures("leads")
def test_a_leak_planted_or_taken_away_is_found_in_each_kind() -> None:
    assert (verify().differences, verify().examples) == (0, [])
    assert set(Leak.objects.values_list("kind", flat=True)) >= set(KINDS)
    for kind in KINDS:
        here = f"WHERE kind = '{kind}'"
        assert found_after(f"DELETE FROM kpis_leak {here}") == {"leaks", "leak_counts"}
        assert found_after(f"UPDATE kpis_leak SET since = since + interval '1 microsecond' {here}") == {"leaks"}
        assert found_after(f"UPDATE kpis_leak SET until = '2030-01-01Z' {here}") == {"leaks", "leak_counts"}
        assert found_after(f"UPDATE kpis_leak SET side = 'partner' {here}") == {"leaks", "leak_counts"}


@pytest.mark.usefixtures("leads")
def test_a_deadline_beside_its_log_and_a_team_beside_the_offer_are_found() -> None:
    later = "UPDATE leads_handoff SET {clock}_by = {clock}_by + interval '1 second' WHERE state = '{state}'"
    assert found_after(later.format(clock="accept", state="offered")) == {"handoffs"}
    assert found_after(later.format(clock="contact", state="accepted")) == {"handoffs"}
    assert found_after("UPDATE leads_lead SET offered_team_id = NULL WHERE offered_team_id IS NOT NULL") == {"leads"}
    somebody = "(SELECT max(id) FROM people_team)"
    assert found_after(f"UPDATE leads_lead SET offered_team_id = {somebody} WHERE offered_team_id IS NULL") == {"leads"}


@pytest.mark.usefixtures("leads")
def test_a_second_open_offer_and_a_second_open_need_are_found() -> None:
    for table, index, where in (
        ("leads_handoff", "one_open_handoff_per_lead", "state = 'offered'"),
        ("leads_need", "one_open_need_per_lead", "ended_at IS NULL"),
    ):
        with connection.cursor() as cursor:
            cursor.execute(COLUMNS, {"table": table})
            columns = cursor.fetchone()[0]
        again = f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} WHERE {where}"
        assert "handoffs" in found_after(f"DROP INDEX {index}; {again}")

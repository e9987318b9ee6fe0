"""Is anything half done when a step breaks off? Each is broken off before each of its statements in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction

from alignment.agreements.in_force import InForce
from leads.handoffs.contacting import contacted
from leads.handoffs.deciding import accept, reject
from leads.handoffs.holding import hold, resume
from leads.handoffs.offering import offer_by_hand
from leads.handoffs.passing import reassign
from leads.handoffs.returning import give_back
from leads.handoffs.sweeping import sweep_batch
from leads.handoffs.withdrawing import withdraw
from leads.records.models import Lead
from tests.leads.handoffs.handing import KEY, an_mql, at, offered
from tests.world import Cast

MOST_STATEMENTS = 400
LOOK_EVERY = 10
"""What one attempt left the next does not clear away, so it is enough to look after some of them, and once all were made."""

Step = Callable[[Cast, Lead, int], object]

STEPS: dict[str, tuple[str, Step]] = {
    "offer": ("nothing", lambda c, lead, _h: offer_by_hand(lead, KEY, by=c.marketer, to_user_id=c.salesperson.pk, now=at(2))),
    "offer by rule": ("nothing", lambda c, lead, _h: offer_by_hand(lead, KEY, by=c.marketer, now=at(2))),
    "accept": ("held", lambda c, _l, h: accept(h, by=c.salesperson, now=at(2))),
    "reject": ("held", lambda c, _l, h: reject(h, by=c.salesperson, reason="not-now", now=at(2))),
    "reroute": ("offered", lambda c, _l, h: reject(h, by=c.salesperson, reason="not-mine", now=at(2))),
    "return": ("accepted", lambda c, _l, h: give_back(h, by=c.salesperson, reason="not-mine", now=at(2))),
    "hold": ("offered", lambda c, _l, h: hold(h, by=c.salesperson, reason="customer", now=at(2))),
    "resume": ("held", lambda c, _l, h: resume(h, by=c.salesperson, now=at(2))),
    "pass on": ("held", lambda c, _l, h: reassign(h, by=c.sales_lead, to_team_id=c.partners.pk, now=at(2))),
    "take over": ("accepted", lambda c, _l, h: reassign(h, by=c.sales_lead, to_user_id=c.sales_lead.pk, now=at(2))),
    "contact": ("accepted", lambda c, _l, h: contacted(h, by=c.salesperson, kind="call", now=at(2))),
    "withdraw": ("held", lambda c, _l, h: withdraw(h, by=c.marketer, why="A mistake.", now=at(2))),
    "sweep": ("offered", lambda _c, _l, _h: sweep_batch(at(30), 100, now=lambda: at(30))),
}  # fmt: skip


class Broken(Exception):
    """The connection is gone."""


@contextmanager
def broken_before(statement: int) -> Iterator[None]:
    """The statement of that number, and whatever follows, is not carried out; ending a transaction is."""
    count = 0

    def execute(run: Callable[..., object], sql: Any, params: Any, many: bool, context: Any) -> object:
        nonlocal count
        count += 1
        if count >= statement and not str(sql).startswith(("ROLLBACK", "RELEASE")):
            raise Broken
        return run(sql, params, many, context)

    with connection.execute_wrapper(execute):
        yield


def contents() -> dict[str, str]:
    """What stands in every table of the product, as fingerprints."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
            " AND (table_name LIKE 'leads\\_%' OR table_name LIKE 'outbox\\_%')"
        )
        tables = sorted(name for (name,) in cursor.fetchall())
        parts = [
            f"SELECT '{name}', md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {name} t"
            for name in tables
        ]
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())


@pytest.mark.parametrize("name", STEPS)
def test_a_step_that_breaks_off_leaves_nothing(cast: Cast, rule: InForce, name: str) -> None:
    stands, step = STEPS[name]
    lead = an_mql("ada", owner=cast.marketer)
    handoff = 0
    if stands != "nothing":
        handoff = offered(lead, rule, cast.salesperson).pk
    if stands == "held":
        hold(handoff, by=cast.salesperson, reason="customer", now=at(1))
    if stands == "accepted":
        accept(handoff, by=cast.salesperson, now=at(1))
    before = contents()
    for statement in range(1, MOST_STATEMENTS):
        mark = transaction.savepoint()
        try:
            with broken_before(statement):
                step(cast, lead, handoff)
        except Broken:
            transaction.savepoint_commit(mark)
            assert statement % LOOK_EVERY or contents() == before, statement
        else:
            break
    else:
        pytest.fail("It never came to its end.")
    assert statement > 5
    assert contents() != before
    transaction.savepoint_rollback(mark)
    assert contents() == before

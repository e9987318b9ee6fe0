"""Does a report on deadlines look each of them up once a handoff, and each first contact? Counts how often the database does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from psycopg2 import sql

from kpis.reports.params import ReportParams, read_params
from kpis.reports.queries.sla import ACCEPT, CONTACT, read_kept, read_speed
from leads.handoffs.deciding import accept
from tests.leads.handoffs.handing import agreed, an_mql, at, offered
from tests.world import cast, did

pytestmark = pytest.mark.django_db

NOW = datetime(2024, 3, 1, tzinfo=UTC)
OFFERS = 40


@pytest.fixture
def january() -> ReportParams:
    """Offers of a month, every other one accepted, every third spoken with."""
    people = cast()
    rule = agreed(people)
    for n in range(OFFERS):
        lead = an_mql(f"lead-{n}", owner=people.marketer)
        handoff = offered(lead, rule, people.salesperson, when=at(n / 10))
        if n % 2:
            accept(handoff.pk, by=people.salesperson, now=at(n / 10 + 1))
        if n % 3:
            did(lead, "call", (n / 10 + 2) / 24)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return read_params({"start": ["2024-01-01"], "end": ["2024-02-01"]}, now=NOW)


@pytest.mark.parametrize(("when", "names"), [("accept_by", ACCEPT), ("contact_by", CONTACT)])
def test_a_report_looks_each_deadline_up_once(january: ReportParams, when: str, names: tuple[str, ...]) -> None:
    looks = Looks()
    with connection.execute_wrapper(looks):
        [found] = read_kept(january, None, when=when, names=names).values()
    assert found[names[0]] > 0
    assert 0 < looks.at["leads_deadline"] <= 2 * OFFERS
    assert looks.at.get("leads_activity", 0) <= OFFERS


def test_speed_looks_each_deadline_and_each_contact_up_once(january: ReportParams) -> None:
    looks = Looks()
    with connection.execute_wrapper(looks):
        [found] = read_speed(january, None).values()
    assert (found.n, found.contacted) == (OFFERS, sum(n % 3 > 0 for n in range(OFFERS)))
    assert 0 < looks.at["leads_deadline"] <= OFFERS + 1
    assert 0 < looks.at["leads_activity"] <= OFFERS


class Looks:
    """How often each table was looked into, by what the database says of the statements that went through here."""

    def __init__(self) -> None:
        self.at: dict[str, int] = {}

    def __call__(self, execute: Any, statement: Any, values: Any, many: bool, context: Mapping[str, Any]) -> Any:
        text = statement if isinstance(statement, str) else statement.as_string(connection.connection)
        if "leads_handoff" in text:
            context["cursor"].cursor.execute(sql.SQL("EXPLAIN (ANALYZE, FORMAT JSON) ") + sql.SQL(text), values)
            for node in _nodes(context["cursor"].cursor.fetchone()[0][0]["Plan"]):
                name = node.get("Relation Name", "")
                self.at[name] = self.at.get(name, 0) + node["Actual Loops"]
        return execute(statement, values, many, context)


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", []):
        yield from _nodes(inner)

"""How many statements does handing over take? Those of one lead are few, and those of many are no more."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.definitions import judging
from leads.handoffs.models import Handoff, Need
from leads.handoffs.routing import job
from tests.leads.definitions.qualifying import viewed
from tests.leads.handoffs.handing import agreed
from tests.leads.handoffs.routing.pools import came_into, queue, round_robin, team_of, weighted
from tests.world import Cast, day

pytestmark = pytest.mark.django_db

MOST = 19
"""By a worker that handed over before. For a lead that the second of two rules hands over, the company's owner asked for first."""
OF_THE_TEST = ('SAVEPOINT "', 'RELEASE SAVEPOINT "')
"""Within a test's transaction a batch begins and ends by these."""
GERMAN = {"field": "lead.country", "op": "is", "value": "DE"}


@pytest.fixture
def rules(cast: Cast) -> None:
    team, _people = team_of("Anna", "Bob", "Cleo")
    routing = [{"strategy": "company_owner"}, weighted(team), queue(team)]
    agreed(cast, "large", order=1, criteria={"all": [GERMAN, viewed(3)]}, routing=routing)
    agreed(cast, "all", order=2, routing=routing)


def statements_of_routing(at: float) -> list[str]:
    """What is asked of the database once the leads that wait were judged."""
    judging.drain(now=lambda: day(at))
    with CaptureQueriesContext(connection) as captured:
        job.route_waiting(now=lambda: day(at))
    asked = [query["sql"] for query in captured.captured_queries]
    return [text for text in asked if not text.startswith(OF_THE_TEST)]


def test_one_lead_is_handed_over_by_few_statements(rules: None) -> None:
    came_into("mql", "0", 1)
    statements_of_routing(1)
    came_into("mql", "1", 2, country="DE")
    statements = statements_of_routing(3)
    assert Handoff.objects.count() == 2
    assert len(statements) <= MOST, "\n".join(text.strip()[:90] for text in statements)


def test_a_whole_group_takes_no_more_statements_than_twenty_leads(rules: None) -> None:
    for n in range(20):
        came_into("mql", f"few-{n}", 2)
    few = statements_of_routing(3)
    for n in range(job.GROUP):
        came_into("mql", f"many-{n}", 4)
    many = statements_of_routing(5)
    assert Handoff.objects.count() == 20 + job.GROUP
    assert len(many) <= len(few), "\n\n".join(many)


def test_many_that_nobody_can_take_need_no_more_than_a_few(cast: Cast) -> None:
    team, _people = team_of()
    agreed(cast, routing=[round_robin(team)])
    for n in range(job.FEW + 1):
        came_into("mql", f"few-{n}", 2)
    few = statements_of_routing(3)
    for n in range(job.GROUP):
        came_into("mql", f"many-{n}", 3)
    many = statements_of_routing(3.001)
    assert Need.objects.filter(ended_at=None, no_receiver_at__isnull=False).count() == job.GROUP + job.FEW + 1
    assert len(many) <= len(few), "\n\n".join(many)

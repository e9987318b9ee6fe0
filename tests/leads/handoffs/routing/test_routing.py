"""Does the job offer whom the rules say, to whom they say, and keep since when each lead qualified?"""

from __future__ import annotations

import pytest

from tests.leads.handoffs.handing import agreed
from tests.leads.handoffs.routing.pools import came_into, needs, offers, round_robin, route_at, team_of
from tests.world import Cast, day

pytestmark = pytest.mark.django_db


def test_a_lead_that_meets_a_rule_is_offered_with_since_when_it_qualified(cast: Cast) -> None:
    team, _people = team_of("Anna", "Bob")
    agreed(cast, when=day(0), routing=[round_robin(team)])
    came_into("mql", "1", 2)
    came_into("inquiry", "2", 2)
    assert route_at(3).offered == 1
    assert offers() == [("1", "Anna", 2.0, 3.0)]
    assert needs() == [("1", 2.0, None, None, True)]
    assert route_at(4).offered == 0

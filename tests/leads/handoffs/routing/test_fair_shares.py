"""Does everybody get their share of real leads, where somebody turns theirs down, and people come and go?"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pytest

from leads.handoffs.deciding import reject
from leads.handoffs.models import Handoff, Turn
from leads.handoffs.receivers import Takes, set_receiver
from leads.handoffs.routing.chairman import WHOLE
from tests.leads.handoffs.handing import agreed
from tests.leads.handoffs.routing.pools import came_into, round_robin, route_at, team_of, weighted
from tests.world import Cast, day

pytestmark = pytest.mark.django_db


def apart_after(leads: int, people: dict[str, int]) -> dict[str, Fraction]:
    """How far everybody's offers are from their shares, where the first turns all of theirs down, and each is offered to the next."""
    offered, due = Counter[str](), dict.fromkeys(people, Fraction(0))
    first = next(iter(people))
    for n in range(leads):
        at = 1 + n / 100
        lead = came_into("mql", f"{n:03}", at)
        route_at(at)
        asked = dict(people)
        while True:
            made = Handoff.objects.select_related("to_user").get(lead=lead, state="offered")
            assert made.to_user is not None
            offered[made.to_user.name] += 1
            for name, weight in asked.items():
                due[name] += Fraction(weight, sum(asked.values()))
            if made.to_user.name != first:
                break
            reject(made.pk, by=made.to_user, reason="not-mine", now=day(at + 0.001))
            route_at(at + 0.002)
            del asked[first]
    return {name: offered[name] - due[name] for name in people}


def test_who_turns_everything_down_takes_nothing_from_the_others_turns(cast: Cast) -> None:
    team, _people = team_of("Anna", "Bob", "Cyd")
    agreed(cast, routing=[round_robin(team)], bounce_limit=5)
    apart = apart_after(24, {"Anna": 1, "Bob": 1, "Cyd": 1})
    assert max(map(abs, apart.values())) < 1


def test_the_same_where_capacities_weigh(cast: Cast) -> None:
    team, people = team_of("Anna", "Bob", "Cyd")
    weights = {"Anna": 5, "Bob": 3, "Cyd": 2}
    for person in people:
        capacity = Decimal(weights[person.name] * 100)
        set_receiver(person.pk, Takes(capacity=capacity), by=cast.operator, now=day(0))
    agreed(cast, routing=[weighted(team)], bounce_limit=5)
    apart = apart_after(24, weights)
    assert max(map(abs, apart.values())) < 1
    owed = Turn.objects.get().owed
    assert {person.name: -Fraction(owed[str(person.pk)], WHOLE) for person in people} == apart

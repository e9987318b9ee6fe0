"""Is it told, for any lead and any instant, what would happen and why?"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from alignment.refusals import Refused
from leads.handoffs.receivers import Takes, add_absence, set_receiver
from leads.handoffs.routing.explaining import Routing, routing_of
from leads.models import Lead
from leads.privacy.removal import erase
from leads.records.edits import mark_as_test
from tests.leads.handoffs.handing import agreed, offered
from tests.leads.handoffs.routing.pools import came_into, move, queue, round_robin, route_at, team_of, weighted
from tests.world import Cast, day

pytestmark = pytest.mark.django_db

LARGE = {"field": "lead.country", "op": "is", "value": "DE"}


def ask(lead: Lead, cast: Cast, days: float, now: float | None = None) -> Routing:
    return routing_of(lead, at=day(days), user=cast.marketer, now=day(now) if now is not None else None)


def test_each_rule_says_why_it_takes_the_lead_or_not(cast: Cast) -> None:
    team, (anna, _bob) = team_of("Anna", "Bob")
    agreed(cast, "german", order=1, title="German ones", criteria=LARGE, routing=[round_robin(team)])
    agreed(cast, "all", order=2, title="All others", routing=[round_robin(team)])
    agreed(cast, "last", order=3, title="The rest", routing=[queue(team)])
    start: dict[str, Any] = {"from": {"stage": "inquiry", "side": "marketing"}}
    agreed(cast, "early", order=4, title="Early ones", **start)
    lead = came_into("mql", "1", 2, country="FR")
    found = ask(lead, cast, 3)
    assert [(one.key, one.verdict.passed, one.verdict.code) for one in found.rules] == [
        ("german", False, "criteria"),
        ("all", True, "matches"),
        ("last", False, "later"),
        ("early", False, "other_stage"),
    ]
    assert found.rules[0].verdict.reason == "It meets 0 of 1; missing: the country “DE”."
    assert [part.held for part in found.rules[0].parts] == [False]
    assert found.winner == "all"
    assert found.verdict.reason == "“All others” offers it to Anna."
    assert [(one.strategy, one.verdict.reason) for one in found.steps] == [
        ("round_robin", "By turn in Inside Sales: Anna is next.")
    ]
    assert found.receiver is not None
    assert (found.receiver.user_id, found.receiver.team) == (anna.pk, "Inside Sales")
    assert (found.accept_by, found.contact_by) == (day(3 + 4 / 24), day(3 + 8 / 24))


def test_what_was_told_is_what_happens_then(cast: Cast) -> None:
    team, people = team_of("Anna", "Bob", "Cleo")
    agreed(cast, routing=[weighted(team)])
    for person, capacity in zip(people, (5, 3, 2), strict=True):
        set_receiver(person.pk, Takes(capacity=Decimal(capacity)), by=cast.operator, now=day(0))
    for n in range(10):
        lead = came_into("mql", f"{n}", 2 + n / 100)
        told = ask(lead, cast, 2.5 + n / 100)
        route_at(2.5 + n / 100)
        given = lead.handoffs.get()
        assert told.receiver is not None
        assert told.receiver.user_id == given.to_user_id
        assert (told.accept_by, told.contact_by) == (given.accept_by, given.contact_by)
    assert ask(came_into("mql", "last", 3), cast, 3).verdict.code == "no_receiver"


def test_asking_takes_nobodys_turn(cast: Cast) -> None:
    team, _people = team_of("Anna", "Bob")
    agreed(cast, routing=[round_robin(team)])
    lead = came_into("mql", "1", 2)
    assert [ask(lead, cast, 3).verdict.reason for _n in range(3)] == ["“MQL to sales” offers it to Anna."] * 3


def test_of_a_past_instant_it_is_not_told_whose_turn_it_was(cast: Cast) -> None:
    team, _people = team_of("Anna", "Bob")
    agreed(cast, when=day(1), routing=[round_robin(team)])
    lead = came_into("mql", "1", 2)
    assert ask(lead, cast, 3, now=10).verdict.code == "turn_unknown"
    assert ask(lead, cast, 3, now=10).receiver is None
    assert ask(lead, cast, 1.5, now=10).verdict.code == "not_there"
    other = came_into("inquiry", "2", 0.25)
    assert ask(other, cast, 0.5, now=10).verdict.code == "no_rules"
    assert ask(other, cast, 5, now=10).verdict.reason == "No rule hands leads over from Inquiry."
    move(other, "mql", 6)
    assert ask(other, cast, 5, now=10).verdict.code == "no_rule_here"
    assert ask(other, cast, 7, now=10).verdict.code == "turn_unknown"
    with pytest.raises(Refused, match="cannot be told before"):
        ask(other, cast, 11, now=10)


def test_every_lead_gets_a_clear_answer_why_nothing_would_happen(cast: Cast) -> None:
    team, (anna, _bob) = team_of("Anna", "Bob")
    rule = agreed(cast, routing=[round_robin(team)])
    won, recycled, on_offer, test, erased = (came_into("mql", name, 2) for name in "abcde")
    move(won, "won", 3)
    move(recycled, "recycled", 3)
    offered(on_offer, rule, anna, when=day(3))
    mark_as_test(test, actor=cast.operator, now=day(3))
    erase(erased, now=day(3), actor_id=cast.operator.pk)
    into = came_into("mql", "into", 2)
    Lead.objects.filter(pk=into.pk).update(merged_into=won)
    assert [ask(lead, cast, 4).verdict.code for lead in (won, recycled, on_offer, test, erased, into)] == [
        "won",
        "recycled",
        "on_offer",
        "test",
        "erased",
        "merged",
    ]
    assert (
        ask(won, cast, 4).verdict.reason == "This lead is in Won: it is a customer, and nobody needs to take it over."
    )


def test_each_step_says_in_words_why_it_finds_nobody(cast: Cast) -> None:
    team, (anna, bob) = team_of("Anna", "Bob")
    agreed(cast, routing=[{"strategy": "company_owner"}, round_robin(team)])
    add_absence(anna.pk, first_day=day(0).date(), last_day=day(10).date(), by=anna, now=day(0))
    set_receiver(bob.pk, Takes(takes_leads=False), by=cast.operator, now=day(0))
    found = ask(came_into("mql", "1", 2), cast, 3)
    assert found.verdict.code == "no_receiver"
    assert [one.verdict.reason for one in found.steps] == [
        "Nobody holds a lead or an open deal of this company.",
        "Nobody in Inside Sales can take it: Anna is away until 12 January; Bob takes no leads at present.",
    ]


def test_a_partner_learns_of_its_own_team_only(cast: Cast) -> None:
    team, _people = team_of("Anna", "Bob")
    rule = agreed(cast, routing=[round_robin(team)])
    lead = came_into("mql", "1", 2)
    with pytest.raises(Refused, match="no such lead"):
        routing_of(lead, at=day(3), user=cast.partner)
    offered(lead, rule, cast.partners, when=day(3))
    found = routing_of(lead, at=day(3.5), user=cast.partner)
    assert (found.verdict.code, found.rules, found.steps, found.receiver) == ("on_offer", (), (), None)

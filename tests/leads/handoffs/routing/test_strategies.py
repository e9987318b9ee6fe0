"""Does each strategy find whom it names, and say in words why it finds nobody?"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from alignment.people.models import User
from leads.handoffs.deciding import accept
from leads.handoffs.models import Handoff, Turn
from leads.handoffs.receivers import Takes, add_absence, set_receiver
from leads.handoffs.routing.explaining import Routing, routing_of
from leads.models import Lead
from tests.leads.handoffs.handing import agreed
from tests.leads.handoffs.routing.pools import came_into, needs, queue, round_robin, route_at, shares, team_of, weighted
from tests.world import Cast, a_deal, day, held_by

pytestmark = pytest.mark.django_db


def ask(lead: Lead, cast: Cast, days: float = 4) -> Routing:
    return routing_of(lead, at=day(days), user=cast.marketer)


def told(lead: Lead, cast: Cast) -> tuple[str | None, list[str]]:
    """Who would get it, and what each strategy said."""
    found = ask(lead, cast)
    return found.receiver.user if found.receiver else None, [step.verdict.reason for step in found.steps]


def takes(person: User, cast: Cast, **settings: Any) -> None:
    set_receiver(person.pk, Takes(**settings), by=cast.operator, now=day(0))


def test_the_company_s_present_owner(cast: Cast) -> None:
    team, (anna, bob) = team_of("Anna", "Bob")
    agreed(cast, routing=[{"strategy": "company_owner"}, queue(team)])
    stranger = came_into("mql", "0", 2, email="x@gmail.com")
    lead = came_into("mql", "1", 2, company="Acme", email="a@acme.example")
    assert told(stranger, cast) == (None, ["The lead has no company.", "Anybody in Inside Sales may take it."])
    assert told(lead, cast)[1][0] == "Nobody holds a lead or an open deal of this company."
    a_deal(company="Acme", owner=bob.label, opened_at=day(1), currency="EUR")
    assert told(lead, cast) == ("Bob", ["Bob owns the company's latest open deal."])
    held = came_into("sal", "2", 3, company="Acme", email="b@acme.example")
    held_by(held, anna, day(3))
    marketed = came_into("mql", "3", 3.5, company="Acme", email="c@acme.example")
    held_by(marketed, cast.marketer, day(3.5))
    assert told(lead, cast) == ("Anna", ["Anna holds the company's latest lead with sales."])
    takes(anna, cast, takes_leads=False)
    assert told(lead, cast)[1][0] == (
        "Anna takes no leads at present (who holds the company's latest lead with sales)."
    )


def test_named_accounts_by_domain_and_by_name_without_its_legal_form(cast: Cast) -> None:
    team, (anna, bob) = team_of("Anna", "Bob")
    accounts = [{"company": "acme.example", "person": anna.pk}, {"company": "Globex", "person": bob.pk}]
    agreed(cast, routing=[{"strategy": "named_account", "accounts": accounts}, queue(team)])
    by_domain = came_into("mql", "1", 2, company="Acme Holding", email="a@acme.example")
    by_name = came_into("mql", "2", 2, company="Globex GmbH", email="a@gmail.com")
    neither = came_into("mql", "3", 2, company="Initech", email="b@gmail.com")
    assert [told(lead, cast) for lead in (by_domain, by_name)] == [
        ("Anna", ["Anna looks after this company."]),
        ("Bob", ["Bob looks after this company."]),
    ]
    assert told(neither, cast)[1][0] == "The company is none of the named accounts."


def test_a_table_of_countries(cast: Cast) -> None:
    north, _people = team_of("Anna", team="North")
    south, _people = team_of("Bob", team="South")
    rows = [
        {"values": ["DE", "DK"], "to": {"team": north.pk}},
        {"values": ["IT"], "to": {"team": south.pk}},
    ]
    agreed(cast, routing=[{"strategy": "table", "field": "lead.country", "rows": rows}])
    names = {country: came_into("mql", country or "none", 2, country=country) for country in ("DE", "IT", "FR", None)}
    assert told(names["DE"], cast)[0] == "Anna"
    assert told(names["IT"], cast) == ("Bob", ["By turn in South, weighted by capacity: Bob is next."])
    assert told(names["FR"], cast) == (None, ["No row of the table has the country “FR”."])
    assert told(names[None], cast) == (None, ["The lead's country is not known."])


def test_skills_are_asked_by_a_field_of_the_lead(cast: Cast) -> None:
    team, (anna, bob) = team_of("Anna", "Bob")
    agreed(cast, routing=[round_robin(team, skill="lead.attributes.language")])
    takes(anna, cast, skills=["German", "French"])
    takes(bob, cast, skills=["french"])
    german, french, dutch = (
        came_into("mql", name, 2, attributes={"language": name}) for name in ("German", "French", "Dutch")
    )
    unknown = came_into("mql", "unknown", 2)
    assert told(german, cast) == ("Anna", ["By turn in Inside Sales, for “german”: Anna is next."])
    assert told(dutch, cast) == (None, ["Nobody in Inside Sales has the skill “dutch”."])
    assert told(unknown, cast) == (None, ["The lead's attribute “language” is not known, by which one is chosen."])
    for n in range(5):
        came_into("mql", f"f{n}", 2, attributes={"language": "French"})
    route_at(4)
    assert shares() == {"Anna": 4, "Bob": 3}
    assert Handoff.objects.get(lead=french).to_user_id in (anna.pk, bob.pk)


def test_in_turn_alike_and_by_capacity(cast: Cast) -> None:
    team, (anna, bob) = team_of("Anna", "Bob")
    agreed(cast, "alike", criteria={"field": "lead.country", "op": "is", "value": "DE"}, routing=[round_robin(team)])
    agreed(cast, "weighted", order=200, routing=[weighted(team)])
    takes(anna, cast, capacity=Decimal(30))
    takes(bob, cast, capacity=Decimal(10))
    for n in range(4):
        came_into("mql", f"d{n}", 2, country="DE")
    route_at(3)
    assert shares() == {"Anna": 2, "Bob": 2}
    for n in range(8):
        came_into("mql", f"f{n}", 3, country="FR")
    route_at(3.5)
    assert shares() == {"Anna": 8, "Bob": 4}


def test_the_least_loaded_for_their_capacity(cast: Cast) -> None:
    team, (anna, bob) = team_of("Anna", "Bob")
    agreed(cast, routing=[{"strategy": "least_loaded", "pool": {"team": team.pk}}])
    takes(anna, cast, capacity=Decimal(20))
    takes(bob, cast, capacity=Decimal(10))
    for n in range(3):
        held_by(came_into("sal", f"held{n}", 1), anna, day(1))
    for n in range(6):
        came_into("mql", f"{n}", 2)
    route_at(3)
    assert shares() == {"Anna": 3, "Bob": 3}
    first = Handoff.objects.order_by("pk")[0]
    assert first.why == ["Bob has the fewest leads in hand for their capacity in Inside Sales: 0."]


def test_a_queue_finds_anybody_and_says_when_there_is_nobody(cast: Cast) -> None:
    team, (anna,) = team_of("Anna")
    agreed(cast, routing=[queue(team)])
    lead = came_into("mql", "1", 2)
    assert ask(lead, cast).receiver is not None
    User.objects.filter(pk=anna.pk).update(is_active=False)
    assert told(lead, cast) == (None, ["Nobody is in Inside Sales."])


def test_a_queue_waits_while_all_of_its_people_pause_or_are_away_but_not_while_they_are_full(cast: Cast) -> None:
    team, (anna, bob) = team_of("Anna", "Bob")
    agreed(cast, routing=[queue(team)])
    lead = came_into("mql", "1", 2)
    takes(anna, cast, takes_leads=False)
    add_absence(bob.pk, first_day=day(0).date(), last_day=day(9).date(), by=cast.operator, now=day(0))
    why = "Nobody in Inside Sales can take it: Anna takes no leads at present; Bob is away until 11 January."
    assert told(lead, cast) == (None, [why])
    route_at(4)
    assert [(of, no_receiver) for of, _since, no_receiver, *_rest in needs()] == [("1", why)]
    takes(anna, cast, capacity=Decimal(0))
    route_at(5)
    assert Handoff.objects.get().to_team == team


def test_who_takes_leads_of_a_queue_is_full_by_them(cast: Cast) -> None:
    team, (anna, _bob) = team_of("Anna", "Bob")
    agreed(cast, "queue", criteria={"field": "lead.country", "op": "is", "value": "DE"}, routing=[queue(team)])
    agreed(cast, "turns", order=200, routing=[round_robin(team)])
    takes(anna, cast, capacity=Decimal(2))
    for n in range(3):
        came_into("mql", f"q{n}", 2, country="DE")
    route_at(2)
    for handoff in Handoff.objects.all():
        accept(handoff.pk, by=anna, now=day(2.1))
    for n in range(3):
        came_into("mql", f"t{n}", 2.2)
    route_at(2.2)
    assert shares() == {"Bob": 3}
    assert told(came_into("mql", "t3", 2.3), cast)[0] == "Bob"


def test_a_lead_that_somebody_else_took_over_fills_who_took_it_but_an_operator_accepts_for_who_was_offered_it(
    cast: Cast,
) -> None:
    agreed(cast, routing=[round_robin(cast.sales)])
    takes(cast.salesperson, cast, capacity=Decimal(1))
    takes(cast.sales_lead, cast, capacity=Decimal(0))
    came_into("mql", "1", 2)
    route_at(2)
    accept(Handoff.objects.get().pk, by=cast.sales_lead, now=day(2.1))
    came_into("mql", "2", 2.2)
    route_at(2.2)
    second = Handoff.objects.latest("pk")
    assert (second.lead.external_id, second.to_user) == ("2", cast.salesperson)
    accept(second.pk, by=cast.operator, now=day(2.3))
    assert told(came_into("mql", "3", 2.4), cast)[0] is None


def test_values_of_leads_that_nobody_has_as_a_skill_leave_nothing_behind(cast: Cast) -> None:
    team, (anna, _bob) = team_of("Anna", "Bob")
    agreed(cast, routing=[round_robin(team, skill="lead.country"), queue(team)])
    takes(anna, cast, skills=["Österreich"])
    for n in range(12):
        came_into("mql", f"{n}", 2, country="ÖSTERREICH" if n == 0 else f"zz{n}")
    route_at(3)
    assert shares() == {"Anna": 1}
    assert Handoff.objects.filter(strategy="queue").count() == 11
    assert list(Turn.objects.values_list("given", flat=True)) == [1]


def test_a_partner_team_is_one_like_any_other(cast: Cast) -> None:
    agreed(cast, routing=[round_robin(cast.partners)])
    lead = came_into("mql", "1", 2)
    route_at(3)
    handoff = Handoff.objects.get()
    assert (handoff.to_user, handoff.to_side) == (cast.partner, "partner")
    assert Lead.objects.visible_to(cast.partner).get() == lead
    assert not Lead.objects.visible_to(cast.other_partner).exists()


def test_nobody_inactive_or_of_another_team_gets_a_lead_by_name(cast: Cast) -> None:
    team, (anna, bob, cleo) = team_of("Anna", "Bob", "Cleo")
    agreed(cast, routing=[round_robin(team, people=[anna.pk, bob.pk, cleo.pk])])
    lead = came_into("mql", "1", 2)
    User.objects.filter(pk=anna.pk).update(is_active=False)
    User.objects.filter(pk=bob.pk).update(team=cast.sales)
    assert told(lead, cast)[0] == "Cleo"
    User.objects.filter(pk=cleo.pk).update(role="manager")
    assert told(lead, cast) == (
        None,
        [
            "Nobody in Inside Sales can take it: Anna does not work here any more; Bob is not in Inside Sales any more;"
            " Cleo takes no leads at present."
        ],
    )

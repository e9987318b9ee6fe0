"""Does the job offer whom the rules say, to whom they say, and keep since when each lead qualified?"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from alignment.agreements.models import Period
from alignment.agreements.periods import end_now
from alignment.outbox.models import Notice
from leads.definitions.models import FieldsPast
from leads.handoffs.deciding import accept, reject
from leads.handoffs.models import Handoff, Need, ToRoute
from leads.handoffs.receivers import Takes, add_absence, remove_absence, set_receiver
from leads.handoffs.sweeping import sweep
from leads.handoffs.withdrawing import withdraw
from leads.lifecycle.models import Touched
from leads.privacy.removal import erase
from leads.records.edits import edit_lead, mark_as_test
from tests.leads.definitions.qualifying import agreed as defined
from tests.leads.definitions.qualifying import saw, viewed
from tests.leads.handoffs.handing import REASONS, agreed
from tests.leads.handoffs.routing.pools import (
    came_into,
    move,
    needs,
    offers,
    queue,
    round_robin,
    route_at,
    team_of,
    weighted,
)
from tests.world import Cast, day

pytestmark = pytest.mark.django_db

GERMAN = {"field": "lead.country", "op": "is", "value": "DE"}
SOON = {"key": "soon", "title": "Ask again soon", "next": "reroute", "cool_off_days": 2}


def test_a_lead_that_meets_a_rule_is_offered_with_since_when_it_qualified(cast: Cast) -> None:
    team, _people = team_of("Anna", "Bob")
    agreed(cast, routing=[round_robin(team)])
    came_into("mql", "1", 2)
    came_into("inquiry", "2", 2)
    assert route_at(3).offered == 1
    assert offers() == [("1", "Anna", 2.0, 3.0)]
    assert needs() == [("1", 2.0, None, None, True)]
    handoff = Handoff.objects.get()
    assert handoff.why == ["By turn in Inside Sales: Anna is next."]
    assert (handoff.strategy, handoff.origin, handoff.lead.offered_team) == ("round_robin", "rule", team)
    assert route_at(4).offered == 0


def test_the_first_rule_that_matches_has_the_lead(cast: Cast) -> None:
    team, _people = team_of("Anna")
    others, _people = team_of("Bob", team="Others there")
    agreed(cast, "z-german", order=1, criteria=GERMAN, routing=[round_robin(team)])
    agreed(cast, "a-all", order=2, routing=[round_robin(others)])
    came_into("mql", "1", 2, country="DE")
    came_into("mql", "2", 2, country="FR")
    route_at(3)
    assert [(lead, whom) for lead, whom, *_rest in offers()] == [("1", "Anna"), ("2", "Bob")]


def test_rules_of_the_same_order_are_tried_by_their_keys(cast: Cast) -> None:
    team, _people = team_of("Anna")
    others, _people = team_of("Bob", team="Others there")
    agreed(cast, "b", routing=[round_robin(team)])
    agreed(cast, "a", routing=[round_robin(others)])
    came_into("mql", "1", 2)
    route_at(3)
    assert [whom for _lead, whom, *_rest in offers()] == ["Bob"]


def test_it_qualifies_when_the_criteria_first_held_by_what_was_known(cast: Cast) -> None:
    team, _people = team_of("Anna")
    agreed(cast, criteria=viewed(2), routing=[round_robin(team)])
    lead = came_into("mql", "1", 2)
    saw(lead, 3)
    saw(lead, 4, recorded=6)
    route_at(5)
    assert needs() == []
    route_at(10)
    assert offers() == [("1", "Anna", 6.0, 10.0)]


def test_when_the_job_runs_changes_nothing_about_since_when(cast: Cast) -> None:
    team, _people = team_of("Anna")
    defined(cast, "mql", viewed(1), day(0))
    agreed(cast, criteria={"all": [viewed(1), GERMAN]}, routing=[round_robin(team)])
    lead = came_into("inquiry", "1", 2, country="FR")
    saw(lead, 3)
    edit_lead(lead, {"country": "DE"}, actor=cast.marketer, now=day(5))
    route_at(9)
    assert offers() == [("1", "Anna", 5.0, 9.0)]
    assert FieldsPast.objects.count() == 0


def test_it_qualifies_when_the_definition_moved_it_however_late_that_was_noticed(cast: Cast) -> None:
    team, _people = team_of("Anna")
    defined(cast, "mql", viewed(1), day(0))
    agreed(cast, routing=[round_robin(team)])
    saw(came_into("inquiry", "1", 2), 3)
    route_at(9)
    assert offers() == [("1", "Anna", 3.0, 9.0)]


def test_time_alone_can_make_a_rule_match(cast: Cast) -> None:
    team, _people = team_of("Anna")
    agreed(cast, criteria=viewed(0, days=3, op="at_most"), routing=[round_robin(team)])
    lead = came_into("inquiry", "1", 2)
    saw(lead, 2.5)
    move(lead, "mql", 3)
    assert route_at(4).offered == 0
    assert ToRoute.objects.get().due_at == day(5.5)
    route_at(6)
    assert offers() == [("1", "Anna", 5.5, 6.0)]


def test_no_lead_qualifies_before_the_rule_took_effect(cast: Cast) -> None:
    team, _people = team_of("Anna")
    came_into("mql", "1", 2)
    route_at(3)
    agreed(cast, when=day(4), routing=[round_robin(team)])
    route_at(5)
    assert offers() == [("1", "Anna", 4.0, 5.0)]


def test_what_no_longer_meets_the_rule_is_not_offered(cast: Cast) -> None:
    team, _people = team_of("Anna")
    agreed(cast, criteria=GERMAN, routing=[round_robin(team)])
    lead = came_into("mql", "1", 2, country="DE")
    edit_lead(lead, {"country": "FR"}, actor=cast.marketer, now=day(3))
    assert route_at(4).offered == 0
    assert needs() == []


def test_a_lead_that_nobody_can_take_is_unrouted_at_once_with_the_reason(cast: Cast) -> None:
    team, (anna, bob) = team_of("Anna", "Bob")
    agreed(cast, routing=[{"strategy": "company_owner"}, weighted(team)])
    absence = add_absence(anna.pk, first_day=day(0).date(), last_day=day(10).date(), by=anna, now=day(0))
    set_receiver(bob.pk, Takes(capacity=Decimal(1)), by=cast.operator, now=day(0))
    came_into("mql", "1", 2)
    came_into("mql", "2", 2)
    Touched.objects.all().delete()
    assert route_at(3).unrouted == 1
    [_done, open_need] = needs()
    assert open_need[2] == (
        "Nobody holds a lead or an open deal of this company; nobody in Inside Sales can take it: Anna is away until"
        " 12 January; Bob is full this week: 1 of 1."
    )
    need = Need.objects.get(ended_at=None)
    assert (need.no_receiver_at, need.qualified_at) == (day(3), day(2))
    assert Touched.objects.filter(lead_id=need.lead_id).exists()
    assert (ToRoute.objects.get().due_at - day(3)).total_seconds() == 300
    route_at(4)
    need.refresh_from_db()
    assert need.no_receiver_at == day(3)
    remove_absence(absence.pk, by=anna, now=day(5))
    assert route_at(5).offered == 1
    assert offers()[-1] == ("2", "Anna", 2.0, 5.0)


def test_everybody_full_is_said_with_how_many(cast: Cast) -> None:
    team, people = team_of("Anna", "Bob")
    agreed(cast, routing=[weighted(team)])
    for person in people:
        set_receiver(person.pk, Takes(capacity=Decimal(2)), by=cast.operator, now=day(0))
    for n in range(5):
        came_into("mql", f"{n}", 2)
    assert route_at(3).offered == 4
    assert needs()[-1][2] == "Everybody in Inside Sales is full this week: 4 of 4."


def test_a_need_ends_when_the_lead_left_and_says_why(cast: Cast) -> None:
    team, (anna,) = team_of("Anna")
    agreed(cast, routing=[weighted(team)])
    set_receiver(anna.pk, Takes(takes_leads=False), by=cast.operator, now=day(0))
    lead = came_into("mql", "1", 2)
    route_at(3)
    move(lead, "sal", 4)
    move(lead, "sql", 5)
    route_at(6)
    assert needs()[0][3] == "The lead went on to SQL."
    assert Need.objects.get().ended_at == day(4)


def test_a_need_ends_when_the_rule_does(cast: Cast) -> None:
    team, (anna,) = team_of("Anna")
    rule = agreed(cast, routing=[weighted(team)])
    set_receiver(anna.pk, Takes(takes_leads=False), by=cast.operator, now=day(0))
    came_into("mql", "1", 2)
    route_at(3)
    end_now(Period.objects.get(version=rule.version_id), now=day(4))
    route_at(5)
    assert needs()[0][3:] == ("It meets no rule any more.", True)
    assert Need.objects.get().ended_at == day(5)


def test_who_left_and_came_back_before_anybody_looked_has_a_need_of_its_own(cast: Cast) -> None:
    team, (anna,) = team_of("Anna")
    agreed(cast, routing=[weighted(team)])
    set_receiver(anna.pk, Takes(takes_leads=False), by=cast.operator, now=day(0))
    lead = came_into("mql", "1", 2)
    route_at(3)
    move(lead, "recycled", 4)
    move(lead, "mql", 5)
    route_at(6)
    assert [(need[1], need[3]) for need in needs()] == [(2.0, "The lead went on, and came back since."), (5.0, None)]
    assert Need.objects.order_by("pk")[0].ended_at == day(4)


def test_offers_of_leads_that_left_or_count_no_more_are_taken_back(cast: Cast) -> None:
    team, _people = team_of("Anna", "Bob")
    agreed(cast, routing=[round_robin(team)], expire_after=None)
    left, test, erased, stays = (came_into("mql", name, 2) for name in "abcd")
    route_at(3)
    move(left, "recycled", 4)
    mark_as_test(test, actor=cast.operator, now=day(4))
    erase(erased, now=day(4), actor_id=cast.operator.pk)
    saw(stays, 4)
    route_at(5)
    states = dict(Handoff.objects.values_list("lead", "state"))
    assert states == {left.pk: "withdrawn", test.pk: "withdrawn", erased.pk: "withdrawn", stays.pk: "offered"}


def test_turned_down_for_another_goes_to_the_next_who_has_not_had_it(cast: Cast) -> None:
    team, (anna, bob) = team_of("Anna", "Bob")
    agreed(cast, routing=[round_robin(team), queue(team)], expire_after=None)
    came_into("mql", "1", 2)
    route_at(3)
    first = Handoff.objects.get()
    assert first.to_user == anna
    reject(first.pk, by=anna, reason="not-mine", note=None, now=day(4))
    route_at(4.5)
    second = Handoff.objects.latest("pk")
    assert (second.to_user, second.origin, second.replaces, second.qualified_at) == (bob, "rerouted", first, day(4))
    assert second.from_side == "marketing"
    reject(second.pk, by=bob, reason="not-mine", note=None, now=day(5))
    assert route_at(5.5).unrouted == 1
    assert needs()[-1][2] == "Everybody in Inside Sales had it in this pass."


def test_after_too_many_returns_the_machine_stops_and_tells_both_leads(cast: Cast) -> None:
    team, people = team_of("Anna", "Bob", "Cleo")
    agreed(cast, routing=[round_robin(team)], bounce_limit=2)
    came_into("mql", "1", 2)
    for n, person in enumerate(people[:2]):
        route_at(3 + n)
        reject(Handoff.objects.latest("pk").pk, by=person, reason="not-mine", note=None, now=day(3.5 + n))
    route_at(6)
    route_at(7)
    assert Handoff.objects.count() == 2
    assert needs()[-1][2] == (
        "It came back 2 times in this pass, and the bounce limit is 2: talk about it, then offer it by hand."
    )
    told = [
        (one.user.name, one.title)
        for one in Notice.objects.filter(key__startswith="bounce-limit").order_by("user__name")
    ]
    assert told == [("Marketing Lead", "A lead came back too often"), ("Sales Lead", "A lead came back too often")]


def test_a_cool_off_is_waited_for(cast: Cast) -> None:
    team, (anna, _bob) = team_of("Anna", "Bob")
    agreed(cast, routing=[round_robin(team)], reasons=[*REASONS, SOON], expire_after=None)
    came_into("mql", "1", 2)
    route_at(3)
    reject(Handoff.objects.get().pk, by=anna, reason="soon", note=None, now=day(4))
    assert route_at(5).offered == 0
    assert ToRoute.objects.get().due_at == day(6)
    route_at(6.5)
    assert offers()[-1] == ("1", "Bob", 6.0, 6.5)


def test_a_recycled_lead_is_offered_again_only_after_something_new_where_the_rule_says_so(cast: Cast) -> None:
    team, (anna, _bob) = team_of("Anna", "Bob")
    reasons = [{"key": "later", "title": "Later", "next": "recycle"}, *REASONS]
    agreed(cast, routing=[round_robin(team)], reasons=reasons, re_entry="something_new", expire_after=None)
    lead = came_into("mql", "1", 2)
    route_at(3)
    reject(Handoff.objects.get().pk, by=anna, reason="later", note=None, now=day(4))
    move(lead, "mql", 5)
    assert route_at(6).offered == 0
    saw(lead, 7, kind="email_open")
    assert route_at(7.5).offered == 0
    saw(lead, 8)
    route_at(9)
    assert offers()[-1][2:] == (8.0, 9.0)


def test_what_a_person_took_back_is_not_offered_again_by_itself_but_counts_as_unrouted(cast: Cast) -> None:
    team, _people = team_of("Anna", "Bob")
    agreed(cast, routing=[round_robin(team)], expire_after=None)
    came_into("mql", "1", 2)
    route_at(3)
    withdraw(Handoff.objects.get().pk, by=cast.operator, why="Wrong one", now=day(4))
    assert route_at(5).unrouted == 1
    assert Handoff.objects.count() == 1
    assert needs()[-1][1:3] == (4.0, "Operator took the offer back by hand: offer it by hand, or move it.")


def test_what_was_accepted_is_not_offered_again(cast: Cast) -> None:
    team, (anna, _bob) = team_of("Anna", "Bob")
    agreed(cast, routing=[round_robin(team)], expire_after=None)
    lead = came_into("mql", "1", 2)
    route_at(3)
    accept(Handoff.objects.get().pk, by=anna, now=day(4))
    saw(lead, 5)
    route_at(6)
    assert Handoff.objects.count() == 1
    lead.refresh_from_db()
    assert (lead.stage_id, lead.owner) == ("sal", anna)


def test_an_import_of_many_spreads_exactly_as_single_arrivals_do(cast: Cast) -> None:
    team, people = team_of("Anna", "Bob", "Cleo")
    agreed(cast, routing=[weighted(team)])
    for person, capacity in zip(people, (500, 250, 100), strict=True):
        set_receiver(person.pk, Takes(capacity=Decimal(capacity)), by=cast.operator, now=day(0))
    for n in range(34):
        came_into("mql", f"a{n:03}", 2)
        route_at(2)
    single = [whom for _lead, whom, *_rest in offers()]
    for n in range(34):
        came_into("mql", f"b{n:03}", 2)
    route_at(2, batch=10)
    assert [whom for _lead, whom, *_rest in offers()][34:] == single


def test_who_let_it_expire_is_followed_by_the_next_from_their_side(cast: Cast) -> None:
    team, people = team_of("Anna", "Bob")
    agreed(cast, routing=[round_robin(team)])
    came_into("mql", "1", 2)
    route_at(3)
    first = Handoff.objects.get()
    sweep(now=lambda: day(4))
    route_at(4)
    second = Handoff.objects.latest("pk")
    assert [first.to_user, second.to_user] == people
    assert (second.origin, second.replaces, second.from_side) == ("rerouted", first, "sales")
    assert second.qualified_at == day(3) + timedelta(hours=20)

"""Who waits for whom, and who stands first?"""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from alignment.agreements.in_force import InForce
from alignment.people.models import Team, User
from leads.activities.log import log_activities
from leads.activities.rows import ActivityRow
from leads.funnel.stage_sets import stage_set
from leads.handoffs.deciding import accept, reject
from leads.handoffs.models import Handoff, Hold
from leads.handoffs.selectors import SHOWN, Whose, inbox, may_look_at
from leads.records.models import Lead
from tests.leads.handoffs.handing import agreed, an_mql, at, colleague, offered
from tests.world import Cast


def shown(user: User, whose: Whose = "mine", hours: float = 1) -> dict[str, list[str]]:
    """The names of each section."""
    found = inbox(user, whose, stage_set(), now=at(hours))
    return {part.key: [card.lead.external_id or "" for card in part.cards] for part in found}


def three(cast: Cast, rule: InForce) -> list[Handoff]:
    """Offers with five, four and three hours left, the middle one for anybody of the team."""
    receivers: tuple[User | Team, ...] = (cast.salesperson, cast.sales, cast.salesperson)
    return [offered(an_mql(f"lead-{n}"), rule, to, when=at(2 - n)) for n, to in enumerate(receivers)]


def test_what_has_the_least_time_left_stands_first(cast: Cast, rule: InForce) -> None:
    three(cast, rule)
    assert shown(cast.salesperson) == {"decide": ["lead-2", "lead-1", "lead-0"]}


def test_a_wait_hides_no_offer_that_is_overdue(cast: Cast, rule: InForce) -> None:
    handoff = three(cast, rule)[2]
    Hold.objects.create(handoff=handoff, reason="customer", began_at=at(4, 30), ends_by=at(40))
    assert shown(cast.salesperson, hours=5) == {"decide": ["lead-2", "lead-1", "lead-0"]}


def test_each_sees_what_is_for_them_or_for_anybody_of_their_team(cast: Cast, rule: InForce) -> None:
    three(cast, rule)
    other = colleague("Otto", cast.sales)
    offered(an_mql("of-otto"), rule, other)
    assert shown(other) == {"decide": ["of-otto", "lead-1"]}
    assert shown(cast.sales_lead) == {"decide": ["lead-1"]}
    assert shown(cast.sales_lead, "team") == {"decide": ["lead-2", "of-otto", "lead-1", "lead-0"]}
    assert shown(cast.operator, "all") == {"decide": ["lead-2", "of-otto", "lead-1", "lead-0"]}
    for stranger in (cast.partner, cast.outsider, cast.marketer):
        assert shown(stranger) == {}


def test_whose_one_may_look_at(cast: Cast) -> None:
    asked = {user.name: [key for key, _title in may_look_at(user)] for user in (
        cast.salesperson, cast.sales_lead, cast.partner, cast.operator, cast.manager, cast.outsider)}  # fmt: skip
    assert asked == {
        "Salesperson": ["mine"], "Sales Lead": ["mine", "team"], "Partner": ["mine"], "Operator": ["all"],
        "Manager": ["all"], "Outsider": [],
    }  # fmt: skip


def test_who_accepted_is_to_call_until_somebody_of_the_side_has(cast: Cast, rule: InForce, lead: Lead) -> None:
    handoff = offered(lead, rule, cast.salesperson)
    accept(handoff.pk, by=cast.salesperson, now=at(0.5))
    assert shown(cast.salesperson) == {"contact": ["ada"]}
    spoke(lead, "email_sent", 0.6)
    spoke(lead, "email_reply", 0.7)
    assert shown(cast.salesperson) == {"contact": ["ada"]}
    spoke(lead, "call", 0.8)
    assert shown(cast.salesperson) == {}


def spoke(lead: Lead, kind: str, hours: float) -> None:
    row = ActivityRow(kind=kind, at=at(hours), lead_id=lead.pk)
    assert log_activities([row], now=at(hours), actor_id=None)[0].status == "created"


def test_what_is_decided_or_given_up_stands_there_no_more(cast: Cast, rule: InForce) -> None:
    first, second, third = three(cast, rule)
    reject(first.pk, by=cast.salesperson, reason="not-now", now=at(2.5))
    accept(third.pk, by=cast.salesperson, now=at(2.5))
    assert shown(cast.salesperson, hours=3) == {"decide": ["lead-1"], "contact": ["lead-2"]}
    Lead.objects.filter(pk=second.lead_id).update(is_test=True)
    assert shown(cast.salesperson, hours=3) == {"contact": ["lead-2"]}


def test_a_partner_sees_the_offers_to_the_partner(cast: Cast) -> None:
    rule = agreed(
        cast, to={"stage": "sal", "side": "partner"}, routing=[{"strategy": "queue", "team": cast.partners.pk}]
    )
    offered(an_mql("for-partner"), rule, cast.partners)
    assert shown(cast.partner) == {"decide": ["for-partner"]}
    assert shown(cast.other_partner) == {}


def test_many_offers_are_counted_and_the_most_urgent_shown(cast: Cast, rule: InForce) -> None:
    for n in range(SHOWN + 3):
        offered(an_mql(f"lead-{n}"), rule, cast.salesperson, when=at(0) + timedelta(minutes=n))
    with CaptureQueriesContext(
        connection,
    ) as few:
        [part] = inbox(cast.salesperson, "mine", stage_set(), now=at(1))
    assert (len(part.cards), part.total, part.cards[0].lead.external_id) == (SHOWN, SHOWN + 3, "lead-0")
    assert len(few.captured_queries) <= 12


def test_the_others_are_a_page_further_on(cast: Cast, rule: InForce) -> None:
    for n in range(SHOWN + 3):
        offered(an_mql(f"lead-{n}"), rule, cast.salesperson, when=at(0) + timedelta(minutes=n))
    for asked, number, first in ((0, 1, "lead-0"), (1, 1, "lead-0"), (2, 2, f"lead-{SHOWN}"), (9, 2, f"lead-{SHOWN}")):
        [part] = inbox(cast.salesperson, "mine", stage_set(), now=at(1), pages={"decide": asked, "contact": 3})
        assert (part.page, part.pages, part.cards[0].lead.external_id) == (number, 2, first)
        assert part.total == SHOWN + 3
    assert len(part.cards) == 3

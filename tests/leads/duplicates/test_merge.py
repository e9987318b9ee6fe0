"""Two leads become one by a person's word, and two again, to the byte; figures stay right all the while."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection

from alignment.agreements.models import Version
from kpis.recompute import drain
from leads.duplicates import finding
from leads.duplicates.holdings import DERIVED, HOLDINGS, STAYING
from leads.duplicates.merging import merge
from leads.duplicates.undoing import undo
from leads.handoffs.holding import hold
from leads.handoffs.models import Handoff, Need, State
from leads.models import Lead, Stay
from leads.privacy.consents import NewConsent, record_consents
from leads.records.edits import edit_lead
from leads.records.notes import add_note
from tests.leads.duplicates.rows import all_rows, differences
from tests.leads.handoffs.handing import agreed, an_mql, at, offered
from tests.world import NOW, Cast, a_deal, a_lead, day, did, held_by, moved

pytestmark = pytest.mark.django_db


def settled() -> None:
    """Whatever waits is done."""
    drain()
    finding.compare_waiting(now=lambda: NOW, wait=True)


def two_histories(people: Cast) -> tuple[Lead, Lead]:
    """Two leads with something in every table that hangs on a lead."""
    one = a_lead("1", email="anna@acme.example", full_name="Anna Meier", company="Acme", source="ads")
    two = a_lead("2", email="a.meier@acme.example", phone="+4930123456", title="CTO", created_at=day(2))
    Lead.objects.filter(pk=two.pk).update(attributes={"size": 1.5})
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE leads_lead SET attributes = '{"price": 1.50, "big": 12345678901234567890}' WHERE id = %s""",
            [one.pk],
        )
    moved(one, ("mql", 3), ("sal", 5))
    moved(two, ("mql", 6), ("disqualified", 7), reason="the same")
    held_by(one, people.salesperson, day(5))
    held_by(two, people.marketer, day(6))
    for lead in (one, two):
        did(lead, "call", 8)
        did(lead, "form", 9)
        add_note(lead, "Look.", author=people.marketer, now=NOW)
        edit_lead(lead, {"country": "DE"}, actor=people.marketer, now=NOW)
        record_consents([NewConsent(lead.pk, "marketing", "granted", day(9))], now=NOW, actor_id=None)
    a_deal(two, external_id="d2", system="test", opened_at=day(10), status="lost", closed_at=day(12))
    a_deal(one, external_id="d1", system="test", opened_at=day(11))
    a_need(two)
    one.refresh_from_db()
    two.refresh_from_db()
    return one, two


def a_need(lead: Lead) -> Need:
    """The lead waits for somebody to take it."""
    rule = Version.objects.order_by("pk")[0]
    return Need.objects.create(lead=lead, rule=rule, rule_key="x", qualified_at=day(1), recorded_at=day(1))


def an_offer(lead: Lead, people: Cast, state: str = State.OFFERED, offered_at: float = 12) -> Handoff:
    """The lead is or was on offer to sales."""
    decided = (
        {}
        if state == State.OFFERED
        else {"decided_at": day(offered_at + 1), "decided_recorded_at": day(offered_at + 1)}
    )
    if state == State.OFFERED:
        Lead.objects.filter(pk=lead.pk).update(offered_team=people.sales)
    return Handoff.objects.create(
        lead=lead, rule_key="x", origin="person", from_stage="mql", to_stage="sal", from_side="marketing", to_side="sales",
        to_team=people.sales, offered_at=day(offered_at), recorded_at=day(offered_at), state=state, **decided,
    )  # fmt: skip


def test_every_table_about_leads_says_what_becomes_of_it_in_a_merge() -> None:
    known = {holding.model._meta.label for holding in HOLDINGS} | DERIVED | STAYING
    there = {
        model._meta.label
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is Lead
    }
    assert there == known


def test_a_merge_and_its_undo_leave_every_row_as_it_was(people: Cast) -> None:
    one, two = two_histories(people)
    an_offer(one, people, State.REJECTED)
    an_offer(two, people)
    settled()
    before = all_rows()

    done = merge(one.pk, two.pk, {"email": "other", "owner": "other"}, by=people.marketer, now=NOW)
    settled()
    assert differences(before, all_rows())

    undo(done.pk, by=people.marketer, now=NOW + timedelta(hours=1))
    at_once = {table for table in differences(before, all_rows()) if table.startswith("leads_")}
    assert at_once <= {"leads_matchkey"}
    settled()
    assert differences(before, all_rows()) == {}


def test_everything_goes_over_to_the_survivor(people: Cast) -> None:
    one, two = two_histories(people)
    an_offer(two, people)
    counts = {holding.key: holding.model._default_manager.filter(lead__in=[one, two]).count() for holding in HOLDINGS}

    merge(one.pk, two.pk, {}, by=people.marketer, now=NOW)

    for holding in HOLDINGS:
        left = holding.model._default_manager.filter(lead=two).count()
        assert left == 0, holding.key
        assert holding.model._default_manager.filter(lead=one).count() >= counts[holding.key] > 0, holding.key
    two.refresh_from_db()
    assert two.merged_into_id == one.pk
    assert not Stay.objects.filter(lead=two).exists()


def test_an_offer_that_the_merge_left_without_ground_stands_again_after_the_undo(people: Cast) -> None:
    customer = a_lead("1", email="anna@acme.example", full_name="Anna Meier", stage="inquiry")
    a_deal(customer, external_id="d1", system="test", opened_at=day(1), status="won", closed_at=day(2))
    rule = agreed(people, expire_after=None)
    offered_lead = an_mql("2")
    handoff = offered(offered_lead, rule, people.salesperson)
    hold(handoff.pk, by=people.salesperson, reason="customer", now=at(1))
    settled()
    before = all_rows()

    done = merge(customer.pk, offered_lead.pk, {}, by=people.marketer, now=NOW)
    handoff.refresh_from_db()
    assert (handoff.state, handoff.lead_id, handoff.decided_by) == ("withdrawn", customer.pk, None)
    settled()

    undo(done.pk, by=people.marketer, now=NOW + timedelta(hours=1))
    settled()
    told = {"outbox_notice", "outbox_mail", "outbox_chat"}
    left = differences(before, all_rows())
    assert set(left) <= told, left.get("leads_matchkey")
    handoff.refresh_from_db()
    assert (handoff.state, handoff.lead_id, handoff.hold_log.get().ended_at) == ("offered", offered_lead.pk, None)

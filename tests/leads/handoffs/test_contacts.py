"""What is the first contact of a handoff, and when does it count?"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection

from alignment.agreements.in_force import InForce
from leads.activities.log import log_activities
from leads.activities.rows import ActivityRow
from leads.handoffs.models import Handoff
from leads.handoffs.queries.contacts import FIRST_CONTACT, FIRST_CONTACT_NOW
from leads.records.models import Lead
from tests.leads.handoffs.handing import at, offered
from tests.world import Cast


def first_contact(handoff: Handoff, *, as_of: datetime | None = None, known_at: datetime | None = None) -> object:
    with connection.cursor() as cursor:
        values = {"handoff": handoff.pk, "as_of": as_of, "known_at": known_at}
        cursor.execute(f"SELECT {FIRST_CONTACT} FROM leads_handoff h WHERE h.id = %(handoff)s", values)
        return cursor.fetchone()[0]


def did(lead: Lead, kind: str, when: datetime, *, recorded: datetime | None = None, **fields: object) -> None:
    row = ActivityRow(kind=kind, at=when, lead_id=lead.pk, **fields)  # type: ignore[arg-type]
    [result] = log_activities([row], now=recorded or when, actor_id=None)
    assert result.status == "created", result


@pytest.fixture
def handoff(cast: Cast, rule: InForce, lead: Lead) -> Handoff:
    return offered(lead, rule, cast.salesperson, when=at(1))


def test_nobody_spoke_yet(handoff: Handoff) -> None:
    assert first_contact(handoff) is None


@pytest.mark.parametrize(
    "kind", ["note", "page_view", "email_sent", "newsletter", "email_reply", "call_inbound", "meeting_booked"]
)
def test_what_is_no_contact(handoff: Handoff, lead: Lead, kind: str) -> None:
    did(lead, kind, at(2))
    assert first_contact(handoff) is None


@pytest.mark.parametrize("kind", ["call", "email", "meeting", "message", "visit", "proposal", "demo"])
def test_what_is_one(handoff: Handoff, lead: Lead, kind: str) -> None:
    did(lead, kind, at(2))
    did(lead, "call", at(3))
    assert first_contact(handoff) == at(2)


def test_what_came_before_the_offer_is_none_and_at_its_instant_is(handoff: Handoff, lead: Lead) -> None:
    did(lead, "call", at(1) - timedelta(microseconds=1))
    assert first_contact(handoff) is None
    did(lead, "call", at(1))
    assert first_contact(handoff) == at(1)


def test_the_receiving_side_must_have_made_it(cast: Cast, rule: InForce, lead: Lead, handoff: Handoff) -> None:
    did(lead, "call", at(2), by=cast.marketer.label)
    assert first_contact(handoff) is None
    did(lead, "call", at(3), by=cast.partner.label)
    assert first_contact(handoff) == at(3)


def test_a_partner_counts_as_sales(cast: Cast, rule: InForce, lead: Lead) -> None:
    handoff = offered(lead, rule, cast.partner)
    did(lead, "call", at(2), by=cast.salesperson.label)
    assert first_contact(handoff) == at(2)


@pytest.mark.parametrize(("recorded", "counts"), [(10, 0), (15, 0), (16, 1), (60, 45)])
def test_what_was_typed_in_counts_a_quarter_of_an_hour_before_at_most(
    handoff: Handoff, lead: Lead, recorded: int, counts: int
) -> None:
    did(lead, "call", at(2), recorded=at(2, recorded), typed_in=True)
    assert first_contact(handoff) == at(2, counts)


def test_what_another_system_says_counts_when_it_happened(handoff: Handoff, lead: Lead) -> None:
    did(lead, "call", at(2), recorded=at(50))
    assert first_contact(handoff) == at(2)


def test_a_call_typed_in_later_hides_none_that_was_logged_at_once(handoff: Handoff, lead: Lead) -> None:
    did(lead, "call", at(2), recorded=at(30), typed_in=True)
    did(lead, "email", at(4))
    assert first_contact(handoff) == at(4)


def test_as_of_and_known_at_bound_it(handoff: Handoff, lead: Lead) -> None:
    did(lead, "call", at(2), recorded=at(5), typed_in=True)
    assert first_contact(handoff, as_of=at(4, 44)) is None
    assert first_contact(handoff, as_of=at(4, 45)) == at(4, 45)
    assert first_contact(handoff, known_at=at(4, 59)) is None
    assert first_contact(handoff, known_at=at(5)) == at(4, 45)


def test_without_bounds_it_needs_no_values(handoff: Handoff, lead: Lead) -> None:
    did(lead, "call", at(2))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {FIRST_CONTACT_NOW} FROM leads_handoff h")
        assert cursor.fetchall() == [(at(2),)]

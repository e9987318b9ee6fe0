"""What is an offer, and what does it change? Deadlines, visibility, the lead's need, and who is told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from alignment.agreements.deciding import propose, sign
from alignment.agreements.drafts import start_draft
from alignment.agreements.in_force import InForce
from alignment.outbox.models import Notice
from leads.handoffs.models import Deadline, Handoff, Need
from leads.handoffs.offering import Offer, offer_all
from leads.lifecycle.changes import lock
from leads.models import Touched
from leads.records.models import Lead
from tests.leads.handoffs.handing import KEY, agreed, an_mql, at, facts, offered, stand
from tests.world import Cast


def test_an_offer_says_from_whom_to_whom_and_by_when(cast: Cast, rule: InForce, lead: Lead) -> None:
    handoff = offered(lead, rule, cast.salesperson, when=at(1), why=["Salesperson is next."], qualified_at=at(0.5))
    assert facts(
        handoff, "rule_id", "rule_key", "origin", "from_stage", "to_stage", "from_side", "to_side", "from_user", "from_team",
        "to_user", "to_team", "qualified_at", "offered_at", "accept_by", "contact_by", "state", "calendar", "why", "version",
    ) == {
        "rule_id": rule.version_id, "rule_key": KEY, "origin": "rule", "from_stage": "mql", "to_stage": "sal",
        "from_side": "marketing", "to_side": "sales", "from_user": cast.marketer, "from_team": cast.marketing,
        "to_user": cast.salesperson, "to_team": cast.sales, "qualified_at": at(0.5), "offered_at": at(1),
        "accept_by": at(5), "contact_by": at(9), "state": "offered", "calendar": None, "why": ["Salesperson is next."],
        "version": 1,
    }  # fmt: skip


def test_an_offer_moves_nothing_but_who_sees_the_lead(cast: Cast, rule: InForce, lead: Lead) -> None:
    offered(lead, rule, cast.partner)
    assert stand(lead) == ("mql", "Marketer", "Marketing", "Partners")
    assert Lead.objects.visible_to(cast.partner).filter(pk=lead.pk).exists()
    assert not Lead.objects.visible_to(cast.other_partner).filter(pk=lead.pk).exists()


def test_deadlines_are_logged_and_the_sweep_knows_what_to_do(cast: Cast, rule: InForce, lead: Lead) -> None:
    handoff = offered(lead, rule, cast.salesperson)
    assert list(Deadline.objects.values_list("handoff", "clock", "due_at", "recorded_at")) == [
        (handoff.pk, "accept", at(4), at(0)),
        (handoff.pk, "contact", at(8), at(0)),
    ]
    assert [(one["clock"], one["what"], one["to"], datetime.fromisoformat(one["at"])) for one in handoff.schedule] == [
        ("accept", "remind", None, at(3)),
        ("accept", "breach", None, at(4)),
        ("accept", "escalate", "receiver_lead", at(5)),
        ("accept", "escalate", "both_leads", at(7)),
        ("accept", "expire", None, at(20)),
        ("contact", "remind", None, at(6)),
        ("contact", "breach", None, at(8)),
        ("contact", "escalate", "receiver_lead", at(9)),
        ("contact", "escalate", "both_leads", at(11)),
    ]
    assert (handoff.step, handoff.next_at) == (0, at(3))


def test_the_need_ends_with_the_offer(cast: Cast, rule: InForce, lead: Lead) -> None:
    need = Need.objects.create(
        lead=lead, rule_id=rule.version_id, rule_key=KEY, qualified_at=at(0), recorded_at=at(0), no_receiver_at=at(1),
        no_receiver="Nobody is there.",
    )  # fmt: skip
    handoff = offered(lead, rule, cast.salesperson, when=at(2))
    need.refresh_from_db()
    assert (need.handoff, need.ended_at, need.no_receiver_at) == (handoff, at(2), at(1))


def test_a_lead_is_on_one_open_offer_at_most(cast: Cast, rule: InForce, lead: Lead) -> None:
    offered(lead, rule, cast.salesperson)
    with pytest.raises(IntegrityError, match="one_open_handoff_per_lead"):
        offered(lead, rule, cast.partner, when=at(1))


def test_the_lead_is_recomputed(cast: Cast, rule: InForce, lead: Lead) -> None:
    Touched.objects.all().delete()
    offered(lead, rule, cast.salesperson)
    assert [one.lead_id for one in Touched.objects.all()] == [lead.pk]


def test_a_person_is_told_of_what_is_offered_to_them(cast: Cast, rule: InForce, lead: Lead) -> None:
    handoff = offered(lead, rule, cast.salesperson)
    assert list(Notice.objects.filter(key__startswith="handoff").values_list("user", "title", "text", "path")) == [
        (
            cast.salesperson.pk,
            "A lead is offered to you",
            "Take it, or say why not, by 1 January 2024, 13:00.",
            f"/handoffs/{handoff.pk}/",
        )
    ]


def test_a_team_is_told_of_what_anybody_may_take(cast: Cast, rule: InForce, lead: Lead) -> None:
    offered(lead, rule, cast.sales)
    told = Notice.objects.filter(key__startswith="handoff").values_list("user", "title")
    assert set(told) == {(user.pk, "A lead is offered to Sales") for user in (cast.salesperson, cast.sales_lead)}


def test_who_hands_over_by_hand_is_not_told_of_it(cast: Cast, rule: InForce, lead: Lead) -> None:
    offered(lead, rule, cast.sales, offered_by_id=cast.sales_lead.pk, origin="person")
    told = Notice.objects.filter(key__startswith="handoff").values_list("user", flat=True)
    assert list(told) == [cast.salesperson.pk]


def test_many_leads_at_once_are_one_message_and_as_many_statements(cast: Cast, rule: InForce) -> None:
    few, many = [an_mql(f"few{n}") for n in range(2)], [an_mql(f"many{n}") for n in range(20)]

    def hand_over(leads: list[Lead]) -> int:
        lock(lead.pk for lead in leads)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            ids = offer_all([Offer(one.pk, rule, cast.salesperson.pk, cast.sales.pk) for one in leads], now=at(0))
        found = Handoff.objects.filter(pk__in=ids).order_by("pk").values_list("lead", flat=True)
        assert list(found) == [lead.pk for lead in leads]
        return len(queries)

    assert hand_over(few) == hand_over(many)
    titles = Notice.objects.filter(key__startswith="handoff").order_by("pk").values_list("title", flat=True)
    assert list(titles) == ["2 leads are offered to you", "20 leads are offered to you"]
    message = Notice.objects.filter(key__startswith="handoff").latest("pk")
    assert (message.text, message.path) == ("20 leads are offered to you.", "/inbox/")


def test_nothing_offered_says_nothing(cast: Cast) -> None:
    assert offer_all([], now=at(0)) == []
    assert not Notice.objects.filter(key__startswith="handoff").exists()


def test_business_time_is_that_of_the_receiver(cast: Cast, lead: Lead) -> None:
    windows = [{"day": day, "start": "09:00", "end": "12:00"} for day in ("monday", "tuesday")]
    document = {"timezone": "UTC", "windows": windows}
    draft = start_draft("calendar", f"person:{cast.salesperson.pk}", document, author=cast.marketing_lead, now=at(0))
    propose(draft.pk, by=cast.marketing_lead, now=at(0))
    calendar = sign(draft.pk, by=cast.sales_lead, now=at(0))
    spans: dict[str, Any] = {
        "accept_within": {"hours": 4.0},
        "contact_within": {"hours": 5.5},
        "remind_at": None,
        "expire_after": None,
        "escalate": [],
    }
    rule = agreed(cast, **spans)
    handoff = offered(lead, rule, cast.salesperson, when=at(1))
    assert (handoff.calendar_id, handoff.accept_by, handoff.contact_by) == (
        calendar.pk,
        datetime(2024, 1, 2, 11, tzinfo=UTC),
        datetime(2024, 1, 8, 9, 30, tzinfo=UTC),
    )
    other = an_mql("grace")
    assert offered(other, rule, cast.sales_lead, when=at(1)).accept_by == at(5)

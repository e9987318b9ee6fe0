"""The stage rows that deals cause, against the plain computation of the same, for any deals in any order."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leads.deals.models import Deal
from leads.deals.rows import DealRow
from leads.deals.save import save_deals
from leads.lifecycle.models import StageChange
from tests.oracles import deals as oracle
from tests.oracles import facts
from tests.world import NOW, a_lead, day

pytestmark = pytest.mark.django_db
DAYS = st.integers(min_value=1, max_value=6)


@st.composite
def deal_rows(draw: st.DrawFn) -> DealRow:
    status = draw(st.sampled_from(["open", "won", "lost"]))
    opened = draw(st.none() | DAYS)
    closed = draw(DAYS) if status != "open" else None
    if opened is not None and closed is not None:
        opened, closed = min(opened, closed), max(opened, closed)
    return DealRow(
        system="test", external_id=draw(st.sampled_from("abcde")), lead_external_id=draw(st.sampled_from("12")), status=status,
        opened_at=day(opened) if opened else None, closed_at=day(closed) if closed else None, amount=Decimal(1),
    )  # fmt: skip


def logged() -> set[tuple[int, int, str, datetime]]:
    rows = StageChange.objects.filter(cause="deal", void=None).values_list("deal_id", "lead_id", "to_id", "at")
    found = [(deal or 0, lead, to, at) for deal, lead, to, at in rows]
    assert len(found) == len(set(found))
    return set(found)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(deal_rows(), max_size=4), min_size=1, max_size=3))
def test_the_log_says_what_the_deals_say(db: None, calls: list[list[DealRow]]) -> None:
    with transaction.atomic():
        for n in "12":
            a_lead(n, company="Firm")
        for rows in calls:
            save_deals(rows, now=NOW, actor_id=None)
        expected = oracle.caused_rows(tuple(_fact(deal) for deal in Deal.objects.order_by("id")))
        assert logged() == {(int(str(row.deal)), int(str(row.lead)), row.to, row.at) for row in expected}
        transaction.set_rollback(True)


def _fact(deal: Deal) -> facts.DealRow:
    return facts.DealRow(
        id=deal.pk, lead=deal.lead_id, company=str(deal.company_id), status=deal.status, opened_at=deal.opened_at,
        closed_at=deal.closed_at if deal.status != "open" else None, amount=deal.amount, currency=deal.currency,
        recorded_at=NOW,
    )  # fmt: skip

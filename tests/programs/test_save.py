"""Campaigns, spend and rates come in once, whatever is sent twice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from alignment.programs.models import Campaign, Rate, Spend
from alignment.programs.named import named_campaigns
from alignment.programs.save import (
    CampaignRow,
    RateRow,
    SpendRow,
    edit_campaign,
    save_campaigns,
    save_rates,
    save_spend,
)
from alignment.refusals import Refused
from tests.world import NOW, day

pytestmark = pytest.mark.django_db
NOBODY: dict[str, Any] = {"now": NOW, "actor_id": None}
MONDAY, TUESDAY = date(2024, 1, 1), date(2024, 1, 2)


def test_a_campaign_is_found_by_its_id_else_its_name() -> None:
    rows = [CampaignRow("Launch", budget=Decimal(10), currency="eur", starts_at=day(1)),
            CampaignRow("LAUNCH", system="crm", external_id="1"),
            CampaignRow("Launch II", system="crm", external_id="1", attributes={"a": 1}),
            CampaignRow("Launch", system="crm", external_id="2")]  # fmt: skip
    assert [r.status for r in save_campaigns(rows, **NOBODY)] == ["created", "updated", "updated", "created"]
    found = Campaign.objects.order_by("id").values_list(
        "name", "external_id", "budget", "currency", "starts_at", "attributes"
    )
    assert list(found) == [
        ("Launch II", "1", Decimal(10), "EUR", day(1), {"a": 1}),
        ("Launch", "2", None, None, None, {}),
    ]
    assert [r.status for r in save_campaigns(rows[2:], **NOBODY)] == ["unchanged", "unchanged"]


def test_the_case_of_a_name_counts_where_two_campaigns_have_it() -> None:
    older, newer = save_campaigns(
        [CampaignRow("Spring sale", "s", "1"), CampaignRow("Spring Sale", "s", "2")], **NOBODY
    )
    found = named_campaigns(["Spring Sale", "Spring sale", "SPRING SALE", "2"])
    assert found == {"Spring Sale": newer.id, "Spring sale": older.id, "SPRING SALE": older.id, "2": newer.id}


def test_a_campaign_needs_a_name_and_honest_values() -> None:
    rows = [
        CampaignRow(None),
        CampaignRow("a", budget=Decimal(-1)),
        CampaignRow("b", currency="EURO"),
        CampaignRow("c" * 301),
    ]
    assert [r.code for r in save_campaigns(rows, **NOBODY)] == [
        "required",
        "invalid_amount",
        "invalid_currency",
        "too_long",
    ]


def test_a_campaign_is_changed_by_hand() -> None:
    save_campaigns([CampaignRow("Launch", type="fair", attributes={"a": 1}), CampaignRow("Other")], **NOBODY)
    campaign = Campaign.objects.get(name="Launch")
    edit_campaign(
        campaign, {"name": "Start", "type": None, "budget": Decimal(5), "attributes": {"b": 2}}, expected_version=1
    )
    campaign.refresh_from_db()
    assert (campaign.name, campaign.type, campaign.budget, campaign.attributes, campaign.version) == (
        "Start",
        "",
        Decimal(5),
        {"a": 1, "b": 2},
        2,
    )
    for changes, version, status in (({"name": "x"}, 1, 412), ({"name": "other"}, 2, 409), ({"currency": "x"}, 2, 400)):
        with pytest.raises(Refused) as refused:
            edit_campaign(campaign, changes, expected_version=version)
        assert refused.value.status == status


def test_rates_are_one_a_day_and_can_be_corrected() -> None:
    rows = [RateRow(MONDAY, "usd", Decimal("0.9")), RateRow(TUESDAY, "USD", Decimal("0.91"))]
    assert [r.status for r in save_rates(rows, **NOBODY)] == ["created", "created"]
    assert [r.status for r in save_rates(rows, **NOBODY)] == ["unchanged", "unchanged"]
    assert [r.status for r in save_rates([RateRow(MONDAY, "USD", Decimal("0.95"))], **NOBODY)] == ["updated"]
    assert list(Rate.objects.order_by("date").values_list("date", "rate")) == [
        (MONDAY, Decimal("0.95")),
        (TUESDAY, Decimal("0.91")),
    ]


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        (RateRow(None, "USD", Decimal(1)), "date", "required"),
        (RateRow(MONDAY, None, Decimal(1)), "currency", "required"),
        (RateRow(MONDAY, "USD", None), "rate", "required"),
        (RateRow(MONDAY, "USD", Decimal(0)), "rate", "invalid_rate"),
        (RateRow(MONDAY, "USD", Decimal("NaN")), "rate", "invalid_rate"),
        (RateRow(MONDAY, "DOLLAR", Decimal(1)), "currency", "invalid_currency"),
    ],
)
def test_a_wrong_rate_is_set_aside(row: RateRow, field: str, code: str) -> None:
    [result] = save_rates([row], **NOBODY)
    assert (result.status, result.field, result.code) == ("rejected", field, code)


def test_spend_is_entered_once_for_each_row_of_a_file() -> None:
    row = SpendRow(MONDAY, Decimal("5.50"), ends_on=TUESDAY, campaign="Launch", channel="paid", content="hash")
    assert [r.status for r in save_spend([row, row, SpendRow(MONDAY, Decimal(1))], **NOBODY)] == [
        "created",
        "unchanged",
        "created",
    ]
    assert [r.status for r in save_spend([row], **NOBODY)] == ["unchanged"]
    found = Spend.objects.order_by("id").values_list(
        "starts_on", "ends_on", "amount", "currency", "campaign__name", "channel"
    )
    assert list(found) == [
        (MONDAY, TUESDAY, Decimal("5.50"), "EUR", "Launch", "paid"),
        (MONDAY, MONDAY, Decimal(1), "EUR", None, None),
    ]


def test_wrong_spend_is_set_aside_and_makes_no_campaign() -> None:
    rows = [
        SpendRow(None, Decimal(1), campaign="A"),
        SpendRow(MONDAY, None, campaign="B"),
        SpendRow(TUESDAY, Decimal(1), ends_on=MONDAY),
    ]
    assert [r.code for r in save_spend(rows, **NOBODY)] == ["required", "required", "invalid_span"]
    assert not Campaign.objects.exists()

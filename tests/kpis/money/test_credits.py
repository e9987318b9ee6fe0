"""What touches are credited with, as figures: cuts add up, what has no touch is told, and cost per sale divides by shares."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from alignment.programs.models import Campaign, Spend
from kpis.metrics.declaring import Group, Value
from kpis.metrics.evaluating import evaluate
from kpis.reports.params import read_params
from kpis.verdicts.board import board
from leads.models import Lead
from tests.world import NOW, Cast, a_deal, a_lead, day, did

KEYS = (
    "credited_wins",
    "credited_revenue",
    "credited_revenue.first",
    "credited_revenue.last",
    "no_touch_revenue",
    "won_revenue",
)


@pytest.fixture
def sold(people: Cast) -> list[Campaign]:
    """One deal of 100.01 after touches of two campaigns, one without any touch, and spend on the first campaign."""
    campaigns = [Campaign.objects.create(name=name) for name in ("Fair", "Ads")]
    touched = a_lead("one", created_at=day(0), source="web", email="a@firm.example", company="Firm")
    did(touched, "form", 1, campaign="Fair", channel="fair")
    did(touched, "webinar", 2, campaign="Ads", channel="online")
    did(touched, "email_open", 3, campaign="Ads", channel="online")
    a_deal(touched, amount="100.01", status="won", opened_at=day(10), closed_at=day(20), external_id="d1", system="t")
    alone = a_lead("two", created_at=day(0), email="b@other.example", company="Other")
    a_deal(alone, amount="50", status="won", opened_at=day(10), closed_at=day(21), external_id="d2", system="t")
    Spend.objects.create(
        campaign=campaigns[0], starts_on=date(2024, 1, 5), ends_on=date(2024, 1, 5), amount=Decimal(25), currency="EUR"
    )
    return campaigns


def asked(*keys: str, **options: Any) -> dict[Group, dict[str, Value]]:
    given = {"start": ["2024-01-01"], "end": ["2024-06-01"], **{name: [value] for name, value in options.items()}}
    return evaluate(keys, read_params(given, now=NOW))


def values(found: dict[str, Value]) -> dict[str, Decimal | None]:
    return {key: value.value for key, value in found.items()}


@pytest.mark.usefixtures("sold")
def test_credit_and_what_has_no_touch_are_won_revenue() -> None:
    found = values(asked(*KEYS)[()])
    assert found == {
        "credited_wins": 1,
        "credited_revenue": Decimal("100.01"),
        "credited_revenue.first": Decimal("100.01"),
        "credited_revenue.last": Decimal("100.01"),
        "no_touch_revenue": 50,
        "won_revenue": Decimal("150.01"),
    }


@pytest.mark.usefixtures("sold")
@pytest.mark.parametrize(("by", "first", "second"), [("campaign", "Fair", "Ads"), ("channel", "fair", "online")])
def test_each_touch_stands_in_its_own_group_to_the_cent(by: str, first: str, second: str) -> None:
    found = {group[0]: values(cells) for group, cells in asked(*KEYS, by=by).items()}
    assert found[first]["credited_revenue"] == Decimal("50.01")
    assert found[second]["credited_revenue"] == Decimal("50.00")
    assert (found[first]["credited_revenue.first"], found[second]["credited_revenue.last"]) == (Decimal("100.01"),) * 2
    assert found[first]["credited_wins"] == Decimal("0.5")
    assert found[None]["no_touch_revenue"] == 50


@pytest.mark.usefixtures("sold")
def test_cost_per_sale_divides_by_shares_and_return_by_spend() -> None:
    found = values(asked("cost_per_sale", "roi", where="campaign=Fair")[()])
    assert found == {"cost_per_sale": Decimal("50.00"), "roi": (Decimal("50.01") - 25) / 25}


@pytest.mark.usefixtures("sold")
def test_what_leads_of_a_period_win_within_the_window_counts_once_it_has_passed() -> None:
    period = {"start": "2024-01-01", "end": "2024-01-02"}
    given = {name: [value] for name, value in period.items()}
    found = evaluate(["credited_wins_of_leads"], read_params(given, now=NOW))[()]["credited_wins_of_leads"]
    assert found.value == 1
    short = evaluate(["credited_wins_of_leads"], read_params({**given, "window_days": ["19"]}, now=NOW))[()]
    assert short["credited_wins_of_leads"].value == 0
    early = {**given, "as_of": ["2024-03-01"]}
    assert evaluate(["credited_wins_of_leads"], read_params(early, now=NOW))[()]["credited_wins_of_leads"].value == 0


def test_the_board_shows_what_campaigns_are_credited_with(sold: list[Campaign]) -> None:
    rows = {row.campaign.name: row.figures for row in board(now=NOW).rows}
    assert (rows["Fair"].of("credited_revenue"), rows["Ads"].of("credited_revenue")) == (
        Decimal("50.01"),
        Decimal("50.00"),
    )
    assert rows["Ads"].of("roi") is None


@pytest.mark.usefixtures("sold")
def test_a_partner_is_told_of_credits_of_its_own_leads_only(people: Cast) -> None:
    params = read_params({"start": ["2024-01-01"], "end": ["2024-06-01"]}, now=NOW)
    assert values(evaluate(["credited_revenue", "no_touch_revenue"], params, people.partner)[()]) == {
        "credited_revenue": 0,
        "no_touch_revenue": 0,
    }


@pytest.mark.usefixtures("sold")
def test_a_lead_is_touched_once_a_campaign_at_the_first_touch() -> None:
    lead = Lead.objects.get(external_id="one")
    did(lead, "form", 40, campaign="Fair", channel="fair")
    found = {group[0]: values(cells)["touched_leads"] for group, cells in asked("touched_leads", by="campaign").items()}
    assert found == {"Fair": 1, "Ads": 1}
    assert values(asked("touched_leads", where="month=2024-02")[()]) == {"touched_leads": 0}
    did(lead, "form", 0.5, campaign="Fair", channel="fair", external_id="late", system="t")
    assert values(asked("touched_leads", as_of="2024-01-02")[()]) == {"touched_leads": 1}

"""Does the report share out exactly what was won, whatever it is cut by, as of any day and to whoever asks?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from alignment.people.models import User
from alignment.programs.models import Rate
from kpis.attribution import keeping
from kpis.attribution.report import LISTING
from kpis.attribution.terms import MODELS
from kpis.recompute import drain, recompute_everything
from kpis.reports.params import read_params
from kpis.reports.registry import REPORTS
from leads.models import Deal, Lead
from tests.kpis.attribution.drawing import draw
from tests.world import NOW, a_deal, a_lead, cast, day, did, held_by

pytestmark = pytest.mark.django_db(transaction=True)

CUTS = ("channel", "campaign", "source", "asset", "month", "week", "owner", "team", "segment", "system")


def asked(user: User | None = None, **options: str) -> dict[str, Any]:
    params = read_params(given(**options), now=NOW)
    return REPORTS["attribution"].run(params, user)


def given(**options: str) -> dict[str, list[str]]:
    return {name: [value] for name, value in {"start": "2023-01-01", "end": "2026-01-01", **options}.items()}


def totals(report: dict[str, Any]) -> set[Decimal]:
    """What each model's groups add up to."""
    return {
        sum(
            (Decimal(group[f"credit_{model}"]["amount"]) for group in report["groups"] if group[f"credit_{model}"]),
            Decimal(0),
        )
        for model in MODELS
    }


@pytest.mark.parametrize("seed", [1, 2])
def test_every_cut_adds_up_to_what_was_won(seed: int) -> None:
    cast()
    Rate.objects.create(date=day(0).date(), currency="USD", rate="0.9137")
    draw(seed, touches=150, deals=40, currencies=("EUR", "USD"))
    recompute_everything(now=NOW)
    won = [
        deal
        for deal in Deal.objects.filter(status="won").select_related("lead")
        if not (deal.lead and deal.lead.is_test)
    ]
    for cut in CUTS:
        report = asked(by=cut)
        assert totals(report) == {Decimal(report["won_revenue"]["amount"])}, cut
        assert report["won_deals"] == len(won)
        for model in MODELS:
            assert sum(group[f"wins_{model}"] for group in report["groups"]) == pytest.approx(len(won))
    assert Decimal(asked()["won_revenue"]["amount"]) == sum(round_euros(deal) for deal in won)


def round_euros(deal: Deal) -> Decimal:
    """Half even, as Python rounds."""
    rate = Decimal("0.9137") if deal.currency == "USD" else Decimal(1)
    return Decimal(0) if deal.amount is None else round(deal.amount * rate, 2)


def a_journey() -> Lead:
    """A win of 100 with a search, a form and a webinar of two people of one company."""
    lead, other = a_lead("1", company="Acme", source="web"), a_lead("2", company="Acme", source="fair")
    did(lead, "page_view", 1, channel="search")
    did(other, "form", 3, channel="mail", asset="paper")
    did(other, "webinar", 13, channel="mail")
    a_deal(lead, amount="100.01", status="won", opened_at=day(20), closed_at=day(30))
    return lead


def test_all_models_stand_side_by_side() -> None:
    cast()
    a_journey()
    drain()
    report = asked()
    mail, search = report["groups"]
    assert [mail["group"], search["group"]] == [{"channel": "mail"}, {"channel": "search"}]
    assert {model: mail[f"credit_{model}"]["amount"] for model in MODELS} == {
        "first": "0.00", "last": "100.01", "linear": "66.67", "position": "60.00", "w_shaped": "57.15", "time_decay": "81.83",
        "data_driven": "66.67",
    }  # fmt: skip
    assert (mail["touches"], mail["deals"], search["touches"]) == (2, 1, 1)
    assert report["attribution_version"] is None
    assert asked(by="source")["groups"][0]["credit_first"]["amount"] == "0.00"


def test_a_deal_without_touches_is_credited_to_no_touch() -> None:
    cast()
    a_journey()
    a_deal(None, amount="50", status="won", closed_at=day(40), system="s", external_id="x")
    drain()
    report = asked()
    assert [(group["group"], group["no_touch"]) for group in report["groups"]] == [
        ({"channel": "mail"}, False), ({"channel": "search"}, False), ({"channel": None}, True),
    ]  # fmt: skip
    assert report["groups"][-1]["credit_linear"]["amount"] == "50.00"
    assert report["won_without_touch"] == 1
    lines = LISTING.read(read_params(given(), now=NOW), None, measure="first", which={"no_touch": "yes"})
    assert [(line.lead_id, line.cells[0], line.cells[1]) for line in lines] == [(None, "x", "No touch")]


def test_a_figure_opens_into_its_touches_and_says_why() -> None:
    cast()
    a_journey()
    drain()
    params = read_params({**given(), "where": ["channel=mail"]}, now=NOW)
    lines = LISTING.read(params, None, measure="w_shaped", which={"no_touch": "no"})
    assert [line.cells[3:] for line in lines] == [
        ("2 of 3", "14.3 %", "€14.29", "None of the three roles: its part of 10 %."),
        ("3 of 3", "42.9 %", "€42.86", "The last before the deal was opened: 30 % each."),
    ]
    pages = list(pages_of("linear", limit=1))
    assert [line.cells[3] for line in pages] == ["1 of 3", "2 of 3", "3 of 3"]


def pages_of(model: str, *, limit: int) -> Iterator[Any]:
    after = None
    while found := LISTING.read(read_params(given(), now=NOW), None, measure=model, which={}, after=after, limit=limit):
        yield from found
        after = found[-1].key


def test_a_partner_sees_the_journeys_of_its_own_leads_only() -> None:
    people = cast()
    lead = a_journey()
    held_by(lead, people.partner)
    Lead.objects.filter(pk=lead.pk).update(team=people.partners)
    drain()
    report = asked(people.partner)
    assert [(group["group"]["channel"], group["credit_linear"]["amount"]) for group in report["groups"]] == [
        ("search", "100.01")
    ]
    assert asked(people.other_partner)["groups"] == []
    assert totals(asked(people.marketer)) == {Decimal("100.01")}


def test_the_past_is_told_as_it_was_known() -> None:
    cast()
    lead = a_lead("1")
    did(lead, "form", 1, channel="mail")
    a_deal(lead, amount="10", status="won", opened_at=day(5), closed_at=day(6))
    drain()
    pinned = {"as_of": NOW.isoformat(), "known_at": (NOW + timedelta(hours=1)).isoformat()}
    before = asked(None, **pinned)
    from leads.activities.log import log_activities
    from leads.activities.rows import ActivityRow

    later = NOW + timedelta(days=2)
    log_activities([ActivityRow(kind="webinar", at=day(2), lead_id=lead.pk, channel="web")], now=later, actor_id=None)
    drain()
    assert asked(None, **pinned)["groups"] == before["groups"]
    assert [group["group"]["channel"] for group in asked()["groups"]] == ["mail", "web"]
    assert asked(None, as_of=day(5.5).isoformat())["won_deals"] == 0


def test_what_cannot_be_converted_is_said_and_never_taken_as_it_stands() -> None:
    cast()
    a_deal(a_lead("1"), amount="10", currency="USD", status="won", opened_at=day(5), closed_at=day(6))
    drain()
    report = asked()
    assert report["problems"] == [
        "1 won deal is in a currency without a rate on or before the day of the win: import rates, then it counts."
    ]
    assert report["groups"][0]["credit_linear"] is None
    Rate.objects.create(date=day(0).date(), currency="USD", rate="2")
    keeping.work_off(now=NOW)
    assert asked()["groups"][0]["credit_linear"]["amount"] == "20.00"

"""The board of campaigns and the page of one: what each cost and brought, its verdict, and who may look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest
from django.test import Client

from alignment.people.models import User
from alignment.programs.models import Campaign, Spend
from kpis.pages import answers
from kpis.verdicts.board import ORDERS, board
from kpis.verdicts.intervals import return_interval
from kpis.verdicts.judging import judge_due
from leads.selectors.keyset import read_mark
from tests.clocks import present_is
from tests.kpis.agreeing import agreed
from tests.leads.exports.taking import about, csv_rows, sent, workbook_rows
from tests.world import NOW, Cast, a_deal, a_lead, day, moved

SignedIn = Callable[[User], Client]
SIGNED = datetime(2023, 12, 1, 9, tzinfo=UTC)


@pytest.fixture
def fair(people: Cast, monkeypatch: pytest.MonkeyPatch) -> Campaign:
    """A campaign with two leads, one of them won, and spend; and one with nothing at all."""
    present_is(NOW, monkeypatch)
    campaign = Campaign.objects.create(name="Fair & <b>co</b>", type="Fair", starts_at=datetime(2024, 1, 1, tzinfo=UTC))
    Campaign.objects.create(name="Idle", status="planned")
    first, _second = (
        a_lead(f"c{n}", created_at=day(n), campaign=campaign.name, first_name=f"Nr {n}", recorded_at=day(n))
        for n in range(2)
    )
    moved(first, ("mql", 5), ("sal", 6), recorded_at=day(7))
    a_deal(
        first,
        amount="900",
        currency="EUR",
        status="won",
        opened_at=day(10),
        closed_at=day(20),
        external_id="d",
        system="t",
    )
    Spend.objects.create(
        campaign=campaign, starts_on=date(2024, 1, 1), ends_on=date(2024, 1, 10), amount=Decimal(300), currency="EUR",
        created_at=day(10),
    )  # fmt: skip
    return campaign


def test_each_campaign_has_its_figures_and_what_was_never_spent_is_a_dash(
    people: Cast, fair: Campaign, signed_in: SignedIn
) -> None:
    text = signed_in(people.salesperson).get("/campaigns/").content.decode()
    rows = {row.campaign.name: row.figures for row in board(now=NOW).rows}
    found = {key: rows[fair.name].of(key) for key in ("spend", "leads_created", "accepted_leads", "won_deals")}
    assert found == {"spend": 300, "leads_created": 2, "accepted_leads": 1, "won_deals": 1}
    assert (rows["Idle"].of("spend"), rows["Idle"].of("roi"), rows["Idle"].of("leads_created")) == (
        None,
        None,
        Decimal(0),
    )
    assert "Fair &amp; &lt;b&gt;co" in text
    assert "/metrics/spend/behind/?" in text
    assert "where=campaign%3DFair+%26+%3Cb%3Eco%3C%2Fb%3E" in text


@pytest.mark.parametrize("path", ["/campaigns/", "/campaigns/{}/", "/campaigns/?format=csv"])
def test_partners_and_outsiders_do_not_see_it(people: Cast, fair: Campaign, signed_in: SignedIn, path: str) -> None:
    for person in (people.partner, people.outsider):
        assert signed_in(person).get(path.format(fair.pk)).status_code == 404
    for person in (people.marketer, people.salesperson, people.manager, people.operator):
        assert signed_in(person).get(path.format(fair.pk)).status_code == 200
    assert Client().get(path.format(fair.pk)).status_code == 302


@pytest.mark.parametrize("order", ORDERS)
def test_pages_go_through_all_campaigns_once_in_every_order(people: Cast, order: str) -> None:
    for number in range(7):
        campaign = Campaign.objects.create(
            name=f"C {number % 3}-{number}", starts_at=day(number % 2) if number != 4 else None
        )
        if number % 2:
            Spend.objects.create(
                campaign=campaign, starts_on=date(2024, 1, 1), ends_on=date(2024, 1, 1), amount=5, currency="EUR"
            )
    whole = [row.campaign.pk for row in board(now=NOW, order=order).rows]
    seen, after, pages = [], None, []
    while True:
        page = board(now=NOW, order=order, after=after, size=3)
        seen += [row.campaign.pk for row in page.rows]
        pages.append(page)
        if not page.next:
            break
        after = read_mark(page.next)
    assert (seen, len(seen), len(pages)) == (whole, 7, 3)
    back = board(now=NOW, order=order, after=read_mark(pages[2].previous), size=3)
    assert [row.campaign.pk for row in back.rows] == whole[3:6]


@pytest.mark.parametrize("mark", ["x", "bnVsbA", "WyJOYU4iLCAxLCBmYWxzZV0", "WyJmb28iLCAxLCBmYWxzZV0"])
def test_a_place_that_is_none_is_the_first_page(people: Cast, fair: Campaign, signed_in: SignedIn, mark: str) -> None:
    for order in ("spend", "name", "nonsense"):
        assert signed_in(people.marketer).get(f"/campaigns/?order={order}&after={mark}").status_code == 200


def test_search_finds_parts_of_names_types_and_states(people: Cast, fair: Campaign, signed_in: SignedIn) -> None:
    assert [row.campaign.name for row in board(now=NOW, search="FAIR").rows] == [fair.name]
    assert [row.campaign.name for row in board(now=NOW, search="planned").rows] == ["Idle"]
    assert "No campaign fits" in signed_in(people.marketer).get("/campaigns/?search=zzz").content.decode()


def test_the_board_leaves_as_a_file(people: Cast, fair: Campaign, signed_in: SignedIn) -> None:
    rows = csv_rows(sent(signed_in(people.manager), "/campaigns/?format=csv&order=name"))
    assert list(rows[0])[:6] == ["campaign", "type", "status", "starts_at", "ends_at", "spend"]
    assert [row["campaign"] for row in rows] == [fair.name, "Idle"]
    assert Decimal(str(rows[0]["spend"])) == 300
    assert (rows[1]["spend"], rows[1]["verdict"]) == ("", "Nothing agreed")
    assert signed_in(people.manager).get("/campaigns/?format=xlsx").status_code == 200


def test_the_page_of_a_campaign_says_what_to_do_next(people: Cast, fair: Campaign, signed_in: SignedIn) -> None:
    text = signed_in(people.marketer).get(f"/campaigns/{fair.pk}/").content.decode()
    assert "Agree on a verdict" in text
    assert "agreed after launch" in text
    assert "Nr 1" in text
    assert "€300.00" in text
    assert "Agree on a verdict" not in signed_in(people.manager).get(f"/campaigns/{fair.pk}/").content.decode()
    begun = signed_in(people.marketer).post(f"/agreements/verdict/{fair.pk}/draft/")
    assert begun.status_code == 302
    assert signed_in(people.marketer).get(begun["Location"]).status_code == 200
    assert "Draft" in signed_in(people.marketer).get(f"/campaigns/{fair.pk}/").content.decode()


def test_a_verdict_stands_and_what_it_would_be_today_stands_beside_it(
    people: Cast, fair: Campaign, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    terms = {"metric": "leads_created", "direction": "at least", "threshold": 3, "judged_on": "2024-03-01"}
    agreed(people, "verdict", terms, at=SIGNED, key=str(fair.pk))
    judge_due(now=datetime(2024, 3, 1, tzinfo=UTC))
    browser = signed_in(people.marketer)
    text = browser.get(f"/campaigns/{fair.pk}/").content.decode()
    assert "Did not do what it should" in text
    assert "would be" not in text
    a_lead("late", created_at=day(3), campaign=fair.name)
    text = browser.get(f"/campaigns/{fair.pk}/").content.decode()
    assert "it would be 3 today (as agreed)" in text
    assert "Did not do what it should" in text
    assert "Did not do what it should" in browser.get("/campaigns/").content.decode()


def test_what_was_agreed_just_now_is_on_the_board_beside_figures_of_a_while_ago(
    people: Cast, fair: Campaign, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "LARGE", 1)
    browser = signed_in(people.marketer)
    assert "To be judged" not in browser.get("/campaigns/").content.decode()
    terms = {"metric": "leads_created", "direction": "at least", "threshold": 3, "judged_on": "2025-03-01"}
    agreed(people, "verdict", terms, at=NOW + timedelta(seconds=1), key=str(fair.pk))
    present_is(NOW + timedelta(minutes=2), monkeypatch)
    assert "To be judged" in browser.get("/campaigns/").content.decode()
    file = sent(browser, "/campaigns/?format=xlsx&order=name")
    assert workbook_rows(file)[0]["verdict"] == "To be judged"
    assert dict(about(file))["As of"].startswith(f"{NOW:%Y-%m-%dT%H:%M}")


def test_campaigns_of_one_name_say_so(people: Cast, fair: Campaign, signed_in: SignedIn) -> None:
    Campaign.objects.create(name=fair.name, system="other", external_id="1")
    browser = signed_in(people.marketer)
    assert "shares its name" in browser.get("/campaigns/").content.decode()
    assert "Another campaign has the same name" in browser.get(f"/campaigns/{fair.pk}/").content.decode()


def test_there_is_no_interval_where_too_few_deals_speak() -> None:
    assert return_interval([Decimal(100)] * 9, Decimal(100), seed=1) is None
    assert return_interval([Decimal(100)] * 50, None, seed=1) is None
    assert return_interval([Decimal(100)] * 50, Decimal(0), seed=1) is None


def test_an_interval_is_the_same_for_the_same_data_in_any_order_and_holds_the_return() -> None:
    amounts = [Decimal(n) for n in range(1, 61)]
    found = return_interval(amounts, Decimal(1000), seed=7)
    assert found == return_interval(amounts[::-1], Decimal(1000), seed=7)
    assert found is not None
    assert found.low < float(sum(amounts)) / 1000 - 1 < found.high


def test_the_interval_covers_what_would_have_come_in_nearly_all_drawn_worlds() -> None:
    """Deals that come as a Poisson process with amounts of one law: 95 of 100 intervals hold the mean that made them."""
    draw = np.random.default_rng(3)
    held = 0
    for world in range(200):
        amounts = draw.exponential(100, size=draw.poisson(60))
        found = return_interval([Decimal(repr(float(a))) for a in amounts], Decimal(1000), seed=world)
        assert found is not None
        held += found.low <= 60 * 100 / 1000 - 1 <= found.high
    assert 180 <= held <= 198


def test_a_campaign_of_the_future_waits(people: Cast, fair: Campaign) -> None:
    terms = {"metric": "leads_created", "direction": "at least", "threshold": 3, "judged_on": "2025-03-01"}
    agreed(people, "verdict", terms, at=NOW - timedelta(days=1), key=str(fair.pk))
    [row] = [row for row in board(now=NOW).rows if row.campaign == fair]
    assert row.standing.due == datetime(2025, 3, 1, tzinfo=UTC)

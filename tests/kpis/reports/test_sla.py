"""SLA and acceptance, worked out by hand over handoffs made through the doors: both clocks, working time, and who sees what."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from alignment.people.models import User
from kpis.reports.params import read_params
from kpis.reports.registry import REPORTS
from leads.handoffs.deciding import accept, reject
from leads.handoffs.returning import give_back
from leads.handoffs.withdrawing import withdraw
from leads.models import Lead
from tests.clocks import present_is
from tests.kpis.pages.test_lists_behind_figures import LINK, length, read, signed_in
from tests.leads.calendars.working import laid_in, nine_to_five
from tests.leads.handoffs.handing import agreed, an_mql, at, offered
from tests.world import Cast, cast, did

pytestmark = pytest.mark.django_db

NOW = datetime(2024, 3, 1, tzinfo=UTC)
HOUR = 1 / 24


@pytest.fixture
def people() -> Cast:
    return cast()


def answer(key: str, user: User | None = None, **options: str) -> dict[str, Any]:
    given = {"start": "2024-01-01", "end": "2024-02-01", **options}
    return REPORTS[key].run(read_params({name: [value] for name, value in given.items()}, now=NOW), user)


def whole(key: str, user: User | None = None, **options: str) -> dict[str, Any]:
    [group] = answer(key, user, **options)["groups"]
    found: dict[str, Any] = group
    return found


def day_one(people: Cast) -> None:
    """Offered at nine, to be accepted by one and spoken with by five: what became of each is its name."""
    rule = agreed(people)
    seller = people.salesperson

    def offer(name: str, to: User = seller) -> int:
        return offered(an_mql(name, owner=people.marketer), rule, to, when=at(0)).pk

    accept(offer("in-time"), by=seller, now=at(4))
    accept(offer("late"), by=seller, now=at(4, 1))
    accept(offer("never-called"), by=seller, now=at(1))
    reject(offer("down"), by=seller, reason="not-now", note=None, now=at(2))
    withdraw(offer("taken-back"), by=people.marketing_lead, why="by mistake", now=at(3))
    withdraw(offer("taken-back-late"), by=people.marketing_lead, why="too late", now=at(5))
    offer("forgotten")
    came_back = offer("came-back")
    accept(came_back, by=seller, now=at(1))
    give_back(came_back, by=seller, reason="no-fit", note="Too small for us.", now=at(20))
    accept(offer("theirs", people.partner), by=people.partner, now=at(2))
    for name, hours in (("in-time", 8.0), ("late", 9.0), ("came-back", 2.0), ("theirs", 3.0)):
        call(name, hours)


def call(name: str, hours: float) -> None:
    did(Lead.objects.get(external_id=name), "call", hours * HOUR)


def clock(found: dict[str, Any], *names: str) -> tuple[int, ...]:
    return tuple(found[name] for name in names)


def test_both_clocks_by_hand(people: Cast) -> None:
    day_one(people)
    found = whole("sla")
    assert clock(found["accept"], "n", "met", "late", "expired", "withdrawn", "open") == (8, 5, 1, 0, 1, 1)
    assert found["accept"]["attainment"] == 5 / 8
    assert clock(found["contact"], "n", "met", "late", "open") == (5, 3, 1, 1)
    assert (found["rejected"], found["decided"], found["rejection_rate"]) == (1, 6, 1 / 6)
    assert (found["first_offers"], found["contacted"]) == (9, 4)
    hour = 3_600
    assert found["first_offer_to_contact_p50_seconds"] == 5.5 * hour
    assert found["speed_p50_seconds"] == 5.5 * hour
    assert found["speed_km_median_seconds"] is None


def test_what_had_not_happened_yet_is_open(people: Cast) -> None:
    day_one(people)
    at_noon = whole("sla", as_of=at(3).isoformat())
    assert at_noon["accept"]["n"] == 0
    after_one = whole("sla", as_of=at(4).isoformat())["accept"]
    assert clock(after_one, "n", "met", "late", "withdrawn", "open") == (8, 5, 0, 0, 3)
    assert whole("acceptance", as_of=at(3).isoformat())["open"] == 4
    later = whole("acceptance")
    names = ("offered", "open", "accepted", "rejected", "expired", "withdrawn", "returned")
    assert clock(later, *names) == (9, 1, 5, 1, 0, 2, 1)
    assert later["acceptance_rate"] == 5 / 6
    assert later["reasons"] == [{"key": "not-now", "title": "Not now", "n": 1}]
    assert later["returned_reasons"] == [{"key": "no-fit", "title": "Does not fit", "n": 1}]


def test_passing_on_does_not_start_the_clock_of_the_lead_anew(people: Cast) -> None:
    rule = agreed(people)
    lead = an_mql("passed-on", owner=people.marketer)
    first = offered(lead, rule, people.salesperson, when=at(1))
    reject(first.pk, by=people.salesperson, reason="not-mine", note=None, now=at(2))
    second = offered(lead, rule, people.sales_lead, when=at(20))
    accept(second.pk, by=people.sales_lead, now=at(21))
    did(lead, "call", 22 * HOUR)
    by_owner = {group["group"]["owner"]: group for group in answer("sla", by="owner")["groups"]}
    slow, quick = by_owner[people.salesperson.email], by_owner[people.sales_lead.email]
    assert (slow["first_offers"], slow["first_offer_to_contact_p50_seconds"], slow["speed_p50_seconds"]) == (
        1,
        21 * 3_600,
        22 * 3_600,
    )
    assert slow["speed_km_median_seconds"] == 22 * 3_600
    assert (quick["first_offers"], quick["contact"]["met"]) == (0, 1)


def test_speed_in_working_time_is_that_of_the_receivers_calendar(people: Cast) -> None:
    laid_in(nine_to_five("UTC"))
    rule = agreed(people)
    lead = an_mql("overnight", owner=people.marketer)
    accept(offered(lead, rule, people.salesperson, when=at(7)).pk, by=people.salesperson, now=at(7.5))
    did(lead, "call", 25 * HOUR)
    found = whole("sla", end="2024-03-01")
    assert found["speed_p50_seconds"] == 25 * 3_600
    assert found["speed_business_p50_seconds"] == 8 * 3_600


def test_a_partner_is_told_of_its_own_handoffs(people: Cast) -> None:
    day_one(people)
    assert whole("acceptance", people.partner)["offered"] == 1
    assert whole("sla", people.partner)["contact"]["met"] == 1
    assert whole("acceptance", people.other_partner)["offered"] == 0
    assert whole("acceptance", people.outsider)["offered"] == 0
    assert [group["group"] for group in answer("acceptance", people.partner, by="team")["groups"]] == [
        {"team": "Partners"}
    ]


@pytest.mark.parametrize("key", ["sla", "acceptance"])
def test_every_count_on_the_page_opens_its_list(people: Cast, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    present_is(NOW, monkeypatch)
    monkeypatch.setattr("kpis.pages.listings.PAGE", 3)
    day_one(people)
    client = signed_in(people.marketer)
    html = read(client, f"/reports/{key}/?start=2024-01-01&end=2024-02-01&by=team&by=rule")
    behind = [(link, int(n)) for link, n in LINK.findall(html) if link.startswith(f"/reports/{key}/behind/")]
    assert len(behind) == {"sla": 26, "acceptance": 14}[key]
    assert [(link, length(client, link)) for link, _n in behind] == behind
    if key == "acceptance":
        named = re.search(r'href="(/reports/acceptance/behind/[^"]*reason=not-now[^"]*)"', html)
        assert named is not None
        assert length(client, named[1]) == 1

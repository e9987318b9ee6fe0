"""The leakage page and the API tell the same leaks: of every kind, with what is at risk, to whoever may see the lead."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from alignment.agreements.models import Version
from alignment.people.models import User
from kpis.leaks.kinds import KINDS
from kpis.leaks.queries.flags import Only
from kpis.leaks.report import leakage
from kpis.recompute import recompute_touched
from kpis.reports.params import read_params
from leads.lifecycle.changes import NewValue, record_values
from leads.models import Lead
from tests.clocks import present_is
from tests.kpis.leaks.handing import a_rule, needed, offered
from tests.world import NOW, TIME_ZERO, Cast, a_deal, a_lead, cast, day, moved

LEAD = re.compile(r'<th scope="row" class="break"><a href="/leads/(\d+)/">')
AT_RISK = re.compile(r'data-label="At risk">([^<]*)</td>')
PERIOD = {"start": "2024-01-01", "end": "2025-01-01"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch) -> Cast:
    present_is(NOW, monkeypatch)
    return cast()


@pytest.fixture
def rule() -> Version:
    return a_rule(accept_hours=24, contact_hours=48)


def a_reachable(name: str, *steps: tuple[str, float], reason: str | None = None) -> Lead:
    lead = a_lead(name, email=f"{name}@example.com", source="web")
    moved(lead, *steps, reason=reason)
    return lead


def _turned_down(lead: Lead, rule: Version, *days: float, reason: str | None) -> None:
    for at in days:
        offered(lead, day(at), rule=rule, state="rejected", decided_at=day(at + 0.5), reason=reason)


LEAKING: dict[str, Callable[[Lead, Version], object]] = {
    "unrouted": lambda lead, rule: needed(lead, day(2), rule=rule),
    "unaccepted": lambda lead, rule: offered(lead, day(2), rule=rule, accept_by=day(3)),
    "uncontacted": lambda lead, rule: offered(
        lead, day(2), rule=rule, contact_by=day(4), state="accepted", decided_at=day(3)
    ),
    "ping_pong": lambda lead, rule: _turned_down(lead, rule, 2, 4, reason="no-budget"),
    "unexplained": lambda lead, rule: _turned_down(lead, rule, 2, reason=None),
    "stalled": lambda lead, rule: None,
    "orphaned": lambda lead, rule: moved(lead, ("sal", 2)),
    "unreachable": lambda lead, rule: moved(lead, ("sal", 2)),
    "forgotten": lambda lead, rule: moved(lead, ("recycled", 2)),
    "dropped_customer": lambda lead, rule: moved(lead, ("won", 2)),
}
"""What brings a lead that stands in mql since day 1 into a leak of that kind."""


def a_leaking(kind: str, rule: Version) -> Lead:
    lead = a_lead(kind, email=None if kind == "unreachable" else f"{kind}@example.com")
    moved(lead, ("mql", 1))
    LEAKING[kind](lead, rule)
    return lead


def signed_in(user: User) -> Client:
    recompute_touched(now=NOW)
    client = Client()
    client.force_login(user)
    return client


def read(client: Client, **filters: str) -> str:
    answer = client.get("/leakage/", filters)
    assert answer.status_code == 200, filters
    return answer.content.decode()


def shown(client: Client, **filters: str) -> set[int]:
    return {int(pk) for pk in LEAD.findall(read(client, **filters))}


def listed(client: Client, **filters: str) -> set[int]:
    """The same by the API."""
    answer = client.get("/api/v1/leaks", {"page_size": "500", "open": "true", **filters}).json()
    return {row["lead_id"] for row in answer["results"]}


def reported(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/v1/reports/leakage", PERIOD).json()
    return found


@pytest.mark.parametrize("kind", [kind.key for kind in KINDS])
def test_each_kind_has_its_page_and_its_list(people: Cast, rule: Version, kind: str) -> None:
    lead = a_leaking(kind, rule)
    client = signed_in(people.operator)
    page = read(client, kind=kind)
    assert LEAD.findall(page) == [f"{lead.pk}"]
    [declared] = [one for one in KINDS if one.key == kind]
    assert declared.sentence in page
    assert listed(client, kind=kind) == {lead.pk}
    assert [flag["lead"] for flag in reported(client)["flags"] if flag["kind"] == kind] == [lead.pk]
    assert shown(client, kind=kind, state="all") == {lead.pk}
    other = "unrouted" if kind == "unaccepted" else "unaccepted"
    assert lead.pk not in shown(client, kind=other)


@pytest.mark.parametrize("kind", ["unrouted", "unaccepted", "uncontacted", "ping_pong", "unexplained"])
def test_a_leak_of_a_handoff_says_what_is_at_risk_and_a_deal_counts_once(
    people: Cast, rule: Version, kind: str
) -> None:
    won = a_reachable("won", ("mql", 1), ("won", 2), reason="Good price.")
    a_deal(won, amount="500", status="won", closed_at=day(2))
    lead = a_leaking(kind, rule)
    a_deal(lead, amount="1000", opened_at=day(2))
    client = signed_in(people.operator)
    of_kind = AT_RISK.findall(read(client, kind=kind))
    assert len(of_kind) == 1
    assert re.fullmatch(r".*\d.*", of_kind[0])
    flags = [flag for flag in reported(client)["flags"] if flag["lead"] == lead.pk and flag["until"] is None]
    assert {flag["kind"] for flag in flags} >= {kind, "stalled"}
    [amount] = {flag["value_at_risk"]["amount"] for flag in flags}
    assert 0 < Decimal(amount) < 1000
    each = {flag["lead"]: flag["value_at_risk"]["amount"] for flag in reported(client)["flags"] if not flag["until"]}
    assert Decimal(reported(client)["value_at_risk"]["amount"]) == sum(Decimal(value) for value in each.values())


def test_leaks_can_be_read_by_what_is_at_risk_page_by_page(people: Cast, rule: Version) -> None:
    won = a_reachable("won", ("mql", 1), ("won", 2), reason="Good price.")
    a_deal(won, amount="500", status="won", closed_at=day(2))
    amounts = {"small": "100", "great": "90000", "middle": "5000", "same": "5000"}
    leads = {name: a_leaking_deal(name, amount).pk for name, amount in amounts.items()}
    closed = a_reachable("closed", ("mql", 1), ("lost", 40), reason="No budget.")
    client = signed_in(people.operator)
    assert closed.pk in shown(client, state="all")
    page = read(client, kind="stalled", order="value", state="all")
    expected = [leads[name] for name in ("great", "middle", "same", "small")]
    assert [int(pk) for pk in LEAD.findall(page) if int(pk) in leads.values()] == expected
    assert f"/leads/{closed.pk}/" not in page
    for cursor in ("1", "0_NaN_1", "0_1_x", "x" * 500):
        assert client.get("/leakage/", {"order": "value", "cursor": cursor}).status_code == 400

    def listed_from(cursor: str | None) -> tuple[list[int], str | None]:
        asked = {**PERIOD, "as_of": NOW.isoformat(), "limit": "3", **({"cursor": cursor} if cursor else {})}
        params = read_params({name: [value] for name, value in asked.items()}, now=NOW)
        found = leakage(params, people.operator, Only(kind="stalled", still_open=True), by_value=True)
        return [flag["lead"] for flag in found["flags"]], found["next"]

    first, following = listed_from(None)
    assert (first, following is None) == (expected[:3], False)
    assert listed_from(following) == (expected[3:], None)


def a_leaking_deal(name: str, amount: str) -> Lead:
    lead = a_reachable(name, ("mql", 1))
    a_deal(lead, amount=amount, opened_at=day(2))
    return lead


def test_a_partner_sees_what_their_team_holds_or_is_offered_and_nothing_else(people: Cast, rule: Version) -> None:
    held, ours, theirs, sales, decided, waiting = (
        a_reachable(name, ("mql", 1)) for name in ("held", "ours", "theirs", "sales", "decided", "waiting")
    )
    record_values([NewValue(held.pk, "team", TIME_ZERO, ref=people.partners.pk)], recorded_at=NOW)
    offered(held, day(2), rule=rule, to=people.partners, contact_by=day(4), state="accepted", decided_at=day(3))
    offered(ours, day(2), rule=rule, to=people.partners, accept_by=day(3))
    offered(theirs, day(2), rule=rule, to=people.other_partners, accept_by=day(3))
    offered(sales, day(2), rule=rule, accept_by=day(3))
    offered(decided, day(2), rule=rule, to=people.partners, accept_by=day(3), state="expired", decided_at=day(4))
    needed(waiting, day(2), rule=rule)
    partner = signed_in(people.partner)
    assert shown(partner, kind="unaccepted") == listed(partner, kind="unaccepted") == {ours.pk}
    assert shown(partner, kind="uncontacted") == listed(partner, kind="uncontacted") == {held.pk}
    assert shown(partner, kind="unrouted") == listed(partner, kind="unrouted") == set()
    assert shown(partner) == listed(partner) == {held.pk, ours.pk}
    document = reported(partner)
    assert {flag["lead"] for flag in document["flags"]} == {held.pk, ours.pk}
    assert document["open_by_kind"]["unaccepted"] == document["open_by_kind"]["uncontacted"] == 1
    assert "waiting" not in read(partner, state="all")
    everything = signed_in(people.operator)
    assert shown(everything, kind="unaccepted") == {ours.pk, theirs.pk, sales.pk, decided.pk}
    assert shown(signed_in(people.outsider)) == set()


def test_an_offer_that_went_elsewhere_is_no_longer_seen_by_the_partner_it_left(people: Cast, rule: Version) -> None:
    lead = a_reachable("passed", ("mql", 1))
    first = offered(lead, day(2), rule=rule, to=people.partners, accept_by=day(3), state="withdrawn", decided_at=day(4))
    offered(lead, day(4), rule=rule, to=people.other_partners, accept_by=day(5), replaces=first, from_side="partner")
    assert shown(signed_in(people.partner), state="all") == set()
    assert shown(signed_in(people.other_partner), kind="unaccepted") == {lead.pk}

"""Each leak on the leakage page and on a lead's page has a button that leads to where it is closed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from kpis.leaks.kinds import KINDS
from kpis.pages.leak_acts import ACTS
from kpis.recompute import recompute_touched
from leads.models import Lead
from tests.clocks import present_is
from tests.kpis.leaks.handing import a_rule, needed, offered
from tests.world import NOW, Cast, a_lead, cast, day, moved

BUTTON = re.compile(r'<td><a class="btn btn-small" href="([^"]*)">(.*?)</a></td>')
pytestmark = pytest.mark.django_db


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch) -> Cast:
    present_is(NOW, monkeypatch)
    return cast()


def an_mql(name: str) -> Lead:
    lead = a_lead(name)
    moved(lead, ("mql", 1))
    return lead


def buttons(user: Any, kind: str) -> list[tuple[str, str]]:
    """(address, words) of the buttons beside the leaks of a kind."""
    recompute_touched(now=NOW)
    client = Client()
    client.force_login(user)
    page = client.get("/leakage/", {"kind": kind}).content.decode()
    return [(address, re.sub(r"<[^>]*>", "", words)) for address, words in BUTTON.findall(page)]


def test_every_kind_has_its_button() -> None:
    assert set(ACTS) == {kind.key for kind in KINDS}


def test_who_waits_for_a_receiver_is_offered_from_its_page(people: Cast) -> None:
    lead = an_mql("1")
    needed(lead, day(2))
    assert buttons(people.marketer, "unrouted") == [(f"/leads/{lead.pk}/#hand-over", f"Offer it to …: {lead.name}")]


def test_an_offer_nobody_decided_is_decided_or_passed_on_and_an_expired_one_offered_anew(people: Cast) -> None:
    lead = an_mql("1")
    open_one = offered(lead, day(2), rule=a_rule(), accept_by=day(3))
    assert [address for address, _words in buttons(people.sales_lead, "unaccepted")] == [f"/handoffs/{open_one.pk}/"]
    other = an_mql("2")
    offered(other, day(2), accept_by=day(3), state="expired", decided_at=day(4))
    assert f"/leads/{other.pk}/#hand-over" in [address for address, _words in buttons(people.marketer, "unaccepted")]


def test_an_accepted_lead_is_called_from_its_handoff(people: Cast) -> None:
    accepted = offered(an_mql("1"), day(2), contact_by=day(3), state="accepted", decided_at=day(2.5))
    [(address, words)] = buttons(people.salesperson, "uncontacted")
    assert address == f"/handoffs/{accepted.pk}/"
    assert words.startswith("Log a contact")


def test_a_reason_is_given_where_it_is_missing(people: Cast) -> None:
    turned_down = offered(an_mql("1"), day(2), state="rejected", decided_at=day(2.5))
    lost = an_mql("2")
    moved(lost, ("lost", 5))
    found = [address for address, _words in buttons(people.salesperson, "unexplained")]
    assert found == [f"/handoffs/{turned_down.pk}/", f"/leads/{lost.pk}/#why-now"]


def test_who_only_reads_gets_no_buttons_and_a_partner_none_of_what_others_were_offered(people: Cast) -> None:
    lead = an_mql("1")
    offered(lead, day(2), accept_by=day(3), to=people.partners)
    assert buttons(people.manager, "unaccepted") == []
    assert len(buttons(people.partner, "unaccepted")) == 1
    assert buttons(people.other_partner, "unaccepted") == []

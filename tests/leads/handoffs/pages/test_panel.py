"""What does a lead's page tell of handoffs, and how is a lead handed over by hand?"""

from __future__ import annotations

from leads.handoffs.models import Handoff, State
from tests.leads.handoffs.handing import an_mql
from tests.leads.handoffs.pages.conftest import Browse
from tests.leads.handoffs.pages.scene import Scene
from tests.leads.pages.reading import text_of
from tests.world import Cast


def test_the_present_offer_stands_there_with_its_clock(cast: Cast, morning: Scene, browse: Browse) -> None:
    text = text_of(browse(cast.marketer).get(f"/leads/{morning.of('Rita Running').lead_id}/"))
    assert "Marketer → Salesperson, Sales" in text
    assert "3 h left to accept" in text
    assert "Hand over" not in text


def test_what_came_back_stands_there_with_its_reason(cast: Cast, morning: Scene, browse: Browse) -> None:
    text = text_of(browse(cast.marketer).get(f"/leads/{morning.of('Theo Turned-Down').lead_id}/"))
    assert "Turned down Not now. “Budget only in spring”" in text
    assert "Qualified as Recycled" not in text


def test_a_lead_is_handed_over_by_hand(cast: Cast, morning: Scene, browse: Browse) -> None:
    lead, client = an_mql("vera", owner=cast.marketer), browse(cast.marketer)
    form = client.get(f"/leads/{lead.pk}/").content.decode()
    assert "Whoever is next by the rule" in form
    assert f'<option value="person-{cast.salesperson.pk}">Salesperson</option>' in form
    asked = {"rule": "mql-to-sal", "to": f"person-{cast.salesperson.pk}"}
    text = text_of(client.post(f"/leads/{lead.pk}/hand-over/", asked, follow=True))
    assert "vera@example.com is offered to Salesperson." in text
    made = Handoff.objects.get(lead=lead)
    assert (made.state, made.to_user, made.offered_by) == (State.OFFERED, cast.salesperson, cast.marketer)
    again = text_of(client.post(f"/leads/{lead.pk}/hand-over/", asked, follow=True))
    assert "on offer to Salesperson already" in again


def test_the_rule_finds_somebody_where_nobody_is_named(cast: Cast, morning: Scene, browse: Browse) -> None:
    lead = an_mql("vera", owner=cast.marketer)
    browse(cast.marketer).post(f"/leads/{lead.pk}/hand-over/", {"rule": "mql-to-sal", "to": "rule"})
    assert Handoff.objects.get(lead=lead).to_team == cast.sales


def test_strangers_hand_nothing_over(cast: Cast, morning: Scene, browse: Browse) -> None:
    lead = an_mql("vera", owner=cast.marketer)
    asked = {"rule": "mql-to-sal", "to": "rule"}
    assert browse(cast.partner).post(f"/leads/{lead.pk}/hand-over/", asked).status_code == 404
    assert browse(cast.manager).post(f"/leads/{lead.pk}/hand-over/", asked).status_code == 403
    browse(cast.salesperson).post(f"/leads/{lead.pk}/hand-over/", asked)
    assert not Handoff.objects.filter(lead=lead).exists()


def test_what_would_happen_is_told_for_now_and_then(cast: Cast, morning: Scene, browse: Browse) -> None:
    lead, client = an_mql("vera", owner=cast.marketer), browse(cast.marketer)
    text = text_of(client.get(f"/leads/{lead.pk}/routing/"))
    assert "MQL to sales, version 1" in text
    assert "To anybody of Sales; to accept by 1 Dec 2024, 16:00" in text
    assert "Answered for 1 Feb 2024, 09:00" in text_of(client.get(f"/leads/{lead.pk}/routing/?at=2024-02-01T09:00"))
    assert "cannot be told before" in text_of(client.get(f"/leads/{lead.pk}/routing/?at=2025-02-01T09:00"))
    assert browse(cast.partner).get(f"/leads/{lead.pk}/routing/").status_code == 404

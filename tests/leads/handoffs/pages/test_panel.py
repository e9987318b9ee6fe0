"""What does a lead's page tell of handoffs, and how is a lead handed over by hand?"""

from __future__ import annotations

import re

from leads.handoffs.models import Handoff, State
from tests.leads.handoffs.handing import agreed, an_mql
from tests.leads.handoffs.pages.conftest import Browse
from tests.leads.handoffs.pages.scene import AGREED, Scene
from tests.leads.pages.reading import text_of
from tests.world import Cast, moved


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


def chosen(page: str) -> str:
    """The rule that the form proposes."""
    found = re.search(
        r'<option value="([^"]*)"[^>]* selected>', page.partition('id="hand-over-rule"')[2].partition("</select>")[0]
    )
    return found.group(1) if found else ""


def test_the_rule_that_fits_is_proposed_and_one_that_does_not_comes_last(
    cast: Cast, morning: Scene, browse: Browse
) -> None:
    to = {"to": {"stage": "sal", "side": "partner"}, "routing": [{"strategy": "queue", "team": cast.partners.pk}]}
    agreed(cast, "a-partner", when=AGREED, order=1, title="To partners",
           criteria={"field": "lead.country", "op": "is", "value": "FR"}, **to)  # fmt: skip
    lead, client = an_mql("vera", owner=cast.marketer), browse(cast.marketer)
    page = client.get(f"/leads/{lead.pk}/").content.decode()
    assert chosen(page) == "mql-to-sal"
    assert page.index("MQL to sales</option>") < page.index("To partners (its criteria are not met)</option>")
    assert f'<optgroup label="Sales" data-side="sales"><option value="team-{cast.sales.pk}">' in page
    assert f'<optgroup label="Partners" data-side="partner"><option value="team-{cast.partners.pk}">' in page


def test_what_came_back_is_offered_again_by_its_own_rule_else_somebody_chooses(
    cast: Cast, morning: Scene, browse: Browse
) -> None:
    agreed(
        cast,
        "first",
        when=AGREED,
        order=1,
        title="First",
        criteria={"field": "lead.country", "op": "is", "value": "FR"},
    )
    client = browse(cast.marketer)
    back = client.get(f"/leads/{morning.of('Theo Turned-Down').lead_id}/").content.decode()
    assert chosen(back) == "mql-to-sal"
    lead = an_mql("vera", owner=cast.marketer)
    moved(lead, ("recycled", 1))
    page = client.get(f"/leads/{lead.pk}/").content.decode()
    assert (chosen(page), '<option value="">Choose…</option>' in page) == ("", True)


def test_who_may_decide_accepts_on_the_leads_page(cast: Cast, morning: Scene, browse: Browse) -> None:
    handoff = morning.of("Rita Running")
    accept = f'action="/handoffs/{handoff.pk}/accept/"'
    assert accept not in browse(cast.marketer).get(f"/leads/{handoff.lead_id}/").content.decode()
    client = browse(cast.salesperson)
    assert accept in client.get(f"/leads/{handoff.lead_id}/").content.decode()
    client.post(f"/handoffs/{handoff.pk}/accept/", {"from": "lead"})
    handoff.refresh_from_db()
    assert handoff.state == State.ACCEPTED


def test_the_way_to_the_form_opens_it(cast: Cast, morning: Scene, browse: Browse) -> None:
    page = browse(cast.marketer).get(f"/leads/{morning.of('Theo Turned-Down').lead_id}/").content.decode()
    fold = page[page.index("Hand over</summary>") :]
    assert 'id="hand-over"' in fold[: fold.index("</details>")]
    assert page.count('id="hand-over"') == 1


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


def test_of_a_lead_on_offer_every_rule_says_what_it_would(cast: Cast, morning: Scene, browse: Browse) -> None:
    text = text_of(browse(cast.marketer).get(f"/leads/{morning.of('Rita Running').lead_id}/routing/"))
    assert "This lead is on offer already; it is offered to one at a time." in text
    assert "MQL to sales, version 1 : It meets" in text


def test_what_would_happen_is_told_for_now_and_then(cast: Cast, morning: Scene, browse: Browse) -> None:
    lead, client = an_mql("vera", owner=cast.marketer), browse(cast.marketer)
    text = text_of(client.get(f"/leads/{lead.pk}/routing/"))
    assert "MQL to sales, version 1" in text
    assert "To anybody of Sales; to accept by 1 Dec 2024, 16:00" in text
    assert "Answered for 1 Feb 2024, 09:00" in text_of(client.get(f"/leads/{lead.pk}/routing/?at=2024-02-01T09:00"))
    assert "cannot be told before" in text_of(client.get(f"/leads/{lead.pk}/routing/?at=2025-02-01T09:00"))
    assert browse(cast.partner).get(f"/leads/{lead.pk}/routing/").status_code == 404

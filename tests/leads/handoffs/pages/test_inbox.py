"""What does the inbox show, and what does each key of it do?"""

from __future__ import annotations

import re

import pytest
from django.test import Client

from leads.activities.models import Activity
from leads.handoffs.models import Handoff, Hold, State
from tests.leads.handoffs.handing import colleague
from tests.leads.handoffs.pages.conftest import Browse
from tests.leads.handoffs.pages.scene import Scene
from tests.leads.pages.reading import text_of, undo_of
from tests.world import Cast


def do(client: Client, handoff: Handoff, step: str, **fields: str) -> str:
    """A form of the inbox is sent; the page that comes then, as text."""
    answer = client.post(f"/handoffs/{handoff.pk}/{step}/", {"from": "inbox-mine", **fields}, follow=True)
    assert answer.status_code == 200
    assert answer.redirect_chain[-1][0] == "/inbox/"
    return text_of(answer)


def stands(handoff: Handoff) -> tuple[str, str]:
    """Its state, and the stage of its lead."""
    found = Handoff.objects.select_related("lead").get(pk=handoff.pk)
    return found.state, found.lead.stage_id or ""


def test_it_tells_each_clock_by_word_and_where_the_lead_comes_from(cast: Cast, morning: Scene, browse: Browse) -> None:
    text = text_of(browse(cast.salesperson).get("/inbox/"))
    for said in ("4 to decide, 1 to contact", "Late by 2 h", "At risk: 30 min left", "2 h left", "Anybody of Sales",
                 "From Marketer . Came by webinar.", "Page view https://www.test.example/pricing"):  # fmt: skip
        assert said in text, said
    order = [
        text.index(name)
        for name in ("Bruno Breached", "Amir At-Risk", "Quentin Queue", "Rita Running", "Connie Contact")
    ]
    assert order == sorted(order)
    assert "Theo Turned-Down" not in text


def test_a_number_and_an_address_can_be_tapped(cast: Cast, morning: Scene, browse: Browse) -> None:
    page = browse(cast.salesperson).get("/inbox/").content.decode()
    assert 'href="tel:+493012345678"' in page
    assert 'href="mailto:rita@rita.example"' in page


def test_accepting_makes_it_mine_and_says_by_when_to_call(cast: Cast, morning: Scene, browse: Browse) -> None:
    text = do(browse(cast.salesperson), morning.of("Rita Running"), "accept")
    assert "Rita Running is yours. Call or write within 7 h." in text
    assert stands(morning.of("Rita Running")) == (State.ACCEPTED, "sal")


def test_the_second_of_two_is_told_by_whom_it_was_taken(cast: Cast, morning: Scene, browse: Browse) -> None:
    otto = colleague("Otto", cast.sales)
    first, second = browse(cast.salesperson), browse(otto)
    assert "Quentin Queue" in text_of(second.get("/inbox/"))
    do(first, morning.of("Quentin Queue"), "accept")
    text = do(second, morning.of("Quentin Queue"), "accept")
    assert "Salesperson" in text
    assert "Quentin Queue" not in text.replace("Quentin Queue is", "")
    assert Handoff.objects.get(pk=morning.of("Quentin Queue").pk).decided_by == cast.salesperson


@pytest.mark.parametrize(
    ("fields", "said", "state"),
    [
        ({"reason": "not-now"}, "Rita Running is turned down", State.REJECTED),
        ({"reason": "no-fit", "note": "A school"}, "Rita Running is turned down", State.REJECTED),
        ({"reason": "whim"}, "Choose one of the agreed reasons", State.OFFERED),
        ({}, "Why: This field is required.", State.OFFERED),
    ],
)
def test_turning_down_needs_an_agreed_reason(
    cast: Cast, morning: Scene, browse: Browse, fields: dict[str, str], said: str, state: State
) -> None:
    text = do(browse(cast.salesperson), morning.of("Rita Running"), "reject", **fields)
    assert said in text
    assert stands(morning.of("Rita Running"))[0] == state


def test_a_call_in_one_line_takes_it_off_the_list(cast: Cast, morning: Scene, browse: Browse) -> None:
    text = do(browse(cast.salesperson), morning.of("Connie Contact"), "contacted", kind="call", outcome="Reached")
    assert "Connie Contact: called. Logged." in text
    assert "To contact" not in text
    logged = Activity.objects.get(lead=morning.of("Connie Contact").lead, kind="call")
    assert (logged.outcome, logged.actor, logged.typed_in) == ("Reached", cast.salesperson, True)


def test_a_wait_stops_the_clock_and_can_be_undone(cast: Cast, morning: Scene, browse: Browse) -> None:
    client, handoff = browse(cast.salesperson), morning.of("Rita Running")
    page = client.post(f"/handoffs/{handoff.pk}/hold/", {"from": "inbox-mine", "reason": "customer"}, follow=True)
    text = text_of(page)
    assert "3 to decide, 1 to contact, 1 waiting" in text
    assert "Waiting: Waiting for the customer" in text
    assert "Stands still" in text
    assert "The clocks of Rita Running go on." in text_of(client.post(undo_of(page), follow=True))
    assert not Hold.objects.filter(ended_at=None).exists()


def test_a_wait_no_longer_than_agreed(cast: Cast, morning: Scene, browse: Browse) -> None:
    text = do(browse(cast.salesperson), morning.of("Rita Running"), "hold", reason="stock", until="2024-12-02T12:00")
    assert "holds for 6 hours at most" in text


def test_passing_on_offers_it_to_the_other(cast: Cast, morning: Scene, browse: Browse) -> None:
    otto = colleague("Otto", cast.sales)
    client, handoff = browse(cast.salesperson), morning.of("Rita Running")
    form = client.get(f"/handoffs/{handoff.pk}/pass-on/", headers={"HX-Request": "true"}).content.decode()
    assert f'<option value="person-{otto.pk}">Otto</option>' in form
    assert f"person-{cast.salesperson.pk}" not in form
    assert "Rita Running is passed on." in do(client, handoff, "reassign", to=f"person-{otto.pk}")
    assert "Rita Running" in text_of(browse(otto).get("/inbox/"))


def test_giving_back_tells_the_other_side_why(cast: Cast, morning: Scene, browse: Browse) -> None:
    text = do(browse(cast.salesperson), morning.of("Connie Contact"), "return", reason="not-now", note="Next year")
    assert "Connie Contact is given back" in text
    assert stands(morning.of("Connie Contact")) == (State.ACCEPTED, "recycled")
    told = text_of(browse(cast.marketer).get(f"/handoffs/{morning.of('Connie Contact').pk}/"))
    assert "Not now, so back to marketing. “Next year”" in told


def test_strangers_find_no_handoff_and_nothing_to_do_with_it(cast: Cast, morning: Scene, browse: Browse) -> None:
    handoff = morning.of("Rita Running")
    for stranger in (cast.partner, cast.outsider):
        assert browse(stranger).get(f"/handoffs/{handoff.pk}/").status_code == 404
        assert browse(stranger).get(f"/handoffs/{handoff.pk}/why/").status_code == 404
    assert browse(cast.partner).post(f"/handoffs/{handoff.pk}/accept/").status_code == 404
    assert browse(cast.manager).post(f"/handoffs/{handoff.pk}/accept/").status_code == 403
    assert "This is for Salesperson" in text_of(
        browse(cast.marketer).post(f"/handoffs/{handoff.pk}/accept/", follow=True)
    )
    assert stands(handoff)[0] == State.OFFERED


def test_nobody_has_an_empty_page_without_a_word(cast: Cast, browse: Browse, morning: Scene) -> None:
    for user in (cast.partner, cast.outsider):
        assert "Nothing" in text_of(browse(user).get("/inbox/"))
    assert "Everybody’s" not in text_of(browse(cast.salesperson).get("/inbox/"))
    assert "For Salesperson" in text_of(browse(cast.operator).get("/inbox/"))


def test_why_it_qualified_is_told_on_demand(cast: Cast, morning: Scene, browse: Browse) -> None:
    told = browse(cast.salesperson).get(
        f"/handoffs/{morning.of('Rita Running').pk}/why/", headers={"HX-Request": "true"}
    )
    assert "By the rule “MQL to sales”, version 1" in text_of(told)
    assert "<html" not in told.content.decode()


def test_a_reason_that_asks_for_a_sentence_keeps_the_form_and_the_choice(
    cast: Cast, morning: Scene, browse: Browse
) -> None:
    handoff, client = morning.of("Rita Running"), browse(cast.salesperson)
    for came_from in ("inbox-mine", "handoff"):
        said = {"from": came_from, "reason": "no-fit", "note": ""}
        page = client.post(f"/handoffs/{handoff.pk}/reject/", said, follow=True).content.decode()
        form = page[page.index(f'action="/handoffs/{handoff.pk}/reject/"') :]
        form = form[: form.index("</form>")]
        assert '<option value="no-fit" data-asks selected>' in form
        assert 'aria-invalid="true"' in form
        assert "This reason asks for a sentence" in form
        assert page.count("This reason asks for a sentence") == 1
        assert re.search(rf'<details name="act-{handoff.pk}" open><summary[^>]*data-card-key="r"', page)
    handoff.refresh_from_db()
    assert handoff.state == State.OFFERED


def test_an_overdue_offer_is_not_put_off(cast: Cast, morning: Scene, browse: Browse) -> None:
    page = browse(cast.salesperson).get("/inbox/").content.decode()
    assert f"/handoffs/{morning.of('Rita Running').pk}/hold/" in page
    assert f"/handoffs/{morning.of('Bruno Breached').pk}/hold/" not in page

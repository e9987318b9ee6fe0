"""A salesperson decides with one key, on a desk and on a phone; clocks run; two people at one offer; all without scripts too."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from alignment.people.models import User
from leads.handoffs.models import Handoff, Hold, State
from tests.browser.conftest import Open
from tests.browser.test_pages_are_well_made import SIZES, look
from tests.leads.handoffs.handing import colleague
from tests.leads.handoffs.pages.scene import Scene, a_morning
from tests.world import NOW, Cast


@pytest.fixture
def morning(people: Cast) -> Scene:
    return a_morning(people)


def state_of(scene: Scene, name: str) -> str:
    return Handoff.objects.get(pk=scene.of(name).pk).state


def test_keys_decide_and_the_next_one_comes_under_the_hand(
    people: Cast, morning: Scene, opened: Open, mishaps: list[str]
) -> None:
    page = opened(people.salesperson)
    page.goto("/inbox/")
    page.keyboard.press("j")
    expect(page.get_by_role("article", name="Bruno Breached")).to_be_focused()
    page.keyboard.press("j")
    expect(page.get_by_role("article", name="Amir At-Risk")).to_be_focused()
    page.keyboard.press("a")
    expect(page.get_by_text("Amir At-Risk is yours.")).to_be_visible()
    expect(page.get_by_role("article", name="Quentin Queue")).to_be_focused()
    page.keyboard.press("c")
    page.keyboard.type("a jack called back")
    expect(page.locator("input:focus")).to_have_value("a jack called back")
    page.keyboard.press("Escape")
    page.keyboard.press("k")
    expect(page.get_by_role("article", name="Bruno Breached")).to_be_focused()
    page.keyboard.press("r")
    page.keyboard.press("n")
    page.get_by_role("article", name="Bruno Breached").get_by_role("button", name="Turn it down").click()
    expect(page.get_by_text("Bruno Breached is turned down")).to_be_visible()
    expect(page.get_by_role("article", name="Quentin Queue")).to_be_focused()
    page.keyboard.press("g")
    page.keyboard.press("a")
    assert (state_of(morning, "Amir At-Risk"), state_of(morning, "Bruno Breached")) == (State.ACCEPTED, State.REJECTED)
    assert state_of(morning, "Quentin Queue") == State.OFFERED
    assert mishaps == []


def test_clocks_run_and_change_their_state_by_word_and_shape(people: Cast, morning: Scene, opened: Open) -> None:
    page = opened(people.salesperson)
    page.clock.install(time=NOW)
    page.goto("/inbox/")
    clock = page.get_by_role("article", name="Quentin Queue").get_by_role("timer")
    expect(clock).to_have_text("2 h left")
    page.clock.pause_at(NOW + timedelta(seconds=59))
    for minutes, said, state in ((45, r"1 h 14 min left", "running"), (30, r"At risk: 44 min left", "at_risk"),
                                 (43, r"At risk: 1 min \d+ s left", "at_risk"), (6, r"Late by 4 min \d+ s", "breached")):  # fmt: skip
        page.clock.run_for(minutes * 60_000)
        expect(clock).to_have_text(re.compile(f"^{said}$"))
        expect(clock).to_have_attribute("data-state", state)
        expect(clock.locator(".shape:visible")).to_have_count(1)


def test_the_clock_of_the_server_counts(people: Cast, morning: Scene, opened: Open) -> None:
    page = opened(people.salesperson)
    ahead = NOW + timedelta(days=2_345)
    page.clock.install(time=ahead)
    page.goto("/inbox/")
    clock = page.get_by_role("article", name="Quentin Queue").get_by_role("timer")
    page.clock.run_for(5 * 60_000)
    expect(clock).to_have_text(re.compile(r"^1 h 5[2-5] min left$"))


def test_on_a_phone_a_wait_is_begun_and_taken_back(
    people: Cast, morning: Scene, opened: Open, mishaps: list[str]
) -> None:
    page = opened(people.salesperson, width=360, dark=True, has_touch=True, is_mobile=True)
    page.goto("/inbox/")
    rita = page.get_by_role("article", name="Rita Running")
    expect(rita.get_by_role("link", name="Call")).to_have_attribute("href", "tel:+493012345678")
    rita.get_by_text("Why it qualified").tap()
    expect(rita).to_contain_text("has a usable e-mail address")
    rita.get_by_text("Wait", exact=False).first.tap()
    rita.get_by_role("button", name="Stop the clocks").tap()
    expect(page.get_by_text("Rita Running waits; the clocks stand still.")).to_be_visible()
    expect(page.get_by_role("region", name="Waiting")).to_contain_text("Stands still")
    page.get_by_role("button", name="Undo").tap()
    expect(page.get_by_text("The clocks of Rita Running go on.")).to_be_visible()
    assert not Hold.objects.filter(ended_at=None).exists()
    assert mishaps == []


def test_of_two_at_one_offer_the_second_is_told_by_whom(
    people: Cast, morning: Scene, opened: Open, mishaps: list[str]
) -> None:
    otto = colleague("Otto", people.sales)
    first, second = (waits_at(opened(who), "Quentin Queue") for who in (people.salesperson, otto))
    first.get_by_role("article", name="Quentin Queue").get_by_role("button", name="Accept").click()
    expect(first.get_by_text("Quentin Queue is yours.")).to_be_visible()
    second.get_by_role("article", name="Quentin Queue").get_by_role("button", name="Accept").click()
    expect(second.locator(".notice.error")).to_contain_text("Salesperson")
    expect(second.get_by_role("article", name="Quentin Queue")).to_have_count(0)
    assert mishaps == []


def waits_at(page: Page, name: str) -> Page:
    page.goto("/inbox/")
    expect(page.get_by_role("article", name=name)).to_be_visible()
    return page


def test_everything_is_done_without_scripts_too(people: Cast, morning: Scene, opened: Open) -> None:
    otto = colleague("Otto", people.sales)
    page = opened(people.salesperson, java_script_enabled=False)
    page.goto("/inbox/")
    amir = page.get_by_role("article", name="Amir At-Risk")
    amir.get_by_text("Pass on").click()
    amir.get_by_role("link", name="Choose who takes it over").click()
    page.get_by_label("To whom").select_option(label="Otto")
    page.get_by_role("button", name="Pass it on").click()
    expect(page.get_by_text("Amir At-Risk is passed on.")).to_be_visible()
    page.goto("/inbox/")
    page.get_by_role("article", name="Rita Running").get_by_role("button", name="Accept").click()
    expect(page.get_by_text("Rita Running is yours.")).to_be_visible()
    assert Handoff.objects.get(lead=morning.of("Amir At-Risk").lead, state=State.OFFERED).to_user == otto


def test_a_lost_signal_is_told_and_nothing_is_lost(people: Cast, morning: Scene, opened: Open) -> None:
    page = opened(people.salesperson, width=360)
    page.goto("/inbox/")
    rita = page.get_by_role("article", name="Rita Running")
    page.context.set_offline(True)
    rita.get_by_role("button", name="Accept").click()
    expect(rita.get_by_role("status")).to_contain_text("No signal: nothing was sent.")
    page.context.set_offline(False)
    rita.get_by_role("button", name="Accept").click()
    expect(page.get_by_text("Rita Running is yours.")).to_be_visible()


def test_the_pages_of_handoffs_are_well_made(people: Cast, morning: Scene, opened: Open, mishaps: list[str]) -> None:
    looks: list[tuple[User, str]] = [
        (people.salesperson, "/inbox/"), (people.sales_lead, "/inbox/?whose=team"), (people.partner, "/inbox/"),
        (people.salesperson, f"/handoffs/{morning.of('Connie Contact').pk}/"),
        (people.marketer, f"/handoffs/{morning.of('Theo Turned-Down').pk}/"),
        (people.salesperson, f"/handoffs/{morning.of('Rita Running').pk}/pass-on/"),
        (people.marketer, "/returned/"), (people.sales_lead, "/receivers/"),
        (people.marketer, f"/leads/{morning.of('Theo Turned-Down').lead_id}/"),
    ]  # fmt: skip
    for width, dark in SIZES:
        pages = {who.pk: opened(who, width=width, dark=dark) for who in {who.pk: who for who, _path in looks}.values()}
        for who, path in looks:
            mishaps += look(pages[who.pk], path)
    assert mishaps == []


def test_what_is_opened_stands_below_the_row_of_buttons(people: Cast, morning: Scene, opened: Open) -> None:
    page = opened(people.salesperson)
    page.goto("/inbox/")
    card = page.get_by_role("article", name="Rita Running")
    buttons = card.locator(".acts > form > button, .acts > details > summary")
    places = (
        "all => all.map(one => one.getBoundingClientRect().top - one.closest('article').getBoundingClientRect().top)"
    )
    before = buttons.evaluate_all(places)
    card.locator("summary", has_text="Turn down").click()
    form = card.locator("form[action$='/reject/']")
    expect(form).to_be_visible()
    assert buttons.evaluate_all(places) == before
    assert form.evaluate_all(places)[0] > max(before)


def test_passing_on_by_key_puts_the_choice_under_the_hand(people: Cast, morning: Scene, opened: Open) -> None:
    page = opened(people.salesperson)
    page.goto("/inbox/")
    page.keyboard.press("j")
    page.keyboard.press("p")
    expect(page.locator("select[name=to]:focus")).to_have_count(1)


def test_a_reason_that_asks_for_a_sentence_makes_the_field_required(people: Cast, morning: Scene, opened: Open) -> None:
    page = opened(people.salesperson)
    page.goto("/inbox/")
    card = page.get_by_role("article", name="Rita Running")
    card.locator("summary", has_text="Turn down").click()
    note = card.locator("form[action$='/reject/'] input[name=note]")
    card.get_by_label("Why", exact=True).select_option("no-fit")
    expect(note).to_have_attribute("required", "")
    card.get_by_role("button", name="Turn it down").click()
    assert state_of(morning, "Rita Running") == State.OFFERED
    card.get_by_label("Why", exact=True).select_option("not-now")
    expect(note).not_to_have_attribute("required", "")


def test_offering_again_opens_the_form(people: Cast, morning: Scene, opened: Open) -> None:
    page = opened(people.marketer)
    page.goto(f"/leads/{morning.of('Theo Turned-Down').lead_id}/#hand-over")
    expect(page.get_by_label("By which rule")).to_be_visible()


def test_on_a_phone_there_are_no_keys_and_everything_is_large_enough(
    people: Cast, morning: Scene, opened: Open
) -> None:
    page = opened(people.salesperson, width=360, has_touch=True, is_mobile=True)
    page.goto("/inbox/")
    expect(page.locator(".acts kbd:visible")).to_have_count(0)
    box = page.get_by_text("Why it qualified").first.bounding_box()
    assert box is not None
    assert box["height"] >= 40
    page.get_by_text("Why it qualified").first.click()
    tick = page.locator(".ticked").first
    expect(tick).to_be_visible()
    mark, said = tick.locator("svg").bounding_box(), tick.locator("span").first.bounding_box()
    assert mark is not None
    assert said is not None
    assert abs(mark["y"] - said["y"]) < 12

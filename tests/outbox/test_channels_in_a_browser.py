"""A team lead adds their team's channel on a phone, tests it, and sees when it fails."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from alignment.outbox.models import Channel
from tests.outbox.conftest import a_channel, browser_of
from tests.outbox.webhook import Chat
from tests.world import Cast

SLACK = "https://hooks.slack.com/services/T01234567/B01234567/abcdefghijklmnop"


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    """What the browser complains of, and requests to other hosts, fail the test."""
    context = chromium.new_context(reduced_motion="reduce", viewport={"width": 360, "height": 740})
    page, complaints = context.new_page(), list[str]()
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("request", lambda asked: complaints.append(asked.url) if "//localhost" not in asked.url else None)
    yield page
    context.close()
    assert complaints == []


def signed_in(page: Page, server: LiveServer, browser: Client) -> None:
    cookie = browser.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": server.url}])


def judge(page: Page) -> None:
    """Nothing that a screen reader stumbles over, and nothing wider than the phone."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_lead_adds_their_teams_channel_and_takes_it_away(
    people: Cast, phone: Page, live_server: LiveServer, chat: Chat
) -> None:
    signed_in(phone, live_server, browser_of(people.sales_lead))
    phone.goto(f"{live_server.url}/notices/")
    phone.get_by_role("link", name="Channels of chats").click()
    judge(phone)
    phone.get_by_role("link", name="Add a channel").first.click()
    judge(phone)
    phone.get_by_label("Name").fill("#sales")
    phone.get_by_label("Address of the webhook").fill(SLACK)
    phone.get_by_label("Handoffs").check()
    phone.get_by_role("button", name="Add the channel").click()
    phone.get_by_role("heading", name="#sales").wait_for()
    judge(phone)
    channel = Channel.objects.get()
    assert (channel.url, channel.team, channel.wants) == (SLACK, people.sales, ["handoffs"])
    assert phone.get_by_label("Address of the webhook").input_value() == ""
    phone.get_by_role("button", name="Take the channel away").click()
    phone.get_by_text("nothing is sent there any more").wait_for()
    assert not Channel.objects.exists()


def test_a_test_says_at_once_what_is_wrong(people: Cast, phone: Page, live_server: LiveServer, chat: Chat) -> None:
    a_channel(people, chat.json)
    chat.status = 404
    signed_in(phone, live_server, browser_of(people.operator))
    phone.goto(f"{live_server.url}/channels/")
    phone.get_by_role("button", name="Send a test to #handoffs").click()
    phone.get_by_text("The test did not arrive: 127.0.0.1 answered 404.").wait_for()
    judge(phone)

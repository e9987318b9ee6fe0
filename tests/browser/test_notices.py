"""The bell rings, and what it leads to is read: by hand and by keyboard, on a desk and on a phone."""

from __future__ import annotations

import re
from datetime import timedelta

from playwright.sync_api import expect

from alignment.outbox.posting import Message, Recipient, post
from alignment.people.models import User
from tests.browser.conftest import Open
from tests.browser.test_pages_are_well_made import SIZES, look
from tests.world import NOW, Cast

LONG = "Anunreasonablylongwordthatnobodywouldwritebutsomebodypastes" * 3


def tell(user: User, key: str, title: str, text: str = "Both sides are asked to sign.", path: str = "/leads/") -> None:
    post(Message(key, title, text, path), to=[Recipient(user.pk, None)], now=NOW - timedelta(hours=2))


def test_notices_are_well_made(people: Cast, opened: Open, mishaps: list[str]) -> None:
    tell(people.marketer, "plain", "The calendar is agreed", path="")
    tell(people.marketer, "long", LONG, f"{LONG}\n\n<script>alert(1)</script>")
    for number in range(60):
        tell(people.marketer, f"{number}", f"MQL v{number} is proposed")
    for width, dark in SIZES:
        page = opened(people.marketer, width=width, dark=dark)
        mishaps += look(page, "/notices/")
        page.get_by_role("link", name="Next").click()
        expect(page.get_by_role("heading", name=LONG[:40])).to_be_visible()
        mishaps += look(page, page.url)
    assert mishaps == []


def test_one_follows_the_bell_by_keyboard_and_reads(people: Cast, opened: Open, mishaps: list[str]) -> None:
    for number in range(3):
        tell(people.marketer, f"{number}", f"MQL v{number} is proposed")
    page = opened(people.marketer)
    page.goto("/leads/")
    expect(page.get_by_role("link", name="3 unread notices")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("b")
    expect(page.get_by_role("heading", name="Notices", level=1)).to_be_visible()
    page.get_by_role("link", name="MQL v1 is proposed").click()
    expect(page).to_have_url(re.compile(r"/leads/$"))
    page.get_by_role("link", name="2 unread notices").click()
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_text("2 notices are marked as read.")).to_be_visible()
    expect(page.get_by_role("link", name="Notices", exact=True)).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Mark as read: MQL v2 is proposed").click()
    expect(page.get_by_role("link", name="1 unread notice", exact=True)).to_be_visible()
    assert mishaps == []

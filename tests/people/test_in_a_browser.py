"""From an empty company to a colleague who signs in, as people do it: in a browser, with scripts and without."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.mail import EmailMessage
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from alignment.people.models import Organisation
from tests.people.test_invitations import NEW_PASSWORD, path_in

PASSWORD = "counting-engines-1843"


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def scripts(request: pytest.FixtureRequest) -> bool:
    """Whether the browser runs scripts."""
    return bool(request.param)


@pytest.fixture
def visitor(chromium: Browser, scripts: bool) -> Iterator[Page]:
    """A phone in São Paulo; complaints of the browser and requests to other hosts fail the test."""
    context = chromium.new_context(
        java_script_enabled=scripts,
        timezone_id="America/Sao_Paulo",
        reduced_motion="reduce",
        viewport={"width": 360, "height": 740},
    )
    page, complaints = context.new_page(), list[str]()
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("request", lambda asked: complaints.append(asked.url) if "//localhost" not in asked.url else None)
    yield page
    context.close()
    assert complaints == []


def test_the_first_visitor_sets_up_and_invites_a_colleague(
    visitor: Page, scripts: bool, live_server: LiveServer, mailoutbox: list[EmailMessage]
) -> None:
    visitor.goto(live_server.url + "/set-up/")
    judge(visitor, scripts)
    assert visitor.get_by_label("Time zone").input_value() == ("America/Sao_Paulo" if scripts else "UTC")
    visitor.get_by_label("Company name").fill("Acme")
    visitor.get_by_label("Time zone").fill("são paulo")
    visitor.get_by_label("Your name").fill("Ada Lovelace")
    visitor.get_by_label("Your e-mail address").fill("ada@acme.example")
    visitor.get_by_label("Password", exact=True).fill(PASSWORD)
    visitor.get_by_label("Password again").fill(PASSWORD)
    visitor.keyboard.press("Enter")
    visitor.get_by_role("heading", name="Acme is set up").wait_for()
    judge(visitor, scripts)
    assert Organisation.objects.get().timezone == "America/Sao_Paulo"

    visitor.get_by_role("link", name="Invite somebody").click()
    judge(visitor, scripts)
    visitor.get_by_label("E-mail address").fill("sam@acme.example")
    visitor.get_by_label("Name", exact=True).fill("Sam Seller")
    visitor.get_by_label("Team").select_option(label="Sales")
    visitor.get_by_role("button", name="Send the invitation").click()
    visitor.get_by_text("Sam Seller is invited.").wait_for()
    judge(visitor, scripts)

    for page in ("/people/company/", "/people/keys/", "/people/teams/new/", "/account/"):
        visitor.goto(live_server.url + page)
        judge(visitor, scripts)
    visitor.get_by_role("button", name="Sign out everywhere").click()
    visitor.get_by_text("You are signed out on every device.").wait_for()

    visitor.goto(live_server.url + path_in(str(mailoutbox[0].body)))
    visitor.get_by_label("New Password", exact=True).fill(NEW_PASSWORD)
    visitor.get_by_label("New Password (again)").fill(NEW_PASSWORD)
    visitor.get_by_role("button", name="Save the password").click()
    visitor.get_by_role("link", name="Sign in").click()
    visitor.locator("[name=login]").fill("sam@acme.example")
    visitor.locator("[name=password]").fill(NEW_PASSWORD)
    visitor.get_by_role("button", name="Sign in").click()
    visitor.goto(live_server.url + "/account/")
    visitor.get_by_text("sam@acme.example · Member · Sales").wait_for()


def judge(page: Page, scripts: bool) -> None:
    """Nothing sticks out at 360 px, and axe finds nothing serious or critical (it is a script itself)."""
    width = page.locator("html").bounding_box()
    assert width is not None
    assert width["width"] <= 360
    if scripts:
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        found = Axe().run(page).response["violations"]
        assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []

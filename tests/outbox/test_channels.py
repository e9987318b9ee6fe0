"""Channels on pages, over the API and in the console: whose they are to manage, and that nobody sees their addresses."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from alignment.outbox.models import Channel
from alignment.outbox.models import Chat as ChatRow
from tests.outbox.conftest import a_channel, browser_of, said
from tests.outbox.test_api import calling
from tests.outbox.webhook import TOKEN, Chat
from tests.world import NOW, Cast

SLACK = "https://hooks.slack.com/services/T01234567/B01234567/abcdefghijklmnop"
SECRET = "abcdefghijklmnop"


def words(html: str) -> str:
    return " ".join(unescape(re.sub("<[^>]+>", " ", html)).split())


def page(browser: Client, path: str = "/channels/") -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def given(**more: Any) -> dict[str, Any]:
    return {"name": "#sales", "url": SLACK, "team": "", "wants": ["handoffs"], "active": "on", **more}


def test_an_operator_adds_changes_and_takes_one_away(people: Cast) -> None:
    browser = browser_of(people.operator)
    assert "No channels yet" in page(browser)
    answer = browser.post("/channels/new/", given(wants=["agreements", "handoffs"]))
    channel = Channel.objects.get()
    assert answer["Location"] == f"/channels/{channel.pk}/"
    assert (channel.url, channel.team, channel.wants, channel.active) == (SLACK, None, ["handoffs", "agreements"], True)
    shown = words(page(browser))
    for part in ("#sales", "Slack (hooks.slack.com)", "Everybody", "Handoffs, Agreements", "On"):
        assert part in shown
    browser.post(f"/channels/{channel.pk}/", given(name="#other", url="", team=people.sales.pk, active=""))
    channel.refresh_from_db()
    assert (channel.name, channel.url, channel.team, channel.wants) == ("#other", SLACK, people.sales, ["handoffs"])
    assert not channel.active
    browser.post(f"/channels/{channel.pk}/remove/")
    assert not Channel.objects.exists()


def test_a_lead_manages_the_channels_of_their_team_only(people: Cast) -> None:
    everybody = a_channel(people, SLACK, "everybody")
    theirs = a_channel(people, SLACK, "theirs", team_id=people.marketing.pk)
    lead = browser_of(people.sales_lead)
    assert "No channels yet" in page(lead)
    for channel in (everybody, theirs):
        for path in (f"/channels/{channel.pk}/", f"/channels/{channel.pk}/test/", f"/channels/{channel.pk}/remove/"):
            assert lead.post(path, given(team=people.sales.pk)).status_code == 404
    for team in ("", people.marketing.pk):
        assert lead.post("/channels/new/", given(team=team)).status_code == 422
    assert lead.post("/channels/new/", given(team=people.sales.pk)).status_code == 302
    assert Channel.objects.get(team=people.sales).name == "#sales"
    assert "theirs" not in page(lead)


def test_nobody_else_comes_near(people: Cast) -> None:
    channel = a_channel(people, SLACK, team_id=people.sales.pk)
    for user in (people.marketer, people.salesperson, people.partner, people.manager, people.outsider):
        browser = browser_of(user)
        for path in ("/channels/", "/channels/new/", f"/channels/{channel.pk}/"):
            assert browser.get(path).status_code == 403
        assert browser.post(f"/channels/{channel.pk}/remove/").status_code == 403
        assert calling(user).get("/api/v1/channels").status_code == 403
        assert calling(user).post("/api/v1/channels", body(), format="json").status_code == 403
    assert Client().get("/channels/")["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"url": "slack://T/B/x"}, "This is no address of a webhook"),
        ({"url": "http://169.254.169.254/"}, "Nothing is sent to 169.254.169.254"),
        ({"url": ""}, "This field is required"),
        ({"name": " "}, "This field is required"),
        ({"wants": []}, "This field is required"),
        ({"wants": ["gossip"]}, "gossip"),
        ({"team": "99999"}, "99999"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(people: Cast, change: dict[str, Any], says: str) -> None:
    answer = browser_of(people.operator).post("/channels/new/", given(**change))
    assert answer.status_code == 422
    assert says in words(answer.content.decode())
    assert not Channel.objects.exists()


def test_who_manages_them_finds_them_beside_their_notices(people: Cast) -> None:
    ways = {user.name: 'href="/channels/"' in page(browser_of(user), "/notices/") for user in (
        people.operator, people.sales_lead, people.salesperson, people.manager,
    )}  # fmt: skip
    assert ways == {"Operator": True, "Sales Lead": True, "Salesperson": False, "Manager": False}


def test_two_channels_never_share_a_name(people: Cast) -> None:
    a_channel(people, SLACK, "#Sales")
    answer = browser_of(people.operator).post("/channels/new/", given())
    assert "There is a channel called “#sales” already" in words(answer.content.decode())


def test_a_test_says_whether_it_arrived(people: Cast, chat: Chat) -> None:
    channel = a_channel(people, chat.json)
    Channel.objects.update(failing_since=NOW, last_error="127.0.0.1 answered 404.")
    browser = browser_of(people.operator)
    assert "127.0.0.1 answered 404." in words(page(browser))
    answer = browser.post(f"/channels/{channel.pk}/test/", follow=True)
    assert "The test has arrived in #handoffs." in words(answer.content.decode())
    assert chat.taken[0].body["message"] == "Operator sent this test of the channel #handoffs."
    channel.refresh_from_db()
    assert channel.failing_since is None
    chat.status = 410
    answer = browser.post(f"/channels/{channel.pk}/test/", follow=True)
    assert "The test did not arrive: 127.0.0.1 answered 410." in words(answer.content.decode())


def body(**more: Any) -> dict[str, Any]:
    return {"name": "#sales", "url": SLACK, "wants": ["handoffs"], **more}


def test_over_the_api_too(people: Cast, chat: Chat) -> None:
    caller = calling(people.operator)
    made = caller.post("/api/v1/channels", body(team=people.sales.pk), format="json", HTTP_IDEMPOTENCY_KEY="k")
    again = caller.post("/api/v1/channels", body(team=people.sales.pk), format="json", HTTP_IDEMPOTENCY_KEY="k")
    channel = Channel.objects.get()
    assert (made.status_code, made["Location"], again.json()) == (
        201, f"http://testserver/api/v1/channels/{channel.pk}", made.json(),
    )  # fmt: skip
    shown = made.json()
    assert shown == {
        "id": channel.pk, "name": "#sales", "kind": "slack", "host": "hooks.slack.com", "team": people.sales.pk,
        "wants": ["handoffs"], "active": True, "failing_since": None, "last_error": "", "created_at": shown["created_at"],
        "version": 1,
    }  # fmt: skip
    path = f"/api/v1/channels/{channel.pk}"
    changed = caller.patch(path, {"url": chat.json, "active": False}, format="json", HTTP_IF_MATCH=made["ETag"])
    assert (changed.status_code, changed.json()["kind"], changed.json()["active"]) == (200, "json", False)
    assert caller.patch(path, {"active": True}, format="json", HTTP_IF_MATCH=made["ETag"]).status_code == 412
    assert caller.post(f"{path}/test").status_code == 200
    chat.status = 500
    refused = caller.post(f"{path}/test")
    assert (refused.status_code, refused.json()["code"]) == (422, "not_taken")
    assert [row["id"] for row in caller.get("/api/v1/channels?active=false").json()["results"]] == [channel.pk]
    assert caller.delete(path).status_code == 204
    assert caller.get(path).status_code == 404


def test_the_api_refuses_by_name(people: Cast) -> None:
    caller = calling(people.sales_lead)
    answer = caller.post("/api/v1/channels", body(url="x", wants=["gossip"], name=" "), format="json")
    assert answer.status_code == 400
    wrong = caller.post("/api/v1/channels", body(url="ftp://x", wants=["gossip"]), format="json").json()
    assert {(error["field"], error["code"]) for error in wrong["errors"]} == {
        ("team", "not_yours"), ("wants", "unknown_topic"), ("url", "unknown_address"),
    }  # fmt: skip
    other = a_channel(people, SLACK, team_id=people.marketing.pk)
    for call in (caller.get, caller.delete, lambda path: caller.patch(path, {"active": False}, format="json")):
        assert call(f"/api/v1/channels/{other.pk}").status_code == 404
    own = a_channel(people, SLACK, "own", team_id=people.sales.pk)
    moved = caller.patch(f"/api/v1/channels/{own.pk}", {"team": None}, format="json")
    assert (moved.status_code, moved.json()["code"]) == (403, "not_yours")


@pytest.mark.parametrize("look", ["pages", "api", "console"])
def test_nothing_shows_an_address_again(people: Cast, chat: Chat, look: str) -> None:
    slack, own = a_channel(people, SLACK, "slack"), a_channel(people, f"{chat.json}?sig={SECRET}", "own")
    said(people.salesperson)
    waiting = [row.pk for row in ChatRow.objects.all()]
    browser, caller = browser_of(people.operator), calling(people.operator)
    ways: dict[str, tuple[Callable[[str], Any], list[str]]] = {
        "pages": (browser.get, ["/channels/", *(f"/channels/{one.pk}/" for one in (slack, own))]),
        "api": (caller.get, ["/api/v1/channels", *(f"/api/v1/channels/{one.pk}" for one in (slack, own))]),
        "console": (
            browser.get,
            [
                "/admin/outbox/channel/",
                "/admin/outbox/chat/",
                *(f"/admin/outbox/chat/{pk}/change/" for pk in waiting),
                *(f"/admin/outbox/channel/{one.pk}/change/" for one in (slack, own)),
            ],
        ),
    }
    get, paths = ways[look]
    for path in paths:
        answer = get(path)
        assert answer.status_code == 200, path
        text = answer.content.decode()
        assert SECRET not in text, path
        assert TOKEN not in text, path

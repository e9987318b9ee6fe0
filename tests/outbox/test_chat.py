"""Chats are told what their people are told, once, however the far side, the workers and the clock behave; addresses stay secret."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import TestCase
from pytest_django import Settings

from alignment.outbox import channels, models
from alignment.outbox.channels import Wish
from alignment.outbox.chat.addresses import read
from alignment.outbox.chat.delivery import deliver
from alignment.outbox.chat.due import LEASE, MOST_TRIES
from alignment.outbox.chat.hosts import where_is
from alignment.outbox.models import Channel, Notice
from alignment.outbox.posting import Message
from alignment.refusals import Refused
from tests.outbox.conftest import a_channel, said
from tests.outbox.webhook import TOKEN, Chat
from tests.world import NOW, Cast

MINUTE = timedelta(minutes=1)


def deliver_at(moment: datetime, limit: int = 50) -> int:
    return deliver(now=lambda: moment, limit=limit)


def test_a_channel_is_told_what_for_whom_and_where(people: Cast, chat: Chat, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://alignment.example/"
    a_channel(people, f"{chat.json}?key=a b&method=GET".replace(" ", "%20"))
    said(people.salesperson, people.sales_lead)
    assert deliver_at(NOW) == 1
    assert deliver_at(NOW + LEASE) == 0
    [posted] = chat.taken
    assert posted.path == f"/in/{TOKEN}?key=a+b&method=GET"
    assert posted.body["title"] == "A lead is offered"
    assert posted.body["message"] == "Take it.\nFor Sales Lead, Salesperson.\nhttps://alignment.example/inbox/"
    assert posted.headers["idempotency-key"] == f"chat-{models.Chat.objects.get().pk}"
    sent = models.Chat.objects.get()
    assert (sent.sent_at, sent.lease_until, sent.attempts) == (NOW, None, 0)


def test_mattermost_is_told_its_own_way(people: Cast, chat: Chat) -> None:
    a_channel(people, chat.mattermost)
    said(people.salesperson)
    assert deliver_at(NOW) == 1
    [posted] = chat.taken
    assert posted.path == f"/hooks/{TOKEN}"
    assert "A lead is offered" in posted.body["text"]
    assert "For Salesperson." in posted.body["text"]


def test_each_channel_gets_what_it_wants_of_its_team(people: Cast, chat: Chat) -> None:
    sales = people.sales.pk
    wishes: dict[str, dict[str, Any]] = {
        "everybody": {}, "sales": {"team_id": sales}, "marketing": {"team_id": people.marketing.pk},
        "agreements": {"wants": ["agreements"]}, "off": {"active": False}, "both": {"wants": ["agreements", "handoffs"]},
    }  # fmt: skip
    for name, wished in wishes.items():
        a_channel(people, chat.json, name, **wished)
    said(people.salesperson, key="a")
    said(people.salesperson, people.marketer, key="b")
    said(people.outsider, key="c")
    said(people.salesperson, key="d", topic="")
    said(people.salesperson, key="a")
    found = models.Chat.objects.order_by("channel__name", "key").values_list("channel__name", "key", "users")
    everybody = [
        ("a", [people.salesperson.pk]),
        ("b", [people.marketer.pk, people.salesperson.pk]),
        ("c", [people.outsider.pk]),
    ]
    assert list(found) == [
        *(("both", *row) for row in everybody), *(("everybody", *row) for row in everybody),
        ("marketing", "b", [people.marketer.pk]), ("sales", "a", [people.salesperson.pk]), ("sales", "b", [people.salesperson.pk]),
    ]  # fmt: skip


def test_the_same_key_is_said_once_of_each_person(people: Cast, chat: Chat) -> None:
    a_channel(people, chat.json)
    said(people.salesperson)
    said(people.salesperson, people.marketer)
    said(people.marketer, people.salesperson)
    assert list(models.Chat.objects.order_by("pk").values_list("users", flat=True)) == [
        [people.salesperson.pk], [people.marketer.pk],
    ]  # fmt: skip


def test_what_is_rolled_back_is_never_said(people: Cast, chat: Chat) -> None:
    a_channel(people, chat.json)
    with transaction.atomic():
        said(people.salesperson)
        transaction.set_rollback(True)
    assert (models.Chat.objects.count(), deliver_at(NOW)) == (0, 0)


def test_delivery_is_asked_for_once_however_much_is_said(people: Cast, chat: Chat) -> None:
    a_channel(people, chat.json)
    with TestCase.captureOnCommitCallbacks() as asked:
        for key in "abc":
            said(people.salesperson, key=key)
    assert len(asked) == 2, "one for mail, one for chats"


def test_a_chat_that_refuses_is_tried_again_and_given_up_at_last_and_operators_are_told_once(
    people: Cast, chat: Chat
) -> None:
    channel = a_channel(people, chat.json)
    chat.status = 404
    said(people.salesperson)
    moment, waits = NOW, []
    for _ in range(MOST_TRIES - 1):
        deliver_at(moment)
        waits.append(models.Chat.objects.get().due_at - moment)
        moment += waits[-1]
    assert models.Chat.objects.get().given_up_at is None
    deliver_at(moment)
    first = models.Chat.objects.get()
    assert first.given_up_at == moment
    assert waits[:8] == [n * MINUTE for n in (1, 2, 4, 8, 16, 32, 60, 60)]
    assert (first.attempts, first.last_error) == (MOST_TRIES, "127.0.0.1 answered 404.")
    for key in "ab":
        said(people.salesperson, key=key, now=moment)
    while models.Chat.objects.filter(given_up_at=None).exists():
        deliver_at(moment)
        moment += 10 * MINUTE
    [told] = Notice.objects.filter(key__startswith="channel-fails:")
    assert (told.user, told.title) == (people.operator, "The channel #handoffs takes no messages")
    assert told.text.startswith("JSON (127.0.0.1) has not taken")
    channel.refresh_from_db()
    assert (channel.failing_since, channel.last_error) == (NOW, "127.0.0.1 answered 404.")
    chat.status = 200
    said(people.salesperson, key="later", now=moment)
    assert deliver_at(moment) == 1
    channel.refresh_from_db()
    assert (channel.failing_since, channel.last_error) == (None, "")


def test_a_chat_that_is_down_delays_only_its_own_channel(people: Cast, chat: Chat) -> None:
    closed = Chat()
    closed.open()
    closed.close()
    a_channel(people, closed.json, "down")
    a_channel(people, chat.json, "up")
    for key in "abc":
        said(people.salesperson, key=key)
    assert deliver_at(NOW) == 4
    assert len(chat.taken) == 3
    waiting = models.Chat.objects.filter(sent_at=None).order_by("pk").values_list("attempts", "due_at", "lease_until")
    assert list(waiting) == [(1, NOW + MINUTE, None), (0, NOW + MINUTE, None), (0, NOW + MINUTE, None)]
    assert "did not answer" in models.Chat.objects.filter(attempts=1).get().last_error


def test_no_redirection_is_followed(people: Cast, chat: Chat) -> None:
    elsewhere = Chat()
    elsewhere.open()
    chat.status, chat.location = 307, elsewhere.json
    a_channel(people, chat.json)
    said(people.salesperson)
    deliver_at(NOW)
    elsewhere.close()
    assert elsewhere.taken == []
    assert models.Chat.objects.get().last_error == "127.0.0.1 answered 307."


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_say_each_thing_once(people: Cast, chat: Chat) -> None:
    a_channel(people, chat.json)
    for number in range(24):
        said(people.salesperson, key=f"{number}", title=f"{number}")
    start = Barrier(4)

    def work() -> int:
        start.wait()
        try:
            return deliver_at(NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(work) for _ in range(4)]
    assert sum(one.result() for one in done) == 24
    assert sorted(map(int, chat.said)) == list(range(24))
    assert models.Chat.objects.filter(sent_at=NOW, lease_until=None).count() == 24


@pytest.mark.django_db(transaction=True)
def test_while_one_worker_sends_nobody_else_does_and_no_row_is_locked(people: Cast, chat: Chat) -> None:
    a_channel(people, chat.json)
    said(people.salesperson)
    seen: list[object] = []

    def look() -> None:
        with transaction.atomic():
            row = models.Chat.objects.select_for_update(nowait=True).get()
            seen.append(row.sent_at)
        seen.append(deliver_at(NOW + LEASE - MINUTE))
        connection.close()

    chat.at_taking = look
    assert deliver_at(NOW) == 1
    assert (seen, len(chat.taken)) == ([None, 0], 1)


class Killed(BaseException):
    """What ends a worker between the far side's taking a message and our noting it."""


def test_a_worker_killed_after_sending_says_the_same_again_under_the_same_key(people: Cast, chat: Chat) -> None:
    a_channel(people, chat.json)
    said(people.salesperson)
    moments = iter([NOW])

    def dies_at_noting() -> datetime:
        for moment in moments:
            return moment
        raise Killed

    with pytest.raises(Killed):
        deliver(now=dies_at_noting)
    assert len(chat.taken) == 1
    assert deliver_at(NOW + LEASE - MINUTE) == 0
    assert deliver_at(NOW + LEASE) == 1
    first, second = chat.taken
    assert (first.body, first.headers["idempotency-key"]) == (second.body, second.headers["idempotency-key"])


def test_a_channel_that_is_switched_off_gets_nothing_that_waited(people: Cast, chat: Chat) -> None:
    channel = a_channel(people, chat.json)
    said(people.salesperson)
    Channel.objects.update(active=False)
    assert deliver_at(NOW) == 1
    said_nothing = models.Chat.objects.get()
    assert (chat.taken, said_nothing.given_up_at, said_nothing.last_error) == ([], NOW, "The channel was switched off.")
    said(people.salesperson, key="b")
    assert models.Chat.objects.count() == 1
    assert not Notice.objects.filter(key__startswith="channel-fails").exists()
    channel.delete()
    assert not models.Chat.objects.exists()


def test_nobodys_words_call_a_whole_channel_or_hide_a_link(people: Cast, chat: Chat) -> None:
    a_channel(people, chat.json)
    said(
        people.salesperson, title="@everyone <!channel> @here", text="<https://evil.example|our site> a@channel.example"
    )
    deliver_at(NOW)
    body = chat.taken[0].body
    for text in (body["title"], body["message"]):
        assert not any(loud in text for loud in ("@everyone", "@here", "@channel", "<", ">"))


def test_the_address_is_in_no_log_and_no_error(
    people: Cast, chat: Chat, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    channel = a_channel(people, chat.mattermost)
    for status in (500, 404, 200):
        chat.status = status
        said(people.salesperson, key=f"{status}")
        deliver_at(NOW + LEASE)
    chat.status = 403
    with pytest.raises(Refused) as refusal:
        channels.send_test(channel, by=people.operator, now=NOW)
    chat.close()
    said(people.salesperson, key="closed", now=NOW + 9 * LEASE)
    deliver_at(NOW + 9 * LEASE)
    chat.open()
    errors = " ".join(models.Chat.objects.values_list("last_error", flat=True))
    assert "answered 404" in errors
    printed = capfd.readouterr()
    assert TOKEN not in caplog.text + printed.out + printed.err + errors + str(refusal.value)
    assert TOKEN not in f"{channel} {channel!r} {models.Chat.objects.all()!r}"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://hooks.slack.com/services/T01234567/B01234567/abcdefghijklmnop", "Slack (hooks.slack.com)"),
        ("https://discord.com/api/webhooks/1234567890/abc-DEF_g", "Discord (discord.com)"),
        ("https://prod-1.westeurope.logic.azure.com:443/workflows/ab12/triggers/manual/paths/invoke?api-version=1&sp=x&sv=1.0&sig=y",
         "Microsoft Teams (prod-1.westeurope.logic.azure.com)"),
        (f"https://chat.example:8443/team/hooks/{TOKEN}", "Mattermost (chat.example)"),
        ("https://example.com/in?token=a", "JSON (example.com)"),
        ("http://hooks.slack.com.evil.example/services/T0/B0/x", "JSON (hooks.slack.com.evil.example)"),
        ("slack://T01234567/B01234567/abc", None),
        ("json://127.0.0.1/", None),
        ("file:///etc/passwd", None),
        ("https://user:password@example.com/in", None),
        ("https://example.com/in#fragment", None),
        ("https://exa mple.com/in", None),
        ("https:///in", None),
        ("https://example.com:99999/", None),
        ("https://[::1/", None),
        ("javascript:alert(1)", None),
        ("", None),
        ("https://example.com/" + "x" * 2_000, None),
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_addresses_are_read_as_chats_hand_them_out(url: str, shown: str | None) -> None:
    address = read(url)
    assert (address.shown if address else None) == shown


@pytest.mark.parametrize(
    ("host", "where"),
    [
        ("127.0.0.1", "inside"), ("::1", "inside"), ("10.1.2.3", "inside"), ("192.168.0.1", "inside"), ("100.64.0.1", "inside"),
        ("::ffff:10.0.0.1", "inside"), ("169.254.169.254", "nowhere"), ("fe80::1", "nowhere"), ("0.0.0.0", "nowhere"),
        ("224.0.0.1", "nowhere"), ("::ffff:169.254.169.254", "nowhere"), ("8.8.8.8", "outside"), ("2001:4860:4860::8888", "outside"),
        ("no-such-host.invalid", "unknown"), ("a" * 300, "unknown"), ("2130706433", "inside"), ("0x7f.1", "inside"),
    ],
)  # fmt: skip
def test_where_a_host_lies(host: str, where: str) -> None:
    assert where_is(host, 80) == where


def wish(url: str, **more: object) -> Wish:
    return Wish(**{"name": "n", "url": url, "team_id": None, "wants": ["handoffs"], **more})  # type: ignore[arg-type]


def test_hosts_of_our_own_network_are_for_operators_to_name(people: Cast, chat: Chat) -> None:
    own = people.sales.pk
    with pytest.raises(Refused, match=r"127\.0\.0\.1 lies in our own network"):
        channels.add_channel(wish(chat.json, team_id=own), by=people.sales_lead, now=NOW)
    for by in (people.operator, people.sales_lead):
        with pytest.raises(Refused, match=r"Nothing is sent to 169\.254\.169\.254"):
            channels.add_channel(wish("http://169.254.169.254/latest", team_id=own), by=by, now=NOW)
    channel = channels.add_channel(wish(chat.json, team_id=own), by=people.operator, now=NOW)
    channels.change_channel(channel, wish("", team_id=own, name="other"), by=people.sales_lead, now=NOW)
    said(people.salesperson)
    assert (deliver_at(NOW), len(chat.taken)) == (1, 1)


def test_where_a_host_lies_is_asked_again_at_each_sending(people: Cast, chat: Chat) -> None:
    """A name that stood for somewhere else when it was saved is one of our own network now."""
    channels.add_channel(
        wish("https://no-such-host.invalid/in", team_id=people.sales.pk), by=people.sales_lead, now=NOW
    )
    said(people.salesperson)
    deliver_at(NOW)
    assert models.Chat.objects.get().last_error == "There is no host no-such-host.invalid."
    Channel.objects.update(url=chat.json)
    deliver_at(NOW + MINUTE)
    assert "lies in our own network" in models.Chat.objects.get().last_error
    assert chat.taken == []


def test_a_topic_that_nobody_knows_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="There is no topic 'gossip'; there are handoffs"):
        Message("k", "t", "x", topic="gossip")
    with pytest.raises(ValueError, match="group's name has up to 100"):
        Message("k", "t", "x", group="g" * 101)

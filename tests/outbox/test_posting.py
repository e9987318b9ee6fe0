"""Telling somebody: once a key, in the caller's transaction, whatever the words are and whether or not the broker is up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.db import transaction
from django.test import TestCase
from kombu.exceptions import OperationalError

from alignment.celery import app
from alignment.outbox.models import Mail, Notice
from alignment.outbox.posting import Message, Recipient, post
from alignment.outbox.tasks import deliver_mail
from tests.outbox.conftest import tell
from tests.world import NOW, Cast


def test_who_is_told_finds_a_notice_and_gets_a_mail(people: Cast) -> None:
    message = Message("proposal-7", "MQL v2 is proposed", "Sales is asked to sign.", "/agreements/7/")
    to = [Recipient(people.marketer.pk, "marketer@test.example"), Recipient(people.sales_lead.pk, None)]
    post(message, to=to, now=NOW)
    told = Notice.objects.values_list("user_id", "key", "title", "text", "path", "created_at", "read_at")
    words = ("proposal-7", "MQL v2 is proposed", "Sales is asked to sign.", "/agreements/7/", NOW)
    assert set(told) == {(people.marketer.pk, *words, None), (people.sales_lead.pk, *words, None)}
    mail = Mail.objects.get()
    assert (mail.user_id, mail.address, mail.key) == (people.marketer.pk, "marketer@test.example", "proposal-7")
    assert (mail.subject, mail.text, mail.path) == ("MQL v2 is proposed", "Sales is asked to sign.", "/agreements/7/")
    assert (mail.due_at, mail.sent_at, mail.attempts) == (NOW, None, 0)


def test_the_same_key_is_told_once_to_each_person(people: Cast) -> None:
    tell(people.marketer, "a")
    tell(people.marketer, "a", title="The same again")
    tell(people.marketer, "b")
    tell(people.salesperson, "a")
    assert sorted(Notice.objects.values_list("user__name", "key", "title")) == [
        ("Marketer", "a", "A title"),
        ("Marketer", "b", "A title"),
        ("Salesperson", "a", "A title"),
    ]
    assert Mail.objects.count() == 3


def test_one_may_be_told_in_the_product_only(people: Cast) -> None:
    post(Message("k", "t", "x"), to=[Recipient(people.marketer.pk, people.marketer.email)], now=NOW, by_mail=False)
    assert (Notice.objects.count(), Mail.objects.count()) == (1, 0)


def test_what_is_rolled_back_was_never_told(people: Cast) -> None:
    with transaction.atomic():
        tell(people.marketer)
        transaction.set_rollback(True)
    assert (Notice.objects.count(), Mail.objects.count()) == (0, 0)


def test_delivery_is_asked_for_once_however_much_is_told(people: Cast) -> None:
    with TestCase.captureOnCommitCallbacks() as asked:
        for key in "abc":
            tell(people.marketer, key)
    assert len(asked) == 1


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_loses_nothing_and_fails_nothing(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.conf, "broker_write_url", "redis+socket:///nowhere/valkey.sock")
    monkeypatch.setattr(app.amqp, "_producer_pool", None)
    waited: list[float] = []
    monkeypatch.setattr("kombu.utils.functional.sleep", waited.append)
    with pytest.raises(OperationalError):
        deliver_mail.delay()
    tell(people.marketer)
    assert sum(waited) == 0, "whoever clicks waits for a broker that is down"
    assert (Notice.objects.count(), Mail.objects.filter(sent_at=None).count()) == (1, 1)


def test_telling_many_takes_as_many_queries_as_telling_one(people: Cast) -> None:
    everybody = [Recipient(user.pk, user.email) for user in (people.marketer, people.salesperson, people.manager)]
    with TestCase().assertNumQueries(2):  # who works; notices and mails
        post(Message("k", "t", "x"), to=everybody, now=NOW)


@pytest.mark.parametrize(
    "path", ["//evil.example/", "https://evil.example/", "/\\evil.example", "leads/", "/a\nb", "/ x"]
)
def test_a_path_that_leaves_our_site_is_a_mistake(path: str) -> None:
    with pytest.raises(ValueError, match="path of our own site"):
        Message("k", "t", "x", path)


@pytest.mark.parametrize("key", ["", "k" * 201])
def test_a_key_that_cannot_be_kept_is_a_mistake(key: str) -> None:
    with pytest.raises(ValueError, match="key has 1 to 200 characters"):
        Message(key, "t", "x")


def test_any_words_can_be_told(people: Cast, real_data: Path) -> None:
    strings: list[str] = json.loads((real_data / "naughty-strings" / "blns.json").read_text())
    strings += ["a\r\nBcc: all@example.com", "a\x00b", "\ud800", "x" * 5000, "a\u2028b", ""]
    for number, text in enumerate(strings):
        tell(people.marketer, f"{number}", title=text, text=text)
    kept = {notice.key: notice for notice in Notice.objects.all()}
    assert len(kept) == len(strings) == Mail.objects.count()
    for number, text in enumerate(strings):
        notice = kept[f"{number}"]
        assert len(notice.title) <= 200
        assert not set(notice.title) & set("\r\n\x00\u2028\u2029")
        if text.isascii() and text.isprintable() and len(text) <= 200:
            assert (notice.title, notice.text) == (text.strip(), text.strip())

"""The cast, a browser of each, and a mail server that does what a test wants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from alignment.outbox.channels import Wish, add_channel
from alignment.outbox.models import Channel
from alignment.outbox.posting import Message, Recipient, post
from alignment.people.models import User
from tests.outbox.post_office import PostOffice
from tests.outbox.webhook import Chat
from tests.world import NOW, Cast, cast


@pytest.fixture
def people(db: None) -> Cast:
    cache.clear()
    return cast()


@pytest.fixture
def office(settings: Settings) -> Iterator[PostOffice]:
    """An open post office, which mail goes to."""
    here = PostOffice()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", here.open()
    yield here
    here.close()


def tell(user: User, key: str = "key", *, title: str = "A title", text: str = "A text.", path: str = "/leads/") -> None:
    """Tell one person, in the product and by mail."""
    post(Message(key, title, text, path), to=[Recipient(user.pk, user.email)], now=NOW)


def browser_of(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.fixture
def chat() -> Iterator[Chat]:
    """An open chat."""
    here = Chat()
    here.open()
    yield here
    here.close()


def a_channel(people: Cast, url: str, name: str = "#handoffs", **wish: Any) -> Channel:
    """A channel that an operator added: everybody's, for handoffs."""
    whole = {"team_id": None, "wants": ["handoffs"], **wish}
    return add_channel(Wish(name, url, **whole), by=people.operator, now=NOW)


def said(*users: User, key: str = "key", **more: Any) -> None:
    """Tell people something about handoffs."""
    fields = {"title": "A lead is offered", "text": "Take it.", "path": "/inbox/", "topic": "handoffs", **more}
    now = fields.pop("now", NOW)
    post(Message(key, **fields), to=[Recipient(user.pk, user.email) for user in users], now=now)

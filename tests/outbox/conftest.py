"""The cast, a browser of each, and a mail server that does what a test wants."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from alignment.outbox.posting import Message, Recipient, post
from alignment.people.models import User
from tests.outbox.post_office import PostOffice
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

"""The cast, their browsers and their API clients."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from django.test import Client
from rest_framework.test import APIClient

from alignment.people.api_keys import create_api_key
from alignment.people.models import User
from tests.world import Cast, cast

Browse = Callable[[User], Client]
Calling = Callable[..., APIClient]


@pytest.fixture
def people(db: None) -> Cast:
    """Everybody, and nobody else."""
    return cast()


@pytest.fixture
def browse() -> Browse:
    """A browser that somebody is signed in with."""

    def sign_in(user: User) -> Client:
        browser = Client()
        browser.force_login(user)
        return browser

    return sign_in


@pytest.fixture
def calling(db: None) -> Calling:
    """`calling(person)`: a client with a key of theirs that writes; `scope="read"` for one that only reads."""

    def client(person: User, scope: str = "write") -> APIClient:
        caller = APIClient()
        caller.credentials(HTTP_AUTHORIZATION=f"Bearer {create_api_key(person, scope=scope)}")
        return caller

    return client


@pytest.fixture(autouse=True)
def _nothing_counted() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()

"""Who calls the API in these tests, and how."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from alignment.people.api_keys import create_api_key
from alignment.people.models import User
from tests import world

Caller = Callable[..., APIClient]


@pytest.fixture
def cast(db: None) -> world.Cast:
    """Everybody, and nobody else."""
    return world.cast()


@pytest.fixture
def calling(db: None) -> Caller:
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

"""The cast, and a browser that an operator is signed in with."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client

from alignment.people.models import User
from tests.world import Cast, cast


@pytest.fixture
def people(db: None) -> Cast:
    cache.clear()
    return cast()


@pytest.fixture
def runs(people: Cast) -> Client:
    """The operator's browser."""
    return signed_in(people.operator)


def signed_in(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser

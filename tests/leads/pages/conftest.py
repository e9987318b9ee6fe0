"""The cast, and a browser for each of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client

from alignment.people.models import User
from tests.world import Cast, cast

Browse = Callable[[User], Client]


@pytest.fixture
def people(db: None) -> Cast:
    cache.clear()
    return cast()


@pytest.fixture
def browse() -> Browse:
    """A browser that somebody is signed in with."""

    def sign_in(user: User) -> Client:
        browser = Client()
        browser.force_login(user)
        return browser

    return sign_in

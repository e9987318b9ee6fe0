"""A morning at the company, and a browser for each of its people."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from alignment.people.models import User
from tests.clocks import present_is
from tests.leads.handoffs.pages.scene import Scene, a_morning
from tests.world import NOW, Cast

Browse = Callable[[User], Client]


@pytest.fixture
def morning(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Scene:
    present_is(NOW, monkeypatch)
    return a_morning(cast)


@pytest.fixture
def browse() -> Browse:
    """A browser that somebody is signed in with."""

    def sign_in(user: User) -> Client:
        browser = Client()
        browser.force_login(user)
        return browser

    return sign_in

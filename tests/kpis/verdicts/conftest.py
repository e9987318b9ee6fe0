"""The cast, and a browser's stand-in for each of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from alignment.people.models import User
from tests.world import Cast, cast


@pytest.fixture
def people(db: None) -> Cast:
    return cast()


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in

"""The cast, and a kind of agreement that only the tests know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from alignment.agreements.kinds import Kind
from tests import world
from tests.agreements import lunch


@pytest.fixture
def cast(db: None) -> world.Cast:
    """Everybody, and nobody else."""
    return world.cast()


@pytest.fixture(autouse=True)
def kind() -> Iterator[Kind[Any]]:
    """Lunch, while a test runs."""
    with lunch.registered() as kind:
        yield kind

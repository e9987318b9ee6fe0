"""The small company, at its own moment."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.clocks import present_is
from tests.company import company
from tests.conftest import Lasting
from tests.world import NOW, Cast


@pytest.fixture(scope="module")
def settled(lasting: Lasting) -> Iterator[Cast]:
    with lasting(), pytest.MonkeyPatch.context() as clock:
        present_is(NOW, clock)
        people = company()
        clock.undo()
        yield people


@pytest.fixture
def people(settled: Cast, db: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """The company's cast; pages show it as it is at NOW."""
    present_is(NOW, monkeypatch)
    return settled

"""The small company, at its own moment."""

from __future__ import annotations

import pytest

from tests.clocks import present_is
from tests.company import company
from tests.world import NOW, Cast


@pytest.fixture
def people(db: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """The company's cast; pages show it as it is at NOW."""
    present_is(NOW, monkeypatch)
    return company()

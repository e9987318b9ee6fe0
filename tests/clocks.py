"""What the product takes for the present: the clock starts at a chosen instant and runs on."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.conf import settings

from alignment import clock


def present_is(instant: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on it is `instant`."""
    monkeypatch.setattr(settings, "ALIGNMENT_NOW", instant)
    monkeypatch.setattr(clock, "_shift", instant - datetime.now(UTC))

"""What the product takes for the present: a chosen instant."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.conf import settings


def present_is(instant: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on it is `instant`."""
    monkeypatch.setattr(settings, "ALIGNMENT_NOW", instant)

"""KPIs in force, made through the usual doors."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from alignment.agreements.models import Version
from tests.kpis.agreeing import agreed
from tests.world import Cast

WON: dict[str, Any] = {
    "title": "Won deals",
    "metric": "won_deals",
    "grain": "month",
    "targets": [{"period": "2024-02", "value": "4"}],
    "side": "sales",
}
"""Four won deals in February 2024."""


def terms(**changes: Any) -> dict[str, Any]:
    """The same, but for what is said."""
    return {**WON, **changes}


def a_kpi(people: Cast, key: str = "won-deals", *, at: datetime, **changes: Any) -> Version:
    """In force from `at` on, signed by both leads."""
    return agreed(people, "kpi", terms(**changes), at=at, key=key)

"""How a KPI stands: by what came once the period is over, by the chance while it runs."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from kpis.agreed.status import Standing, Status, judge

RUNS = Standing(value=Decimal(5), target=Decimal(10), direction="up", ended=False, grows=True, expected=Decimal(5))


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"target": None}, Status.NO_TARGET),
        ({"value": None}, Status.NO_DATA),
        ({"stale": True}, Status.NO_DATA),
        ({"chance": 0.70}, Status.ON_TRACK),
        ({"chance": 0.6999}, Status.AT_RISK),
        ({"chance": 0.01}, Status.AT_RISK),
        ({"chance": 0.0099}, Status.MISSED),
        ({"chance": None}, Status.ON_TRACK),
        ({"chance": None, "expected": Decimal("5.01")}, Status.AT_RISK),
        ({"value": Decimal(10), "chance": 0.0}, Status.MET),
        ({"value": Decimal(10), "grows": False, "chance": 0.5}, Status.AT_RISK),
        ({"ended": True}, Status.MISSED),
        ({"ended": True, "value": Decimal(10)}, Status.MET),
        ({"ended": True, "stale": True}, Status.MISSED),
        ({"direction": "down", "value": Decimal("10.01"), "chance": 1.0}, Status.MISSED),
        ({"direction": "down", "value": Decimal(10), "chance": 0.5}, Status.AT_RISK),
        ({"direction": "down", "value": Decimal(10), "ended": True}, Status.MET),
    ],
)
def test_the_status(change: dict[str, object], status: Status) -> None:
    assert judge(replace(RUNS, **change)).status is status  # type: ignore[arg-type]

"""Does `verify` find what was altered in forecasts and in changes of KPIs since they were said?"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from kpis.agreed.models import KpiStanding
from kpis.forecasts.answer import Forecast
from kpis.forecasts.keeping import as_row
from kpis.forecasts.models import KeptForecast
from kpis.forecasts.target import Measured, Target, span
from kpis.verify.run import verify
from tests.world import NOW, cast

pytestmark = pytest.mark.django_db(transaction=True)

CHANGED = {
    "start": "2024-01-01", "end": "2024-01-08", "before": 0.3, "after": 0.4, "cut": "source",
    "effects": [
        {"group": "web", "mix": 0.15, "rate": -0.1, "total": 0.05, "exact": "1/20"},
        {"group": None, "mix": 0.05, "rate": 0.0, "total": 0.05, "exact": "1/20"},
    ],
}  # fmt: skip

PLANTED = {
    "standings": "UPDATE kpis_kpistanding SET changed = jsonb_set(changed, '{after}', '0.41')",
    "standings effect": "UPDATE kpis_kpistanding SET changed = jsonb_set(changed, '{effects,0,exact}', '\"1/19\"')",
    "forecasts": "UPDATE kpis_keptforecast SET median = median + 1 WHERE day = '2024-01-10'",
    "forecasts said": "UPDATE kpis_keptforecast SET said = jsonb_set(said, '{low}', '1') WHERE day = '2024-01-10'",
    "forecasts came": "UPDATE kpis_keptforecast SET came = 7 WHERE day = '2024-01-11'",
}


@pytest.fixture
def _said() -> None:
    cast()
    KpiStanding.objects.create(key="rate", version_id=1, period="2024-01", computed_at=NOW, changed=CHANGED)
    target = Target(
        key="won",
        title="Won",
        over=Measured("won_deals"),
        period=span(date(2024, 1, 1), date(2024, 2, 1)),
        value=Decimal(20),
    )
    for day in (10, 11):
        told = Forecast(
            value_now=Decimal(5), next_milestone=None, method="Simulated.", computed_at=NOW - timedelta(days=day),
            built_from={}, low=8.0, median=11.0, high=15.0,
        )  # fmt: skip
        KeptForecast.objects.create(
            key=target.key,
            period=target.period.name,
            day=date(2024, 1, day),
            came=12.0,
            scored_at=NOW,
            **as_row(target, told, None),
        )


@pytest.mark.usefixtures("_said")
def test_what_was_said_agrees_with_itself() -> None:
    found = verify()
    assert (found.differences, found.examples) == (0, [])
    assert (found.checked["standings"], found.checked["forecasts"]) == (1, 2)


@pytest.mark.usefixtures("_said")
@pytest.mark.parametrize("name", PLANTED)
def test_what_was_altered_is_found(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(PLANTED[name])
        assert cursor.rowcount == 1
    assert {example["table"] for example in verify().examples} == {name.split()[0]}

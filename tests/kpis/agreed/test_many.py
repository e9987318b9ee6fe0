"""Many KPIs cost no more statements than a few: where values are kept, all are read at once."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alignment.clock import now
from kpis.agreed.standings import refresh
from tests.kpis.agreed.agreeing import a_kpi
from tests.kpis.metrics.kept.comparing import begin
from tests.kpis.metrics.worlds import draw_everything
from tests.world import TIME_ZERO, Cast, cast

pytestmark = pytest.mark.django_db
METRICS = (
    "won_deals", "won_revenue", "leads_created", "acceptance_rate", "win_rate", "opportunities", "leaks", "lost_deals",
    "pipeline_created", "accepted_leads",
)  # fmt: skip
TARGETS = [{"period": "2024-02", "value": "0.5"}]
A_FEW = 3


def agree(people: Cast, metrics: tuple[str, ...]) -> None:
    for metric in metrics:
        a_kpi(people, metric.replace("_", "-"), at=TIME_ZERO, metric=metric, title=metric, targets=TARGETS)


def statements(found: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert found.get(path).status_code == 200
    return len(asked)


def test_ten_kpis_are_read_with_as_many_statements_as_two() -> None:
    people = cast()
    draw_everything(2, leads=16)
    begin()
    found = Client()
    found.force_login(people.sales_lead)
    agree(people, METRICS[:2])
    refresh(now())
    found.get("/kpis/")
    pages = ("/kpis/", "/api/v1/kpis")
    two = {path: statements(found, path) for path in pages}
    agree(people, METRICS[2:])
    refresh(now())
    ten = {path: statements(found, path) for path in pages}
    assert len(found.get("/api/v1/kpis").json()["kpis"]) == len(METRICS)
    for path in pages:
        assert ten[path] <= two[path] + A_FEW, (path, two[path], ten[path])

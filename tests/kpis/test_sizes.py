"""Arrivals by month are the same from the cells and from progress; the cells speak only while nobody waits."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kpis.recompute import drain
from kpis.reports.params import read_params
from kpis.reports.sizes import sizes
from leads.models import Touched
from tests.kpis.histories import draw_histories
from tests.world import cast

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_cells_and_progress_count_the_same_arrivals() -> None:
    cast()
    draw_histories(5, leads=80)
    drain()
    params = read_params({"start": ["2024-02-01"], "end": ["2024-12-01"], "by": ["month"]}, now=NOW)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        from_cells = sizes(params, None)
    assert not any("leads_progress p" in query["sql"] for query in queries)
    Touched.objects.create(lead_id=1)
    with CaptureQueriesContext(connection) as queries:
        from_progress = sizes(params, None)
    assert any("leads_progress p" in query["sql"] for query in queries)
    assert from_cells == from_progress
    assert sum(from_cells.values()) > 20

"""Stocks of the past follow who held a lead then, even where that is told late."""

from __future__ import annotations

import pytest

from alignment.clock import now
from kpis.metrics.kept import computing
from kpis.recompute import drain
from tests.clocks import present_is
from tests.kpis.metrics.kept.comparing import begin, differences
from tests.world import a_lead, cast, day, held_by, moved

pytestmark = pytest.mark.django_db


def test_who_is_said_to_have_held_a_lead_changes_the_stocks_of_that_time(monkeypatch: pytest.MonkeyPatch) -> None:
    present_is(day(24), monkeypatch)
    people, lead = cast(), a_lead(created_at=day(1))
    moved(lead, ("inquiry", 1))
    begin()
    computing.work_off(now=now(), seconds=None)
    held_by(lead, people.salesperson, day(3))
    drain()
    computing.work_off(now=now(), seconds=None)
    assert differences(now(), computed=True) == []

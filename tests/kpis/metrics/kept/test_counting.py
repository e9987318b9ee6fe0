"""Are kept values what is true, whatever happened in between?"""

from __future__ import annotations

from random import Random

import pytest

from alignment.clock import now
from kpis.metrics.kept import computing, counting
from kpis.metrics.kept.models import KeptValue
from kpis.recompute import drain
from tests.clocks import present_is
from tests.kpis.histories import draw_histories
from tests.kpis.metrics.kept import happening
from tests.kpis.metrics.kept.comparing import begin, differences, kept_rows
from tests.kpis.metrics.kept.happening import Happening
from tests.world import cast, day

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def present(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a short history every period can be looked at."""
    present_is(day(75), monkeypatch)
    monkeypatch.setattr(happening, "DAYS", 60)


def test_a_history_is_kept_as_it_is_evaluated() -> None:
    cast()
    draw_histories(3, leads=12)
    begin()
    assert KeptValue.objects.exists()
    assert differences(now()) == []


@pytest.mark.parametrize("seed", [1, 4])
def test_after_anything_kept_is_rebuilt_is_evaluated(seed: int) -> None:
    random = Random(seed)
    company = Happening(random, cast())
    begin()
    happened: list[str] = []
    for _batch in range(6):
        happened += [company.something() for _ in range(random.randrange(1, 6))]
        drain()
    counting.work_off(now=now())
    kept = kept_rows()
    assert differences(now()) == [], happened
    counting.rebuild(now=now())
    assert kept_rows() == kept, happened


@pytest.mark.parametrize("seed", [1, 2])
def test_computed_metrics_are_kept_as_they_are_evaluated(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    present_is(day(24), monkeypatch)
    monkeypatch.setattr(happening, "DAYS", 20)
    company = Happening(Random(seed), cast())
    begin()
    computing.work_off(now=now(), seconds=None)
    for _ in range(15):
        company.something()
    drain()
    moment = now()
    computing.work_off(now=moment, seconds=None)
    assert differences(moment, computed=True) == []

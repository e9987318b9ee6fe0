"""A job that took long is left out for nine times as long."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from alignment import pacing
from kpis.agreed import tasks


class Watch:
    """Tells the time; a job takes as long as it is set to."""

    def __init__(self) -> None:
        self.at, self.takes, self.done = 0.0, 0.0, 0

    def now(self) -> float:
        return self.at

    def job(self) -> None:
        self.at += self.takes
        self.done += 1


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    watch = Watch()
    monkeypatch.setattr(pacing, "perf_counter", watch.now)
    cache.delete(f"paced:{watch.job.__module__}.job")
    return watch


def test_what_takes_a_moment_is_done_whenever_it_is_asked(watch: Watch) -> None:
    watch.takes = pacing.MOMENT
    run = pacing.paced(watch.job)
    run()
    run()
    assert watch.done == 2


@pytest.mark.parametrize(("takes", "seconds"), [(20.0, 180), (1000.0, pacing.AT_MOST)])
def test_what_took_long_is_left_out(watch: Watch, takes: float, seconds: int, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[int] = []
    monkeypatch.setattr(cache, "set", lambda _key, _value, timeout: kept.append(timeout))
    watch.takes = takes
    pacing.paced(watch.job)()
    assert kept == [seconds]
    monkeypatch.undo()
    cache.set(f"paced:{watch.job.__module__}.job", 1, seconds)
    pacing.paced(watch.job)()
    assert watch.done == 1


def test_what_failed_after_long_is_left_out_too(watch: Watch) -> None:
    def fails() -> None:
        watch.job()
        raise RuntimeError

    watch.takes = 20.0
    run = pacing.paced(fails)
    with pytest.raises(RuntimeError):
        run()
    run()
    assert watch.done == 1
    cache.delete(f"paced:{fails.__module__}.fails")


def test_what_looks_at_every_kpi_is_paced(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr("kpis.agreed.standings.refresh", lambda _now: done.append("kpis"))
    monkeypatch.setattr("kpis.agreed.milestones.tick_off", lambda _now: done.append("milestones"))
    cache.set(f"paced:{tasks.__name__}.look_at_kpis", 1, 60)
    tasks.look_at_kpis()
    tasks.tick_off_milestones()
    assert done == ["milestones"]
    cache.delete(f"paced:{tasks.__name__}.look_at_kpis")

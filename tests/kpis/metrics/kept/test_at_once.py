"""Whoever counts, however often, at the same time or killed in the middle: the same facts and values come out."""

from __future__ import annotations

import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from django.db import connection

from alignment.clock import now
from kpis.metrics.kept import counting
from kpis.metrics.kept.models import KeptFact, KeptMark, KeptValue
from kpis.recompute import drain, recompute_touched
from leads.lifecycle.waiting import touch_all
from tests.dying import run_on_this_database
from tests.kpis.metrics.kept.comparing import begin, kept_rows
from tests.kpis.metrics.kept.happening import Happening
from tests.world import cast

pytestmark = pytest.mark.django_db(transaction=True)

DYING = """
import os, signal, django
django.setup()
from alignment.clock import now
from kpis.metrics.kept import counting
from kpis.metrics.kept.queries import differences
counting.BATCH = 3
batches = 0
apply = differences.apply
def dying(*given, **more):
    global batches
    batches += 1
    done = apply(*given, **more)
    if batches == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return done
differences.apply = dying
counting.work_off(now=now(), wait=True)
"""


@pytest.fixture
def company() -> Happening:
    """Something happened that is counted, and more that waits."""
    found = Happening(Random(5), cast())
    begin()
    for _ in range(3):
        for happens in (
            found.comes,
            found.moves,
            found.brings_a_deal,
            found.changes_hands,
            found.spends,
            found.loses_a_deal,
        ):
            happens()
    while recompute_touched_only():
        pass
    return found


def recompute_touched_only() -> int:
    """Leave the marks of what is counted where they are."""
    kept, counting.BIG_CHANGE = counting.BIG_CHANGE, -1
    try:
        return recompute_touched(now=now()).leads
    finally:
        counting.BIG_CHANGE = kept


def counted_anew() -> dict[str, list[tuple[object, ...]]]:
    """What a rebuild says."""
    counting.rebuild(now=now())
    return kept_rows()


def test_two_workers_at_once_count_everything_once(company: Happening, monkeypatch: pytest.MonkeyPatch) -> None:
    assert KeptMark.objects.exists()
    monkeypatch.setattr(counting, "BATCH", 3)

    def count(work: Callable[[], object]) -> None:
        try:
            work()
        finally:
            connection.close()

    jobs: list[Callable[[], object]] = [
        lambda: counting.work_off(now=now(), wait=True),
        lambda: counting.work_off(now=now(), wait=True),
        lambda: counting.rebuild(now=now()),
    ]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(count, jobs))
    assert not KeptMark.objects.exists()
    kept = kept_rows()
    assert kept == counted_anew()


def test_a_count_killed_in_the_middle_is_made_good_by_the_next(company: Happening) -> None:
    before, waiting = kept_rows(), KeptMark.objects.count()
    assert run_on_this_database(DYING) == -signal.SIGKILL
    assert 0 < KeptMark.objects.count() < waiting
    assert kept_rows() != before
    counting.work_off(now=now(), wait=True)
    kept = kept_rows()
    assert kept == counted_anew()


def test_what_is_delivered_twice_counts_once(company: Happening) -> None:
    drain()
    kept, facts, values = kept_rows(), KeptFact.objects.count(), KeptValue.objects.count()
    touch_all()
    drain()
    counting.work_off(now=now(), wait=True)
    assert (kept_rows(), KeptFact.objects.count(), KeptValue.objects.count()) == (kept, facts, values)
    assert kept == counted_anew()

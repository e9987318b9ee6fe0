"""Is each touched lead recomputed once, by however many at a time, and is a run that dies in the middle made good?"""

from __future__ import annotations

import signal
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from io import StringIO
from threading import Barrier

import orjson
import pytest
from django.core.management import call_command
from django.db import connection

from alignment.people.models import Organisation
from kpis import tasks
from kpis.freshness import last, worker_is_alive
from kpis.models import FunnelCell, Leak
from kpis.queries import queue
from kpis.recompute import Recomputed, drain, recompute_everything, recompute_touched
from kpis.verify.run import verify
from leads.lifecycle.changes import touch
from leads.models import Lead, Touched
from tests.dying import run_on_this_database
from tests.kpis.derived import derived, forget_everything
from tests.kpis.leaking import NOW, draw_leaks
from tests.world import TIME_ZERO, a_lead, cast, moved

pytestmark = pytest.mark.django_db(transaction=True)

DYING = """
import os, signal, django
django.setup()
from alignment.clock import now
from kpis import cells, recompute
batches = 0
refresh = cells.refresh

def dying(lead_ids):
    global batches
    refresh(lead_ids)
    batches += 1
    if batches == 3:
        os.kill(os.getpid(), signal.SIGKILL)

cells.refresh = dying
recompute.recompute_touched(now=now(), batch=20)
"""

MOVED_AGAIN = """
CREATE SEQUENCE moved_again;
CREATE FUNCTION move_again() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF nextval('moved_again') <= 30 THEN INSERT INTO leads_touched (lead_id) VALUES (OLD.lead_id); END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER move_again AFTER DELETE ON leads_touched FOR EACH ROW EXECUTE FUNCTION move_again()
"""
"""Whoever is recomputed is moved again at once: up to thirty times, so that a run that waits for rest ends, too, and is found out."""

AT_REST = "DROP TRIGGER move_again ON leads_touched; DROP FUNCTION move_again; DROP SEQUENCE moved_again"


def touch_all() -> None:
    touch(Lead.objects.values_list("pk", flat=True))


def test_nothing_to_do_is_done_at_once() -> None:
    drain()
    assert drain() == Recomputed(leads=0, batches=0)


def test_the_queue_is_worked_off_in_batches_and_many_marks_of_a_lead_are_one() -> None:
    leads = [a_lead() for _ in range(5)]
    drain()
    for lead in leads[:2] * 3:
        touch([lead.pk])
    assert recompute_touched(now=NOW, batch=4) == Recomputed(leads=4, batches=2)
    assert Touched.objects.count() == 0


def test_only_touched_leads_are_recomputed() -> None:
    touched, other = a_lead(), a_lead()
    drain()
    Leak.objects.all().delete()
    touch([touched.pk])
    drain()
    assert set(Leak.objects.values_list("lead", flat=True)) == {touched.pk}
    recompute_everything(now=NOW)
    assert set(Leak.objects.values_list("lead", flat=True)) == {touched.pk, other.pk}


def test_a_full_recompute_gives_the_same_rows_from_nothing_and_again() -> None:
    draw_leaks(5, leads=60)
    drain()
    by_touching = derived()
    kept_ids = set(Leak.objects.values_list("pk", flat=True))
    recompute_everything(now=NOW)
    assert derived() == by_touching
    assert set(Leak.objects.values_list("pk", flat=True)) == kept_ids
    forget_everything()
    recompute_everything(now=NOW)
    assert derived() == by_touching


def test_parallel_runs_do_the_work_once() -> None:
    draw_leaks(6, leads=100)
    drain()
    expected = derived()
    forget_everything()
    leads = Lead.objects.count()
    touch_all()
    taken: Counter[int] = Counter()
    together, take = Barrier(3), queue.take

    def counted_take(limit: int, *, last: int) -> list[int]:
        found = take(limit, last=last)
        taken.update(found)
        return found

    def run(_number: int) -> int:
        together.wait()
        try:
            return recompute_touched(now=NOW, batch=7).leads
        finally:
            connection.close()

    queue.take = counted_take
    try:
        with ThreadPoolExecutor(3) as pool:
            done = list(pool.map(run, range(3)))
    finally:
        queue.take = take
    assert (sum(done), Touched.objects.count()) == (leads, 0)
    assert set(taken.values()) == {1}
    assert derived() == expected


def test_a_run_ends_though_leads_are_moved_all_the_time() -> None:
    for n in range(3):
        a_lead(f"restless-{n}")
    drain()
    touch_all()
    with connection.cursor() as cursor:
        cursor.execute(MOVED_AGAIN)
    try:
        done = recompute_touched(now=NOW, batch=2)
        waiting = Touched.objects.count()
    finally:
        with connection.cursor() as cursor:
            cursor.execute(AT_REST)
    assert (done.leads, waiting) == (3, 3)
    drain()
    assert not Touched.objects.exists()


def test_a_run_killed_in_the_middle_is_made_good_by_the_next() -> None:
    draw_leaks(7, leads=100)
    drain()
    expected = derived()
    forget_everything()
    touch_all()
    assert run_on_this_database(DYING) == -signal.SIGKILL
    assert Touched.objects.count() == 60
    assert derived() != expected
    drain()
    assert derived() == expected


def cells_of(day: date, start: int = 1) -> list[tuple[str, str | None, date, int, int, int]]:
    """Cut, value, day, how far ever and in the window, and how many leads, of the cohort of one day and its month."""
    found = FunnelCell.objects.filter(day__in={day, day.replace(day=1)}, start=start, cut__in=("", "source", "owner"))
    rows = found.order_by("cut").values_list("cut", "value", "day", "furthest", "furthest_in_window", "leads")
    return list(rows)


def test_a_lead_that_moves_leaves_the_cell_it_was_in() -> None:
    cast()
    lead = a_lead(source="web")
    moved(lead, ("sql", 100))
    drain()
    day, month = TIME_ZERO.date(), TIME_ZERO.date().replace(day=1)
    assert cells_of(day) == [
        ("", None, day, 4, 1, 1), ("owner", None, month, 4, 1, 1), ("source", "web", month, 4, 1, 1)
    ]  # fmt: skip
    later = (TIME_ZERO + timedelta(days=100)).date()
    assert [cells_of(later, start)[0] for start in (2, 3, 4)] == [("", None, later, 4, 4, 1)] * 3
    Lead.objects.filter(pk=lead.pk).update(source="fair")
    moved(lead, ("mql", -1))
    drain()
    assert ("", None, day) not in [cell[:3] for cell in cells_of(day)]
    before = day - timedelta(days=1)
    assert cells_of(before) == [
        ("", None, before, 4, 2, 1),
        ("owner", None, before.replace(day=1), 4, 2, 1),
        ("source", "fair", before.replace(day=1), 4, 2, 1),
    ]
    Lead.objects.filter(pk=lead.pk).update(is_test=True)
    touch([lead.pk])
    drain()
    assert derived() == {"leaks": [], "counts": [], "places": [], "cells": []}


def test_days_follow_the_reporting_zone() -> None:
    cast()
    a_lead()
    drain()
    day = TIME_ZERO.date()
    Organisation.objects.update(timezone="Pacific/Honolulu")
    drain()
    assert [cell[2] for cell in cells_of(day) if cell[0] == ""] == []
    assert [cell[2] for cell in cells_of(day - timedelta(days=1)) if cell[0] == ""] == [day - timedelta(days=1)]


def test_days_follow_a_zone_that_becomes_another_in_the_middle_of_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    cast()
    touched, _other = a_lead(), a_lead()
    drain()
    take = queue.take

    def taken_while_the_zone_moves(limit: int, *, last: int) -> list[int]:
        Organisation.objects.update(timezone="Pacific/Honolulu")
        return take(limit, last=last)

    touch([touched.pk])
    monkeypatch.setattr(queue, "take", taken_while_the_zone_moves)
    recompute_touched(now=NOW)
    recompute_touched(now=NOW)
    day_before = TIME_ZERO.date() - timedelta(days=1)
    assert [(cell[2], cell[5]) for cell in cells_of(day_before) if cell[0] == ""] == [(day_before, 2)]
    assert [cell for cell in cells_of(TIME_ZERO.date()) if cell[0] == ""] == []
    assert verify().differences == 0


def test_tasks_and_command_do_the_same_and_say_when() -> None:
    a_lead()
    tasks.recompute_touched()
    assert Leak.objects.count() == 1
    noted = last("leaks")
    assert noted is not None
    assert not worker_is_alive(noted.at)
    tasks.note_worker()
    seen = last("worker")
    assert seen is not None
    assert worker_is_alive(seen.at)
    tasks.recompute_everything()
    out = StringIO()
    call_command("recompute", "--full", format="json", stdout=out)
    assert orjson.loads(out.getvalue()) == {"leads": 1, "batches": 1, "full": True}

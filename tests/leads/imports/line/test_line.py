"""Is one import at work at a time, do the others say behind which one they wait, and does a small one wait for no big one's end?"""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection

from alignment.clock import now
from leads.imports import line, tasks
from leads.imports.models import Import, ImportLine
from leads.imports.running import run_import
from leads.imports.summary import describe
from leads.imports.waiting import run_to_end
from leads.models import Lead
from tests.leads.imports.bringing import LEADS, start

pytestmark = pytest.mark.django_db

ONE = "key,born,from,mail\na,2024-01-02,web,a@example.com\n"


def many(rows: int) -> str:
    return "key,born,from,mail\n" + "".join(f"k{n},2024-01-02,web,\n" for n in range(rows))


def at_work(import_: Import) -> None:
    """As if a worker were at it."""
    Import.objects.filter(pk=import_.pk).update(state="running", lease_until=now() + timedelta(minutes=1))
    ImportLine.objects.update_or_create(id=ImportLine.ONLY, defaults={"at_work": import_})


def test_others_wait_and_say_behind_whom() -> None:
    first, second, third = (start("leads", ONE, LEADS) for _ in range(3))
    at_work(first)
    assert run_import(second.pk).state == "queued"
    third.refresh_from_db()
    second.refresh_from_db()
    first.refresh_from_db()
    assert [(describe(one)["place"], describe(one)["behind"]) for one in (first, second, third)] == [
        (0, None),
        (1, first.pk),
        (2, second.pk),
    ]
    Import.objects.filter(pk=first.pk).update(state="done")
    assert run_import(second.pk).state == "done"
    done = describe(Import.objects.get(pk=second.pk))
    assert (done["place"], done["behind"]) == (None, None)


def test_who_died_holds_the_line_no_longer_than_its_lease() -> None:
    dead, waits = start("leads", ONE, LEADS), start("leads", ONE, LEADS)
    at_work(dead)
    assert run_import(waits.pk, now=lambda: now() + timedelta(seconds=50)).state == "queued"
    assert run_import(waits.pk, now=lambda: now() + timedelta(seconds=70)).state == "done"


def test_a_job_takes_up_the_one_in_front_and_then_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []
    monkeypatch.setattr(tasks.run_import, "delay", sent.append)
    first, second = start("leads", ONE, LEADS), start("leads", ONE, LEADS)
    tasks.run_import(second.pk)
    states = dict(Import.objects.values_list("pk", "state"))
    assert states == {first.pk: "done", second.pk: "queued"}
    assert sent == [second.pk]


def test_a_question_frees_the_line() -> None:
    profile = {"kind": "leads", "fields": {"external_id": "key", "created_at": "born"}}
    asks, waits = start("leads", "key,born\nx,03/04/2024\n", profile), start("leads", ONE, LEADS)
    assert run_import(asks.pk).state == "needs_answer"
    assert line.next_in_line(now()) == waits.pk


def test_a_small_file_comes_in_between_two_chunks_of_a_big_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "SMALL_BYTES", 100)
    big, small = start("leads", many(40), LEADS), start("leads", ONE, LEADS)
    seen: list[tuple[int, str]] = []

    def look(done: int, total: int | None) -> None:
        seen.append((done, Import.objects.get(pk=small.pk).state))

    assert run_import(big.pk, chunk_rows=10, progress=look).state == "done"
    assert seen == [(10, "queued"), (20, "done"), (30, "done"), (40, "done")]
    assert Lead.objects.count() == 41


def test_rows_pace_and_time_left_are_told_while_it_runs() -> None:
    big = start("leads", many(30), LEADS)
    clock = [now()]
    told = []

    def look(done: int, total: int | None) -> None:
        document = describe(Import.objects.get(pk=big.pk))
        told.append((document["place"], document["done"], document["rate"], document["remaining_seconds"]))

    def tick() -> object:
        clock[0] += timedelta(milliseconds=500)
        return clock[0]

    run_import(big.pk, chunk_rows=10, progress=look, now=tick)  # type: ignore[arg-type]
    assert [one[:2] for one in told] == [(0, 10), (0, 20), (0, 30)]
    assert all(rate and rate > 0 for _place, _done, rate, _left in told)
    assert [left for _place, _done, _rate, left in told][-1] == 0


@pytest.mark.django_db(transaction=True)
def test_who_waits_at_the_terminal_comes_in_when_the_line_is_free() -> None:
    first, mine = start("leads", ONE, LEADS), start("leads", many(3), LEADS)
    at_work(first)
    places: list[int | None] = []
    waits = []

    def wait() -> None:
        try:
            waits.append(run_to_end(mine.pk, progress=lambda done, total: None, waiting=said))
        finally:
            connection.close()

    def said(place: line.Place) -> None:
        places.append(place.number)
        if len(places) == 2:
            Import.objects.filter(pk=first.pk).update(state="done")

    thread = Thread(target=wait)
    thread.start()
    thread.join(60)
    assert [one.state for one in waits] == ["done"]
    assert places[:2] == [1, 1]


def test_who_waits_at_the_terminal_passes_by_one_that_nobody_takes_up() -> None:
    nobody_comes, mine = start("leads", ONE, LEADS), start("leads", ONE, LEADS)
    assert run_to_end(mine.pk, progress=lambda done, total: None, waiting=lambda place: None).state == "done"
    nobody_comes.refresh_from_db()
    assert nobody_comes.state == "queued"

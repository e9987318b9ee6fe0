"""Does a stopped import write nothing more, say how far it is, free the line, and go on or go back like any other that failed?"""

from __future__ import annotations

from datetime import datetime

import pytest

from alignment.clock import now
from alignment.refusals import Refused
from leads.imports import line, service
from leads.imports.models import Import
from leads.imports.running import run_import
from leads.imports.summary import describe
from leads.models import Lead
from tests.leads.imports.bringing import LEADS, start
from tests.world import NOW, Cast, cast

pytestmark = pytest.mark.django_db

HEAD = "key,born,from,mail\n"


@pytest.fixture
def people() -> Cast:
    return cast()


def many(rows: int) -> str:
    return HEAD + "".join(f"k{n},2024-01-02,web,\n" for n in range(rows))


def stopped_after(import_: Import, rows: int, people: Cast, *, state: str = "running") -> Import:
    """Run in chunks of ten by somebody who lives on, and stopped by the operator once so many rows are through."""

    def look(done: int, total: int | None) -> None:
        current = Import.objects.get(pk=import_.pk)
        if current.state == state and done == rows:
            service.stop(import_.pk, now=NOW, actor=people.operator)

    return run_import(import_.pk, chunk_rows=10, progress=look)


def test_one_at_work_ends_between_two_chunks_and_says_how_much_is_in(people: Cast) -> None:
    big = start("leads", HEAD + "bad,nonsense,,\n" + many(39).removeprefix(HEAD), LEADS)
    ended = stopped_after(big, 20, people)
    waits = start("leads", many(1), LEADS)
    assert (ended.state, ended.cursor, Lead.objects.count(), ended.lease_until) == ("failed", 20, 19, None)
    assert ended.problem == {
        "code": "stopped",
        "detail": f"Stopped by {people.operator} at {NOW:%-d %B %Y, %H:%M}: 19 of 40 rows are in, 1 set aside. Let it go on, or undo it.",
    }
    assert line.next_in_line(now()) == waits.pk
    assert run_import(waits.pk).state == "done"


def test_a_stopped_import_goes_on_to_the_same_end(people: Cast) -> None:
    big = start("leads", many(40), LEADS)
    stopped_after(big, 20, people)
    service.resume(big.pk)
    ended = run_import(big.pk)
    assert (ended.state, ended.created, ended.problem, Lead.objects.count()) == ("done", 40, None, 40)


def test_a_stopped_import_is_taken_back(people: Cast) -> None:
    big = start("leads", many(40), LEADS)
    stopped_after(big, 20, people)
    assert service.undo(big.pk, now=now(), actor=people.operator).state == "undone"
    assert not Lead.objects.exists()


def test_who_goes_on_after_a_stop_and_a_resume_brings_no_row_twice(people: Cast) -> None:
    big = start("leads", many(40), LEADS)

    def look(done: int, total: int | None) -> None:
        if done == 10 and Import.objects.get(pk=big.pk).state == "running":
            service.stop(big.pk, now=NOW, actor=people.operator)
            service.resume(big.pk)
            run_import(big.pk, chunk_rows=10)

    ended = run_import(big.pk, chunk_rows=10, progress=look)
    assert (ended.state, ended.created, Lead.objects.count()) == ("done", 40, 40)


def test_one_that_is_being_read_ends_without_a_row(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leads.imports.profiles.checking.REPORT_EVERY", 10)
    big = start("leads", many(40), LEADS)
    ended = stopped_after(big, 10, people, state="checking")
    assert (ended.state, ended.cursor, Lead.objects.count()) == ("failed", 0, 0)
    assert "nothing of it is in. Let it go on, or leave it." in (ended.problem or {})["detail"]


def test_a_check_that_is_stopped_says_that_nothing_was_written(people: Cast) -> None:
    ended = stopped_after(start("leads", many(40), LEADS, dry_run=True), 20, people)
    assert (ended.state, Lead.objects.count()) == ("failed", 0)
    assert "it was a check, nothing is written" in (ended.problem or {})["detail"]


def test_one_that_waits_is_stopped_and_nobody_takes_it_up(people: Cast) -> None:
    waits = start("leads", many(3), LEADS)
    stopped = service.stop(waits.pk, now=NOW, actor=None)
    assert (stopped.state, describe(stopped)["place"], line.next_in_line(now())) == ("failed", None, None)
    assert (stopped.problem or {})["detail"].startswith("Stopped at the command line at ")
    assert run_import(waits.pk, take_over=True).state == "failed"
    service.resume(waits.pk)
    assert run_import(waits.pk).state == "done"


def test_one_that_was_just_taken_up_is_left_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = start("leads", many(3), LEADS)
    claim = line.claim

    def claim_and_lose(import_id: int, at: datetime, *, take_over: bool = False, within: int | None = None) -> bool:
        found = claim(import_id, at, take_over=take_over, within=within)
        service.stop(import_id, now=NOW, actor=None)
        return found

    monkeypatch.setattr(line, "claim", claim_and_lose)
    assert run_import(taken.pk).state == "failed"
    assert not Lead.objects.exists()


def test_a_question_is_put_away_and_comes_again_when_it_goes_on(people: Cast) -> None:
    profile = {"kind": "leads", "fields": {"external_id": "key", "created_at": "born"}}
    asks = start("leads", "key,born\nx,03/04/2024\n", profile)
    assert run_import(asks.pk).state == "needs_answer"
    stopped = service.stop(asks.pk, now=NOW, actor=people.operator)
    assert (stopped.state, stopped.question) == ("failed", None)
    service.resume(asks.pk)
    assert run_import(asks.pk).state == "needs_answer"


@pytest.mark.parametrize("state", ["done", "failed", "undone"])
def test_what_is_not_at_work_is_not_stopped(state: str) -> None:
    through = start("leads", many(1), LEADS)
    Import.objects.filter(pk=through.pk).update(state=state)
    with pytest.raises(Refused) as refused:
        service.stop(through.pk, now=NOW, actor=None)
    assert (refused.value.code, refused.value.status) == ("not_at_work", 409)
    assert Import.objects.get(pk=through.pk).state == state

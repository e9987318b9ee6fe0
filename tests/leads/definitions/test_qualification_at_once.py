"""Does the job end in the same state, however many work at it, and wherever it is killed?"""

from __future__ import annotations

import signal
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from threading import Barrier, Event

import orjson
import pytest
from django.core.management import call_command
from django.db import connection, transaction

from leads.definitions import judging, runs, tasks
from leads.definitions.models import DefinitionRun, Evaluation, FieldsPast, ToQualify
from leads.models import Lead
from leads.records.edits import edit_lead
from tests import world
from tests.dying import run_on_this_database
from tests.leads.definitions.qualifying import IN_GERMANY, a_lead_at, agreed, moves, saw, viewed, work_until
from tests.world import Cast, day

pytestmark = pytest.mark.django_db(transaction=True)

END = day(30)
LEADS = 60

DYING = """
import os, signal, django
from datetime import UTC, datetime
django.setup()
from leads.definitions import judging, runs
from leads.definitions.queries import evaluations
calls = 0
step = getattr({module}, "{name}")

def dying(*args, **kwargs):
    global calls
    calls += 1
    found = step(*args, **kwargs)
    if calls == {nth}:
        os.kill(os.getpid(), signal.SIGKILL)
    return found

setattr({module}, "{name}", dying)
moment = datetime.fromisoformat("{end}")
judging.judge(now=lambda: moment, batch=20)
runs.advance(now=lambda: moment, batch=20)
"""


@pytest.fixture
def cast(db: None) -> Cast:
    return world.cast()


@pytest.fixture
def waiting(cast: Cast) -> None:
    """Leads of every sort, judged by nobody yet, and two versions of a definition, one after the other."""
    agreed(cast, "mql", {"any": [viewed(2), {"all": [IN_GERMANY, viewed(0, days=9, op="at_most")]}]}, day(0))
    for n in range(LEADS):
        lead = a_lead_at(f"{n:02}", n % 5, country="DE" if n % 3 == 0 else "FR")
        for at in range(n % 4):
            saw(lead, 5 + at)
        if n % 7 == 0:
            edit_lead(lead, {"country": "FR"}, actor=cast.marketer, now=day(8))
    agreed(cast, "mql", {"any": [viewed(2, days=5), IN_GERMANY]}, day(11))


def state() -> dict[str, object]:
    """All that the job leaves behind."""
    return {
        "moves": moves(),
        "stages": list(Lead.objects.order_by("pk").values_list("pk", "stage_id")),
        "judged": list(Evaluation.objects.order_by("lead").values_list("lead", "version", "through", "met", "next_at")),
        "waiting": (ToQualify.objects.count(), FieldsPast.objects.count()),
        "runs": [(run.version_id, run.done, run.finished_at is None) for run in DefinitionRun.objects.order_by("pk")],
    }


def expected() -> dict[str, object]:
    """What one undisturbed worker makes of it."""
    with transaction.atomic():
        work_until(30)
        found = state()
        transaction.set_rollback(True)
    return found


def test_parallel_workers_make_each_move_once(waiting: None) -> None:
    wanted = expected()
    together = Barrier(4)

    def work(number: int) -> None:
        together.wait(timeout=30)
        try:
            if number % 2:
                runs.advance(now=lambda: END, batch=9)
            judging.judge(now=lambda: END, batch=7)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    work_until(30)
    assert len(moves()) > 20
    assert state() == wanted


STEPS = [
    ("evaluations", "judge", 3),
    ("evaluations", "tidy", 2),
    ("judging", "append_changes", 1),
    ("judging", "bring_up_to_date", 2),
]


@pytest.mark.parametrize(("module", "name", "nth"), STEPS)
def test_a_worker_killed_at_any_step_is_made_good_by_the_next(waiting: None, module: str, name: str, nth: int) -> None:
    wanted = expected()
    script = DYING.format(module=module, name=name, nth=nth, end=END.isoformat())
    assert run_on_this_database(script) == -signal.SIGKILL
    assert state() != wanted
    work_until(30)
    assert state() == wanted


def test_a_run_killed_half_way_goes_on_where_it_was(waiting: None) -> None:
    judging.drain(now=lambda: END)
    wanted = expected()
    script = DYING.format(module="runs", name="judge_leads", nth=3, end=END.isoformat())
    assert run_on_this_database(script) == -signal.SIGKILL
    [done] = DefinitionRun.objects.filter(finished_at=None).values_list("done", flat=True)
    assert done == 40
    work_until(30)
    assert state() == wanted


def test_the_second_of_two_workers_leaves_a_run_to_the_first(waiting: None) -> None:
    taken, done = Event(), Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                assert len(DefinitionRun.objects.select_for_update().filter(finished_at=None)) == 1
                taken.set()
                assert done.wait(timeout=30)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(hold)
        assert taken.wait(timeout=30)
        assert runs.advance(now=lambda: END) == judging.Judged()
        done.set()
        first.result(timeout=30)
    assert runs.advance(now=lambda: END).leads == LEADS


def test_a_fact_that_is_committed_after_its_lead_was_judged_is_judged_by_the_next(cast: Cast) -> None:
    agreed(cast, "mql", viewed(), day(0))
    lead = a_lead_at("1", 1)
    written, judged = Event(), Event()

    def write() -> None:
        try:
            with transaction.atomic():
                saw(lead, 2)
                written.set()
                assert judged.wait(timeout=30)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(write)
        assert written.wait(timeout=30)
        judging.judge(now=lambda: day(1.5))
        judged.set()
        writer.result(timeout=30)
    assert moves() == []
    work_until(5)
    assert moves() == [("1", "mql", 2.0, "lead_definition mql v1")]


def test_a_broker_that_lost_everything_loses_nothing(waiting: None) -> None:
    """Tasks carry no facts: whenever they come, the database says what is to be done."""
    wanted = expected()
    tasks.qualify()
    tasks.advance_runs()
    assert moves() == wanted["moves"]
    assert (ToQualify.objects.count(), DefinitionRun.objects.filter(finished_at=None).count()) == (0, 0)


def test_the_command_works_off_what_waits_without_a_worker(waiting: None) -> None:
    out = StringIO()
    call_command("qualify", format="json", stdout=out)
    told = orjson.loads(out.getvalue())
    assert told["moved"] == len(moves()) > 20
    assert (ToQualify.objects.count(), DefinitionRun.objects.filter(finished_at=None).count()) == (0, 0)
    out = StringIO()
    call_command("qualify", format="json", stdout=out)
    assert orjson.loads(out.getvalue()) == {"leads": 0, "moved": 0}


@pytest.mark.parametrize(
    ("size", "seconds", "most", "following"),
    [(64, 0.01, 250, 128), (200, 0.01, 250, 250), (200, 0.04, 250, 200), (250, 0.3, 250, 64), (5, 3.0, 5, 5)],
)
def test_what_takes_long_is_judged_in_smaller_portions(size: int, seconds: float, most: int, following: int) -> None:
    assert judging._next_size(size, seconds, most) == following

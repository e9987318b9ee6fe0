"""Does what a worker left behind come to its end without anybody asking?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from alignment.celery import app
from alignment.clock import now
from leads.imports import tasks
from leads.models import Import, Lead
from tests.leads.imports.bringing import LEADS, start

pytestmark = pytest.mark.django_db

CONTENT = "key,born,from,mail\na,2024-01-02,web,a@example.com\n"


@pytest.fixture(autouse=True)
def at_once() -> Iterator[None]:
    """Jobs run where they are asked for."""
    app.conf.task_always_eager = app.conf.task_eager_propagates = True
    yield
    app.conf.task_always_eager = app.conf.task_eager_propagates = False


def test_a_job_brings_its_import_to_the_end_and_may_come_twice() -> None:
    import_ = start("leads", CONTENT, LEADS)
    tasks.run_import(import_.pk)
    tasks.run_import(import_.pk)
    import_.refresh_from_db()
    assert (import_.state, import_.created, Lead.objects.count()) == ("done", 1, 1)


@pytest.mark.parametrize("state", ["queued", "checking"])
def test_the_sweep_finds_an_import_whose_job_was_lost(state: str) -> None:
    import_ = start("leads", CONTENT, LEADS)
    Import.objects.update(state=state, lease_until=now() - timedelta(seconds=1))
    tasks.resume_abandoned()
    import_.refresh_from_db()
    assert import_.state == "done"


def test_the_sweep_leaves_alone_what_is_held_or_over() -> None:
    held = start("leads", CONTENT, LEADS)
    Import.objects.update(lease_until=now() + timedelta(minutes=1))
    failed = start("leads", CONTENT, LEADS)
    Import.objects.filter(pk=failed.pk).update(state="failed")
    tasks.resume_abandoned()
    assert list(Import.objects.order_by("pk").values_list("pk", "state")) == [
        (held.pk, "queued"),
        (failed.pk, "failed"),
    ]

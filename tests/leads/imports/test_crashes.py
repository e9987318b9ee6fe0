"""Does an import that dies at any instant come to the same end, and is no chunk ever applied twice?"""

from __future__ import annotations

import csv
import gzip
import io
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from random import Random
from threading import Barrier
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from openpyxl import Workbook

from alignment.refusals import Refused
from leads.imports import service
from leads.imports.line import LEASE
from leads.imports.repairs.repairing import Correction, repair
from leads.imports.running import run_import
from leads.models import Import, ImportError, Lead, LeadIdentity, StageChange  # noqa: A004
from tests.leads.imports.bringing import run, start
from tests.world import NOW

pytestmark = pytest.mark.django_db(transaction=True)

ROWS, CHUNK = 500, 50
CONTENT = "key,born,from\n" + "".join(
    f"k{n % 450},2024-01-{n % 28 + 1:02},{'web' if n % 3 else ''}\n" if n % 100 else "bad,never,x\n"
    for n in range(ROWS)
)

RUNNER = """
import sys, django
django.setup()
from leads.imports import kinds, running
import dataclasses
import_id, chunk, die_in, line = map(int, sys.argv[1:5])
leads = kinds.KINDS["leads"]
calls = 0

def write(rows, job):
    global calls
    results = leads.write(rows, job)
    calls += 1
    if calls == die_in:
        print("written, not committed", flush=True)
        sys.stdin.read()
    return results

kinds.KINDS["leads"] = dataclasses.replace(leads, write=write)
if line:
    from alignment.clock import now
    from leads.imports.repairs.repairing import Correction, repair
    repair(import_id, [Correction(line, {"born": "2024-03-01"})], now=now(), actor=None)
else:
    running.run_import(import_id, chunk_rows=chunk)
"""


def profile(system: str) -> dict[str, object]:
    fields = {"external_id": "key", "created_at": "born", "source": "from"}
    return {"kind": "leads", "system": system, "dates": "iso", "fields": fields}


def end_state(import_: Import) -> dict[str, object]:
    """Everything an import of this file leaves, but ids and when it was recorded."""
    leads = Lead.objects.filter(import_id=import_.pk)
    changes = StageChange.objects.filter(import_id=import_.pk)
    return {
        "counts": Import.objects.filter(pk=import_.pk).values_list(
            "state", "rows", "cursor", "created", "updated", "unchanged", "rejected", "warnings"
        )[0],
        "leads": sorted(leads.values_list("external_id", "created_at", "source", "stage", "version"), key=str),
        "identities": sorted(LeadIdentity.objects.filter(lead__in=leads).values_list("key", "lead__external_id")),
        "changes": sorted(changes.values_list("lead__external_id", "to", "at", "cause")),
        "errors": list(
            ImportError.objects.filter(source=import_).values_list("line", "column", "value", "code", "row")
        ),
    }


def database_url() -> str:
    """The address of the database of this test."""
    parts = {name: quote(str(value), safe="") for name, value in connection.get_connection_params().items() if value}
    secret = f":{parts['password']}" if "password" in parts else ""
    return (
        f"postgres://{parts['user']}{secret}@/{parts['dbname']}?host={parts['host']}&port={parts.get('port', '5432')}"
    )


def kill_in_the_middle(import_: Import, die_in: int, line: int = 0) -> None:
    """Run the import in a process of its own and kill it when a chunk is written and not committed; with a line, its repair."""
    environment = {
        **os.environ,
        "ALIGNMENT_HOME": str(settings.ALIGNMENT_HOME),
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "alignment.settings",
    }
    runner = RUNNER.replace(
        "django.setup()",
        f"django.setup()\nfrom django.conf import settings\nsettings.MEDIA_ROOT = {str(settings.MEDIA_ROOT)!r}",
    )
    command = [sys.executable, "-c", runner, str(import_.pk), str(CHUNK), str(die_in), str(line)]
    root = Path(settings.ROOT)
    with subprocess.Popen(
        command, cwd=root, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "written, not committed\n"
        process.send_signal(signal.SIGKILL)
        process.wait()


def in_a_workbook() -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in csv.reader(io.StringIO(CONTENT)):
        sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


CONTAINERS: dict[str, Callable[[], bytes]] = {
    "plain": CONTENT.encode,
    "gzip": lambda: gzip.compress(CONTENT.encode("utf-16")),
    "xlsx": in_a_workbook,
}


@pytest.mark.parametrize(("container", "die_in"), [*zip(CONTAINERS, Random(20).sample(range(1, 11), 3), strict=True)])
def test_an_import_killed_in_the_middle_is_completed_by_resume(container: str, die_in: int) -> None:
    undisturbed = run(start("leads", CONTENT, profile("undisturbed")), chunk_rows=CHUNK)
    killed = start("leads", CONTAINERS[container](), profile("killed"))
    kill_in_the_middle(killed, die_in)
    killed.refresh_from_db()
    assert (killed.state, killed.cursor) == ("running", (die_in - 1) * CHUNK)
    run(service.resume(killed.pk), chunk_rows=CHUNK)
    assert end_state(killed) == end_state(undisturbed)


def test_a_correction_killed_in_the_middle_is_as_if_it_had_not_been_and_comes_in_when_sent_again() -> None:
    correction = Correction(102, {"born": "2024-03-01"})
    undisturbed = run(start("leads", CONTENT, profile("undisturbed")), chunk_rows=CHUNK)
    killed = run(start("leads", CONTENT, profile("killed")), chunk_rows=CHUNK)
    before = end_state(killed)
    kill_in_the_middle(killed, 1, line=correction.line)
    assert end_state(killed) == before
    for import_ in (killed, undisturbed, killed):
        repair(import_.pk, [correction], now=NOW, actor=None)
    assert end_state(killed) == end_state(undisturbed) != before


def test_a_check_killed_in_the_middle_says_the_same_and_leaves_nothing() -> None:
    killed = start("leads", CONTENT, profile("killed"), dry_run=True)
    kill_in_the_middle(killed, 5)
    killed.refresh_from_db()
    assert (killed.state, killed.cursor, killed.progress["rows"]) == ("running", 0, 4 * CHUNK)
    run(service.resume(killed.pk), chunk_rows=CHUNK)
    counted = (Import.objects.values_list("created", "updated", "unchanged", "rejected"), Lead.objects.count())
    assert (counted[0].get(pk=killed.pk), counted[1]) == ((446, 0, 49, 5), 0)
    in_earnest = run(start("leads", CONTENT, profile("killed")), chunk_rows=CHUNK)
    assert counted[0].get(pk=in_earnest.pk) == counted[0].get(pk=killed.pk)


def test_a_full_disk_is_a_sentence_and_what_is_in_stays_in(uploads: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    start("leads", CONTENT, profile("small"))
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(Refused) as refused:
            start("leads", CONTENT + "#", profile("big"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (refused.value.code, refused.value.status) == ("no_room", 507)
    assert [path.name for path in (uploads / "imports").iterdir()] == [Path(Import.objects.get().file).name]


def test_a_disk_that_fills_up_while_a_workbook_is_unpacked_can_be_gone_on_from() -> None:
    import_ = start("leads", in_a_workbook(), profile("book"))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        failed = run(import_, chunk_rows=CHUNK)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert failed.problem is not None
    assert (failed.state, failed.problem["code"]) == ("failed", "no_room")
    assert run(service.resume(import_.pk), chunk_rows=CHUNK).state == "done"


def test_the_sweep_leaves_an_import_alone_until_its_lease_is_over() -> None:
    killed = start("leads", CONTENT, profile("killed"))
    kill_in_the_middle(killed, 3)
    held = run_import(killed.pk)
    assert (held.state, held.cursor) == ("running", 2 * CHUNK)
    later = timezone.now() + LEASE + timedelta(seconds=1)
    assert run(killed, now=later, chunk_rows=CHUNK).state == "done"


def test_two_who_run_the_same_import_apply_each_chunk_once() -> None:
    undisturbed = run(start("leads", CONTENT, profile("undisturbed")), chunk_rows=CHUNK)
    shared = start("leads", CONTENT, profile("shared"))
    together = Barrier(2)

    def one_of_them() -> None:
        try:
            together.wait(timeout=30)
            run_import(shared.pk, now=lambda: NOW, take_over=True, chunk_rows=CHUNK)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        for each in [both.submit(one_of_them), both.submit(one_of_them)]:
            each.result()
    assert end_state(shared) == end_state(undisturbed)


def test_an_import_that_failed_goes_on_where_it_stopped(uploads: Path) -> None:
    undisturbed = run(start("leads", CONTENT, profile("undisturbed")), chunk_rows=CHUNK)
    stopped = start("leads", CONTENT, profile("stopped"))
    path = uploads / stopped.file
    content = path.read_bytes()
    path.unlink()
    failed = run(stopped, chunk_rows=CHUNK)
    assert failed.problem is not None
    assert (failed.state, failed.problem["code"]) == ("failed", "file_gone")
    path.write_bytes(content)
    run(service.resume(stopped.pk), chunk_rows=CHUNK)
    assert end_state(stopped) == end_state(undisturbed)

"""The second pass: how do rows come in, chunk by chunk, and how are they only rehearsed?

Each chunk is one transaction with its errors, its counts and the moved cursor. It locks the import's row and goes in
only if the cursor is where its worker left it, so that no chunk is ever applied twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import islice
from typing import Protocol

from django.db import connection, transaction

from alignment.attempts import again_after_deadlock
from alignment.people.persons import IMPORTED_TEAM
from alignment.people.selectors import reporting_zone
from leads.imports.binding import Binding, RowError
from leads.imports.kinds import Job
from leads.imports.models import Import, ImportError  # noqa: A004
from leads.imports.profile_check import read_profile
from leads.imports.reading import kept_layout, read_records
from leads.imports.rows import Outcome, Read, read_batches, write_batch
from leads.imports.uploads import must_be_there
from leads.imports.warnings import gather

LEASE = timedelta(minutes=2)
REHEARSAL_ERRORS = 10_000


class Progress(Protocol):
    """Told now and then: rows done, and rows in all once that is known."""

    def __call__(self, done: int, total: int | None) -> None: ...


class TakenOver(Exception):
    """Somebody else is at this import, or it was undone meanwhile."""


def apply(import_: Import, now: Callable[[], datetime], chunk_rows: int, progress: Progress) -> None:
    binding = _binding(import_)
    cursor = import_.cursor
    for batch in _batches(import_, binding, cursor, chunk_rows):
        _apply_chunk(import_, binding, cursor, batch, now())
        cursor += len(batch)
        progress(cursor, import_.rows)


@again_after_deadlock
@transaction.atomic
def _apply_chunk(import_: Import, binding: Binding, cursor: int, batch: list[Read], now: datetime) -> None:
    """One chunk: rows, errors, counts and the moved cursor together, or nothing of it."""
    held = Import.objects.select_for_update().get(pk=import_.pk)
    if held.state != Import.State.RUNNING or held.cursor != cursor:
        raise TakenOver
    outcome = write_batch(binding, batch, _job(import_, now))
    _set_aside(import_, outcome.errors)
    Import.objects.filter(pk=import_.pk).update(
        cursor=cursor + len(batch),
        warnings=gather(held.warnings, outcome.warnings),
        lease_until=now + LEASE,
        **{
            status: getattr(held, status) + outcome.counts[status]
            for status in ("created", "updated", "unchanged", "rejected")
        },
    )


def rehearse(import_: Import, now: Callable[[], datetime], chunk_rows: int, progress: Progress) -> None:
    """All chunks in one transaction that is rolled back: later rows meet earlier ones, as they would in earnest."""
    binding = _binding(import_)
    total, warnings = Outcome(), gather([], [])
    done = 0
    with transaction.atomic():
        for batch in _batches(import_, binding, 0, chunk_rows):
            outcome = write_batch(binding, batch, _job(import_, now()))
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
            total.counts += outcome.counts
            total.errors = [*total.errors, *outcome.errors][:REHEARSAL_ERRORS]
            warnings = gather(warnings, outcome.warnings)
            done += len(batch)
            progress(done, import_.rows)
        transaction.set_rollback(True)
    _note_rehearsal(import_, total, gather(warnings, []))


@transaction.atomic
def _note_rehearsal(import_: Import, total: Outcome, warnings: object) -> None:
    held = Import.objects.select_for_update().get(pk=import_.pk)
    if held.state != Import.State.RUNNING or held.cursor:
        raise TakenOver
    _set_aside(import_, total.errors)
    Import.objects.filter(pk=import_.pk).update(cursor=import_.rows, warnings=warnings, **total.counts)


def _binding(import_: Import) -> Binding:
    columns = import_.decisions["columns"]
    profile = read_profile(import_.kind, import_.profile, columns)
    return Binding(profile, columns, import_.decisions["decided"], reporting_zone())


def _job(import_: Import, now: datetime) -> Job:
    document = import_.profile
    return Job(
        now=now,
        actor_id=import_.actor_id,
        import_id=import_.pk,
        owner_team=document.get("owner_team") or IMPORTED_TEAM,
        create_leads=bool(document.get("create_leads")),
    )


def _batches(import_: Import, binding: Binding, cursor: int, chunk_rows: int) -> Iterator[list[Read]]:
    records = islice(read_records(must_be_there(import_.file), kept_layout(import_.decisions)), cursor, None)
    return read_batches(binding, records, chunk_rows)


def _set_aside(import_: Import, errors: list[RowError]) -> None:
    ImportError.objects.bulk_create([ImportError(source=import_, **asdict(error)) for error in errors], batch_size=1000)

"""The second pass: how do rows come in, chunk by chunk?

Each chunk is one transaction with its errors, its counts and the moved cursor. It locks the import's row and goes in
only if the cursor is where its worker left it, so that no chunk is ever applied twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from typing import Protocol

from django.db import connection, transaction

from alignment.attempts import again_after_deadlock
from alignment.copying import meanwhile
from alignment.own_names import SYSTEM
from alignment.people.persons import IMPORTED_TEAM
from alignment.people.selectors import reporting_currency, reporting_zone
from alignment.plans import note_growth
from leads.imports.kinds import Job
from leads.imports.line import LEASE
from leads.imports.models import Import, ImportError  # noqa: A004
from leads.imports.pace import Pace
from leads.imports.pace import Progress as Kept
from leads.imports.pauses import Turns
from leads.imports.profiles.binding import Binding, RowError
from leads.imports.profiles.fields import read_profile
from leads.imports.reading import kept_layout, read_records
from leads.imports.rows import Batch, read_batches, write_batch
from leads.imports.shares import Share
from leads.imports.uploads import must_be_there
from leads.imports.warnings import gather

CHUNK_ROWS = 2_000
"""Rows read together, and written together while no lead is held that was there before."""

STATUSES = ("created", "updated", "unchanged", "rejected")


class Progress(Protocol):
    """Told now and then: rows done, and rows in all once that is known."""

    def __call__(self, done: int, total: int | None) -> None: ...


@dataclass(frozen=True)
class Run:
    """How an import is run: the clock, rows a chunk, who is told, and what may happen between two chunks."""

    now: Callable[[], datetime]
    chunk_rows: int
    progress: Progress
    between: Callable[[], None]


class TakenOver(Exception):
    """Somebody else is at this import, or it was stopped or undone meanwhile."""


def apply(import_: Import, run: Run) -> None:
    """Every row that is not in yet."""
    binding = bind(import_)
    cursor = import_.cursor
    pace, turns, share = Pace(run.now(), cursor), Turns(), Share(run.chunk_rows * binding.kind.chunks_together)
    for batch in batches(import_, binding, cursor, lambda: share.rows, turns):
        now, through = run.now(), cursor + len(batch)

        def paced(through: int = through) -> Kept:
            return pace.at(run.now(), through, import_.rows)

        with turns.writing(), meanwhile(turns.idle), share.measured(len(batch)) as held:
            held.leads = _apply_chunk(import_, binding, cursor, batch, now, paced, turns)
        cursor = through
        run.progress(cursor, import_.rows)
        if cursor < import_.rows:
            note_growth()
            run.between()


@again_after_deadlock
def _apply_chunk(
    import_: Import,
    binding: Binding,
    cursor: int,
    batch: Batch,
    now: datetime,
    paced: Callable[[], Kept],
    turns: Turns,
) -> bool:
    """One chunk: rows, errors, counts, pace and the moved cursor together, or nothing of it; whether it held leads that were there.

    Nobody waits for the disk: should the database lose the last chunks, it loses their cursor too, and they come in again.
    """
    with ExitStack() as committing, transaction.atomic():
        counts = _write_chunk(import_, binding, cursor, batch, now, paced)
        committing.enter_context(turns.idle())
    return binding.kind.holds_leads(counts)


def _write_chunk(
    import_: Import, binding: Binding, cursor: int, batch: Batch, now: datetime, paced: Callable[[], Kept]
) -> Counter[str]:
    with connection.cursor() as database:
        database.execute("SET LOCAL synchronous_commit TO off")
    held = Import.objects.select_for_update().get(pk=import_.pk)
    if held.state != Import.State.RUNNING or held.cursor != cursor:
        raise TakenOver
    outcome = write_batch(binding, batch, job_of(import_, now))
    set_aside(import_, outcome.errors)
    Import.objects.filter(pk=import_.pk).update(
        cursor=cursor + len(batch),
        warnings=gather(held.warnings, outcome.warnings),
        lease_until=now + LEASE,
        progress=paced(),
        **{status: getattr(held, status) + outcome.counts[status] for status in STATUSES},
    )
    return outcome.counts


def bind(import_: Import) -> Binding:
    """What reads this import's records, by its profile and what the first pass decided."""
    columns = import_.decisions["columns"]
    profile = read_profile(import_.kind, import_.profile, columns)
    return Binding(profile, columns, import_.decisions["decided"], reporting_zone(), reporting_currency())


def job_of(import_: Import, now: datetime) -> Job:
    """What the writers are told of this import."""
    document = import_.profile
    return Job(
        now=now,
        actor_id=import_.actor_id,
        import_id=import_.pk,
        owner_team=document.get("owner_team") or IMPORTED_TEAM,
        create_leads=bool(document.get("create_leads")),
        exported=document.get("system") == SYSTEM,
    )


def batches(import_: Import, binding: Binding, cursor: int, size: Callable[[], int], turns: Turns) -> Iterator[Batch]:
    """The rows from the cursor on."""
    records = islice(read_records(must_be_there(import_.file), kept_layout(import_.decisions)), cursor, None)
    return read_batches(binding, records, size, turns)


def set_aside(import_: Import, errors: list[RowError]) -> None:
    """Keep what could not come in, and why."""
    ImportError.objects.bulk_create([ImportError(source=import_, **asdict(error)) for error in errors], batch_size=1000)

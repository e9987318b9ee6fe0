"""How does a file come in? Checked first, then chunk by chunk, each in one transaction with its counts and its cursor.

Whoever runs an import may die at any instant: what was committed stays, and the next run goes on at the cursor to the
same end. A lease keeps two from starting on the same one; should they all the same, each chunk locks the import's row
and goes in only if the cursor is where its worker left it, so that no chunk is ever applied twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import islice
from typing import Protocol

from django.db import OperationalError, connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from alignment import clock
from alignment.people.persons import IMPORTED_TEAM
from alignment.people.selectors import reporting_zone
from alignment.refusals import Refused
from leads.imports.binding import Binding, RowError
from leads.imports.checking import check_file, fit_profile
from leads.imports.kinds import Job
from leads.imports.models import Import, ImportError  # noqa: A004
from leads.imports.profiles import read_profile
from leads.imports.reading import read_records
from leads.imports.rows import Outcome, Read, read_batches, write_batch
from leads.imports.uploads import must_be_there
from leads.imports.warnings import gather

CHUNK_ROWS = 10_000
LEASE = timedelta(minutes=2)
REHEARSAL_LEASE = timedelta(hours=1)
"""A dry run is one transaction, in which nobody sees a lease being renewed."""

REHEARSAL_ERRORS = 10_000
ATTEMPTS = 3
AT_WORK = (Import.State.QUEUED, Import.State.CHECKING, Import.State.RUNNING)
DEADLOCK, SERIALIZATION = "40P01", "40001"


class Progress(Protocol):
    """Told now and then: rows done, and rows in all once that is known."""

    def __call__(self, done: int, total: int | None) -> None: ...


def _tell_nobody(done: int, total: int | None) -> None:
    """Progress for nobody."""


class TakenOver(Exception):
    """Somebody else is at this import, or it was undone meanwhile."""


def run_import(
    import_id: int,
    *,
    now: Callable[[], datetime] = clock.now,
    take_over: bool = False,
    chunk_rows: int = CHUNK_ROWS,
    progress: Progress = _tell_nobody,
) -> Import:
    """Bring an import to its end, from wherever it is. Does nothing if somebody else holds it, unless `take_over`."""
    if not _claim(import_id, now(), take_over=take_over):
        return Import.objects.get(pk=import_id)
    try:
        if _check(import_id, now, progress):
            import_ = Import.objects.get(pk=import_id)
            (_rehearse if import_.dry_run else _apply)(import_, now, chunk_rows, progress)
            _finish(import_id, now())
    except TakenOver:
        pass
    except Refused as refused:
        _fail(import_id, refused.code, refused.detail, now())
    except OperationalError:
        raise  # the database is away: the lease runs out and the next run goes on
    except Exception as error:
        _fail(import_id, "unexpected", f"{type(error).__name__}: {error}"[:1000], now())
        raise
    return Import.objects.get(pk=import_id)


def _claim(import_id: int, now: datetime, *, take_over: bool) -> bool:
    free = Q() if take_over else Q(lease_until=None) | Q(lease_until__lt=now)
    claimed = Import.objects.filter(free, pk=import_id, state__in=AT_WORK)
    return claimed.update(lease_until=now + LEASE, started_at=Coalesce(F("started_at"), now)) == 1


def _check(import_id: int, now: Callable[[], datetime], progress: Progress) -> bool:
    """The first pass, if it was not done yet; whether the import may run."""
    unchecked = Import.objects.filter(pk=import_id, state__in=(Import.State.QUEUED, Import.State.CHECKING))
    if not unchecked.update(state=Import.State.CHECKING):
        return True
    import_ = Import.objects.get(pk=import_id)

    def report(done: int) -> None:
        unchecked.update(lease_until=now() + LEASE)
        progress(done, None)

    path = must_be_there(import_.file)
    fitted = fit_profile(import_.kind, import_.profile, path)
    checked = check_file(fitted, path, import_.decisions.get("answers", {}), report)
    decisions = import_.decisions | {"columns": fitted.columns, "decided": checked.decided}
    if checked.question is not None:
        unchecked.update(
            state=Import.State.NEEDS_ANSWER,
            question=asdict(checked.question),
            rows=checked.rows,
            decisions=decisions,
            lease_until=None,
        )
        return False
    lease = REHEARSAL_LEASE if import_.dry_run else LEASE
    checked_once = unchecked.update(
        state=Import.State.RUNNING, question=None, rows=checked.rows, decisions=decisions, lease_until=now() + lease
    )
    return checked_once == 1


def _apply(import_: Import, now: Callable[[], datetime], chunk_rows: int, progress: Progress) -> None:
    binding = _binding(import_)
    cursor = import_.cursor
    for batch in _batches(import_, binding, cursor, chunk_rows):
        for attempt in range(1, ATTEMPTS + 1):
            try:
                _apply_chunk(import_, binding, cursor, batch, now())
                break
            except OperationalError as error:
                if attempt == ATTEMPTS or getattr(error.__cause__, "pgcode", None) not in (DEADLOCK, SERIALIZATION):
                    raise
        cursor += len(batch)
        progress(cursor, import_.rows)


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


def _rehearse(import_: Import, now: Callable[[], datetime], chunk_rows: int, progress: Progress) -> None:
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


def _finish(import_id: int, now: datetime) -> None:
    through = Import.objects.filter(pk=import_id, state=Import.State.RUNNING, cursor=F("rows"))
    through.update(state=Import.State.DONE, finished_at=now, lease_until=None)


def _fail(import_id: int, code: str, detail: str, now: datetime) -> None:
    Import.objects.filter(pk=import_id, state__in=AT_WORK).update(
        state=Import.State.FAILED, problem={"code": code, "detail": detail}, finished_at=now, lease_until=None
    )


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
    records = islice(read_records(must_be_there(import_.file)), 1 + cursor, None)
    return read_batches(binding, records, chunk_rows)


def _set_aside(import_: Import, errors: list[RowError]) -> None:
    ImportError.objects.bulk_create([ImportError(source=import_, **asdict(error)) for error in errors], batch_size=1000)

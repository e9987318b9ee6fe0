"""How does a file come in? Checked first, then chunk by chunk, each in one transaction with its counts and its cursor.

Whoever runs an import may die at any instant: what was committed stays, and the next run goes on at the cursor to the
same end. A lease keeps two from starting on the same one; should they all the same, one stops for the other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from alignment import clock
from alignment.refusals import Refused
from leads.imports.applying import LEASE, Progress, TakenOver, apply, rehearse
from leads.imports.checking import check_file, fit_profile
from leads.imports.models import Import
from leads.imports.uploads import must_be_there
from leads.imports.warnings import gather

CHUNK_ROWS = 10_000
REHEARSAL_LEASE = timedelta(hours=1)
"""A dry run is one transaction, in which nobody sees a lease being renewed."""

AT_WORK = (Import.State.QUEUED, Import.State.CHECKING, Import.State.RUNNING)


def _tell_nobody(done: int, total: int | None) -> None:
    """Progress for nobody."""


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
            (rehearse if import_.dry_run else apply)(import_, now, chunk_rows, progress)
            _finish(import_id, now())
    except TakenOver:
        pass
    except Refused as refused:
        _fail(import_id, refused.code, refused.detail, now())
    except (OperationalError, InterfaceError):
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
    answers = import_.decisions.get("answers", {})
    fitted = fit_profile(import_.kind, import_.profile, path, answers)
    checked = check_file(fitted, path, answers, report)
    decisions = import_.decisions | {
        "columns": fitted.columns,
        "layout": fitted.layout.as_json(),
        "decided": checked.decided,
    }
    if checked.question is not None:
        unchecked.update(
            state=Import.State.NEEDS_ANSWER,
            question=asdict(checked.question),
            warnings=gather([], checked.notes),
            rows=checked.rows,
            decisions=decisions,
            lease_until=None,
        )
        return False
    lease = REHEARSAL_LEASE if import_.dry_run else LEASE
    checked_once = unchecked.update(
        state=Import.State.RUNNING,
        question=None,
        warnings=gather([], checked.notes),
        rows=checked.rows,
        decisions=decisions,
        lease_until=now() + lease,
    )
    return checked_once == 1


def _finish(import_id: int, now: datetime) -> None:
    through = Import.objects.filter(pk=import_id, state=Import.State.RUNNING, cursor=F("rows"))
    through.update(state=Import.State.DONE, finished_at=now, lease_until=None)


def _fail(import_id: int, code: str, detail: str, now: datetime) -> None:
    Import.objects.filter(pk=import_id, state__in=AT_WORK).update(
        state=Import.State.FAILED, problem={"code": code, "detail": detail}, finished_at=now, lease_until=None
    )

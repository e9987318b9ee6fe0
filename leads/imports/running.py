"""How does a file come in? Checked first, then chunk by chunk, each in one transaction with its counts and its cursor.

Whoever runs an import may die at any instant: what was committed stays, and the next run goes on at the cursor to the
same end. A lease keeps two from starting on the same one; should they all the same, one stops for the other.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from django.db import InterfaceError, OperationalError
from django.db.models import F

from alignment import clock
from alignment.refusals import Refused
from leads.imports import line
from leads.imports.applying import CHUNK_ROWS, Progress, Run, TakenOver, apply
from leads.imports.line import AT_WORK, LEASE
from leads.imports.models import Import
from leads.imports.pace import Pace, rows_by_size
from leads.imports.pauses import unhurried
from leads.imports.profiles.checking import check_file, fit_profile
from leads.imports.reading import keep_rows
from leads.imports.rehearsing import rehearse
from leads.imports.uploads import NO_ROOM, must_be_there, path_of
from leads.imports.warnings import gather

__all__ = ["AT_WORK", "CHUNK_ROWS", "LEASE", "run_import"]

log = logging.getLogger(__name__)


def _tell_nobody(done: int, total: int | None) -> None:
    """Progress for nobody."""


def run_import(
    import_id: int,
    *,
    now: Callable[[], datetime] = clock.now,
    take_over: bool = False,
    chunk_rows: int = CHUNK_ROWS,
    progress: Progress = _tell_nobody,
    within: int | None = None,
) -> Import:
    """Bring an import to its end, from wherever it is.

    Does nothing while another one is at work, or if somebody else holds this one, unless `take_over`. `within` is the
    big import between two chunks of which this small one comes in.
    """
    if not line.claim(import_id, now(), take_over=take_over, within=within):
        return Import.objects.get(pk=import_id)
    run = Run(now, chunk_rows, progress, lambda: None if within else _let_a_small_one_in(import_id, now))
    try:
        with unhurried(), keep_rows(path_of(Import.objects.get(pk=import_id).file)):
            if _check(import_id, run):
                import_ = Import.objects.get(pk=import_id)
                (rehearse if import_.dry_run else apply)(import_, run)
                _finish(import_id, now())
    except TakenOver:
        pass
    except Refused as refused:
        _fail(import_id, refused.code, refused.detail, now())
    except (OperationalError, InterfaceError):
        raise  # the database is away: the lease runs out and the next run goes on
    except Exception as error:
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            _fail(
                import_id, "no_room", "The disk is full. Make room, then let the import go on where it stopped.", now()
            )
        else:
            _fail(import_id, "unexpected", f"{type(error).__name__}: {error}"[:1000], now())
            raise
    return Import.objects.get(pk=import_id)


def _let_a_small_one_in(big: int, now: Callable[[], datetime]) -> None:
    """One small import that waits comes in now; what goes wrong with it is its own."""
    small = line.small_one(now(), big)
    if small is None:
        return
    try:
        run_import(small, now=now, take_over=True, within=big)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.exception("Import %s failed between two chunks of import %s", small, big)


def _check(import_id: int, run: Run) -> bool:
    """The first pass, if it was not done yet; whether the import may run."""
    unchecked = Import.objects.filter(pk=import_id, state__in=(Import.State.QUEUED, Import.State.CHECKING))
    if not unchecked.update(state=Import.State.CHECKING):
        return Import.objects.filter(pk=import_id, state=Import.State.RUNNING).exists()
    import_ = Import.objects.get(pk=import_id)
    path = must_be_there(import_.file)
    answers = import_.decisions.get("answers", {})
    fitted = fit_profile(import_.kind, import_.profile, path, answers)
    pace, about = Pace(run.now()), rows_by_size(path, fitted.layout.container)

    def report(done: int) -> None:
        at = run.now()
        if not unchecked.update(
            lease_until=at + LEASE, progress=pace.at(at, done, max(done, about) if about else None)
        ):
            raise TakenOver
        run.progress(done, None)
        run.between()

    checked = check_file(fitted, path, answers, report)
    decisions = import_.decisions | {
        "columns": fitted.columns,
        "layout": fitted.layout.as_json(),
        "decided": checked.decided,
    }
    found = {"warnings": gather([], checked.notes), "rows": checked.rows, "progress": {}}
    if checked.question is not None:
        question = asdict(checked.question)
        asked = decisions.get("asked", {}) | {question["field"]: question}
        found |= {"state": Import.State.NEEDS_ANSWER, "question": question, "decisions": decisions | {"asked": asked}}
        unchecked.update(**found, lease_until=None)
        return False
    found |= {"state": Import.State.RUNNING, "question": None, "decisions": decisions}
    return unchecked.update(**found, lease_until=run.now() + LEASE) == 1


def _finish(import_id: int, now: datetime) -> None:
    through = Import.objects.filter(pk=import_id, state=Import.State.RUNNING, cursor=F("rows"))
    through.update(state=Import.State.DONE, finished_at=now, lease_until=None, progress={})


def _fail(import_id: int, code: str, detail: str, now: datetime) -> None:
    Import.objects.filter(pk=import_id, state__in=AT_WORK).update(
        state=Import.State.FAILED,
        problem={"code": code, "detail": detail},
        finished_at=now,
        lease_until=None,
        progress={},
    )

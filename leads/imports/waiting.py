"""How does somebody wait until an import is through, as the command does? In line, until its turn comes.

Those in front go first. Where the line is free and nobody takes up the one in front (no worker runs), who waits does not wait for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from alignment import clock
from leads.imports import line
from leads.imports.applying import CHUNK_ROWS, Progress
from leads.imports.line import AT_WORK, LEASE, Place
from leads.imports.models import Import
from leads.imports.running import run_import

LOOK_EVERY_SECONDS = 0.25
PATIENCE_SECONDS = 3.0
"""So long the line may be free before somebody in front who does not come is passed by."""


def run_to_end(
    import_id: int,
    *,
    progress: Progress,
    waiting: Callable[[Place], None],
    now: Callable[[], datetime] = clock.now,
    chunk_rows: int = CHUNK_ROWS,
) -> Import:
    """The import once it is through, needs an answer or failed; `waiting` is told where it stands until its turn comes."""
    free_since: float | None = None
    while True:
        import_ = Import.objects.get(pk=import_id)
        if import_.state not in AT_WORK:
            return import_
        place = line.place_of(import_, now())
        free = place.number is not None and line.at_work(now()) is None
        free_since = (free_since or time.monotonic()) if free else None
        tired = free_since is not None and time.monotonic() - free_since > PATIENCE_SECONDS
        if place.number == 0 or (free and (place.number == 1 or tired)):
            import_ = run_import(
                import_id, now=now, take_over=place.number != 0, chunk_rows=chunk_rows, progress=progress
            )
            if import_.state not in AT_WORK:
                return import_
        _stand(import_id, now())
        waiting(place)
        time.sleep(LOOK_EVERY_SECONDS)


def _stand(import_id: int, now: datetime) -> None:
    """Say that somebody waits with it, so that no worker takes it away."""
    Import.objects.filter(pk=import_id, state=Import.State.QUEUED).update(lease_until=now + LEASE)

"""How fast does an import go, and how long will it take? Said by whoever runs it, kept in `Import.progress`."""

from __future__ import annotations

from collections import deque
from datetime import datetime
from pathlib import Path
from typing import TypedDict

WINDOW = 20
"""So many reports back: about the last half minute."""
SAMPLE_BYTES = 1 << 18


class Progress(TypedDict, total=False):
    """Rows gone through in this pass, of how many, rows a second, seconds that remain; None: not known yet."""

    rows: int
    of: int | None
    rate: float | None
    remaining_seconds: int | None


class Pace:
    """Told each time how far a pass is; says how fast it went lately."""

    def __init__(self, now: datetime, rows: int = 0) -> None:
        self._seen: deque[tuple[datetime, int]] = deque([(now, rows)], maxlen=WINDOW)

    def at(self, now: datetime, rows: int, of: int | None) -> Progress:
        """What is kept with the import: it is at so many rows now."""
        since, before = self._seen[0]
        self._seen.append((now, rows))
        seconds = (now - since).total_seconds()
        rate = (rows - before) / seconds if seconds > 0 and rows > before else None
        left = round(max(of - rows, 0) / rate) if rate and of is not None else None
        return Progress(rows=rows, of=of, rate=None if rate is None else round(rate, 1), remaining_seconds=left)


def rows_by_size(path: Path, container: str) -> int | None:
    """About how many rows a plain file has, by the length of its first ones; None where that cannot be told."""
    if container != "plain":
        return None
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(SAMPLE_BYTES)
    lines = start.count(b"\n") or start.count(b"\r")
    return max(1, round(size * lines / len(start))) if lines else None

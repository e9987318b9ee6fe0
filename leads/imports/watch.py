"""What does somebody at the terminal see of an import? A bar where a terminal is, else a line every few seconds."""

from __future__ import annotations

import time
from collections.abc import Callable

from leads.imports.line import Place
from leads.imports.summary import duration

BAR_WIDTH = 40
EVERY_SECONDS = 5.0
BAR_EVERY_SECONDS = 0.2


class Watch:
    """Told of every step; writes now and then. `write` takes a text and `ending`."""

    def __init__(
        self, write: Callable[..., object], *, terminal: bool, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._write, self._terminal, self._seconds = write, terminal, seconds
        self._began = self._last = seconds()
        self._from: tuple[float, int, bool] | None = None
        self._open = False

    def rows(self, done: int, total: int | None) -> None:
        """So many rows are through; without a total the file is being checked."""
        now = self._seconds()
        if self._from is None or self._from[2] is not (total is None):
            self._from = (now, done, total is None)
        if done == total and self._terminal:
            self._say(_bar(done, total), over=True)
        elif self._is_time(now):
            words = self._words(done, total, now)
            self._say(f"{_bar(done, total)}{words}" if self._terminal else f"{_plain(done, total)}{words}", over=False)

    def waiting(self, place: Place) -> None:
        """It waits in line."""
        if place.number and place.behind is not None and self._is_time(self._seconds()):
            behind = place.behind
            nth = "next" if place.number == 1 else f"number {place.number}"
            self._say(
                f"waiting in line, {nth}, behind import {behind.pk} ({behind.kind} from {behind.file_name})", over=False
            )

    def end(self) -> None:
        """Nothing more comes: what follows begins on a line of its own."""
        if self._open:
            self._write("", ending="\n")
            self._open = False

    def _is_time(self, now: float) -> bool:
        due = now - self._last >= (BAR_EVERY_SECONDS if self._terminal else EVERY_SECONDS)
        if due:
            self._last = now
        return due

    def _words(self, done: int, total: int | None, now: float) -> str:
        since, before, _checking = self._from or (now, done, False)
        if now <= since or done <= before:
            return ""
        rate = (done - before) / (now - since)
        left = "" if total is None else f", about {duration(round((total - done) / rate))} left"
        return f", {rate:,.0f} rows a second{left}"

    def _say(self, words: str, *, over: bool) -> None:
        if self._terminal:
            self._write(f"\r\x1b[K{words}", ending="\n" if over else "")
            self._open = not over
        else:
            self._write(words)


def _bar(done: int, total: int | None) -> str:
    if total is None:
        return _plain(done, total)
    filled = BAR_WIDTH * done // max(total, 1)
    return f"[{'#' * filled}{'.' * (BAR_WIDTH - filled)}] {done:,} of {total:,} rows"


def _plain(done: int, total: int | None) -> str:
    return f"checking: {done:,} rows" if total is None else f"{done:,} of {total:,} rows"

"""How is a file asked for and sent? `?format=csv` or `?format=xlsx` at the address of any list or report, on any page.

A download begins at once and is written while it is sent, so that it neither waits nor fills memory. It keeps a thread of the web
process while it lasts; so that downloads never take all of them, a process sends `AT_ONCE` at a time. One more waits for a place for a
moment; who finds none is asked to come back.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from threading import BoundedSemaphore
from typing import Final
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string

from alignment.ui.exports.csv_file import csv_blocks
from alignment.ui.exports.export import Export
from alignment.ui.exports.workbook import workbook_blocks

AT_ONCE: Final = 2
COME_BACK: Final = 20
PATIENCE_SECONDS: Final = 10.0
"""So long one request waits for a place; the others keep the threads that pages need."""
CSV, XLSX = "csv", "xlsx"
TYPES: Final = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
BUSY = "Other files are being sent right now. Try again in a moment."

_places = BoundedSemaphore(AT_ONCE)
_waiting = BoundedSemaphore(1)


def is_asked_for(request: HttpRequest) -> bool:
    """Whether the address asks for a file; 404 for a kind of file that there is not."""
    asked = request.GET.get("format", "")
    if asked and asked not in TYPES:
        raise Http404
    return bool(asked)


def download(request: HttpRequest, export: Export) -> HttpResponseBase:
    """The file, in the format that the address asks for."""
    return send(export, request.GET.get("format", CSV), by=str(request.user), back=_without_format(request))


def send(export: Export, ending: str, *, by: str, mark: bool = True, back: str = "") -> HttpResponseBase:
    """The file, streamed; a page with 503 while as many are sent as may be, with a way back to the address `back`.

    `mark`: CSV begins with a byte order mark, for Excel.
    """
    if not _find_place():
        page = render_to_string("exports/busy.html", {"back": back, "why": BUSY})
        return HttpResponse(page, status=503, headers={"Retry-After": f"{COME_BACK}"})
    answer = StreamingHttpResponse(
        _Sent(_blocks(export, ending, by, mark), _places.release), content_type=TYPES[ending]
    )
    answer["Content-Disposition"] = f'attachment; filename="{export.file_name(ending)}"'
    answer["Export-About"] = quote("; ".join(f"{name}: {text}" for name, text in export.about(by)), safe=" ;:,@+()")[
        :4_000
    ]
    answer["Cache-Control"] = "no-store, private"
    return answer


def _find_place() -> bool:
    """A place, at once or after some waiting."""
    if _places.acquire(blocking=False):
        return True
    if not _waiting.acquire(blocking=False):
        return False
    try:
        return _places.acquire(timeout=PATIENCE_SECONDS)
    finally:
        _waiting.release()


def _without_format(request: HttpRequest) -> str:
    """The page whose rows were asked for as a file."""
    asked = request.GET.copy()
    asked.pop("format", None)
    return f"{request.path}?{asked.urlencode()}" if asked else request.path


def _blocks(export: Export, ending: str, by: str, mark: bool) -> Iterator[bytes]:
    if ending == CSV:
        return csv_blocks(export.names, export.rows, mark=mark)
    return workbook_blocks(export.names, export.rows, lambda rows: export.about(by, rows))


class _Sent:
    """The blocks of a file on its way; its place is free again when it is through, broken off, or forgotten."""

    def __init__(self, blocks: Iterator[bytes], free: Callable[[], None]) -> None:
        self._blocks = blocks
        self.close = weakref.finalize(self, free)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._blocks)
        except BaseException:
            self.close()
            raise

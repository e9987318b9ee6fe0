"""An export as CSV, a block of lines at a time.

UTF-8 with a byte order mark: without it Excel takes the bytes for those of an old code page and spoils every umlaut; whoever
reads files for a living, this product's import included, passes over it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from alignment.ui.exports.cells import csv_cell

MARK = "\ufeff"
BLOCK = 500


def csv_blocks(names: Sequence[str], rows: Iterable[Sequence[object]], *, mark: bool = True) -> Iterator[bytes]:
    """The header at once, so that whoever waits sees it begin; then the rows."""
    out = io.StringIO()
    line = csv.writer(out, lineterminator="\r\n").writerow
    line([csv_cell(name) for name in names])
    yield ((MARK if mark else "") + _taken(out)).encode()
    for number, row in enumerate(rows, 1):
        line([csv_cell(value) for value in row])
        if number % BLOCK == 0:
            yield _taken(out).encode()
    if rest := _taken(out):
        yield rest.encode()


def _taken(out: io.StringIO) -> str:
    text = out.getvalue()
    out.seek(0)
    out.truncate()
    return text

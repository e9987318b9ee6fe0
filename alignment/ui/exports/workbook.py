"""An export as a workbook (XLSX), written while it is sent: nothing is kept but the row at hand.

Texts are inline strings, so that nothing is a formula; numbers and times are typed cells where that loses nothing. The sheet
`Rows` holds the rows, `About` says what they are. A sheet that is full is followed by `Rows 2`.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import chain

from alignment.ui.exports import parts
from alignment.ui.exports.cells import Typed, is_harmless, written

MOST_ROWS = 1_048_576
LONGEST_TEXT = 32_767
EXACT = 2**53
BLOCK = 256
CUT = " … (cut: a cell of a workbook holds 32,767 characters, the CSV has all of it)"
FIRST_DAY = datetime(1900, 3, 1, tzinfo=UTC)
DAY_ZERO = datetime(1899, 12, 30, tzinfo=UTC)
_UNSAFE = re.compile("[&<>\r\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_NAMED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;", "_": "_x005F_"}
_RUNS = ("=", "+", "-", "@")


class _Pipe:
    """Where the archive is written to; what came in is taken out and sent. It cannot be wound back."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is open."""

    def taken(self) -> bytes:
        found = b"".join(self._parts)
        self._parts.clear()
        return found


def workbook_blocks(
    names: Sequence[str],
    rows: Iterable[Sequence[object]],
    about: Callable[[int], Sequence[tuple[str, str]]],
    *,
    most_rows: int = MOST_ROWS,
) -> Iterator[bytes]:
    """The bytes of the workbook. `about` is asked at the end, with the number of rows, for the lines of the second sheet."""
    pipe = _Pipe()
    coming, count = iter(rows), 0
    sheets: list[str] = []
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        more = True
        while more:
            sheets.append("Rows" if not sheets else f"Rows {len(sheets) + 1}")
            with archive.open(parts.sheet_path(len(sheets)), "w", force_zip64=True) as sheet:
                more = False
                sheet.write(parts.SHEET_BEGINS + _row(names, head=True))
                yield pipe.taken()
                for block, full in _blocks(coming, most_rows - 1):
                    sheet.write(b"".join(map(_row, block)))
                    count += len(block)
                    more = full
                    if sent := pipe.taken():
                        yield sent
                sheet.write(parts.SHEET_ENDS)
            if more and (following := next(coming, None)) is not None:
                coming = chain([following], coming)
            else:
                more = False
        sheets.append("About")
        with archive.open(parts.sheet_path(len(sheets)), "w") as sheet:
            lines = [_row(line) for line in about(count)]
            sheet.write(parts.ABOUT_BEGINS + b"".join(lines) + parts.SHEET_ENDS)
        for path, text in parts.frame(sheets):
            archive.writestr(path, text)
    yield pipe.taken()


def _blocks(rows: Iterator[Sequence[object]], most: int) -> Iterator[tuple[list[Sequence[object]], bool]]:
    """Blocks of what fits into one sheet; with the last one, whether the sheet is full."""
    block: list[Sequence[object]] = []
    number = 0
    for row in rows:
        block.append(row)
        number += 1
        if number == most:
            break
        if len(block) == BLOCK:
            yield block, False
            block = []
    if block:
        yield block, number == most


def _row(values: Sequence[object], *, head: bool = False) -> bytes:
    cells = [_text(str(value), parts.BOLD) for value in values] if head else [_cell(value) for value in values]
    return f"<row>{''.join(cells)}</row>".encode()


def _cell(value: object) -> str:
    if isinstance(value, str):
        return _text(value) if value else "<c/>"
    if value is None:
        return "<c/>"
    if isinstance(value, bool):
        return f'<c t="b"><v>{value:d}</v></c>'
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return _day(value)
    if isinstance(value, int | float | Decimal) and _is_exact(value):
        return f"<c><v>{written(value)}</v></c>"
    return _cell(value.value) if isinstance(value, Typed) else _text(written(value))


def _text(text: str, style: str = "") -> str:
    """A text as it is. One that looks like a formula is marked as a text, so that it stays one when the cell is edited."""
    if is_harmless(text):
        text = f"'{text}"
    if len(text) > LONGEST_TEXT:
        text = text[: LONGEST_TEXT - len(CUT)] + CUT
    if _UNSAFE.search(text):
        text = _UNSAFE.sub(_safe, text)
    shape = style or (parts.QUOTED if text.startswith(_RUNS) else "")
    return f'<c{shape} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _safe(found: re.Match[str]) -> str:
    sign = found.group()
    return _NAMED.get(sign) or f"_x{ord(sign):04X}_"


def _is_exact(value: float | Decimal) -> bool:
    """Whether a workbook, which knows binary fractions only, gives back the same number."""
    if isinstance(value, int):
        return -EXACT <= value <= EXACT
    if isinstance(value, float):
        return value - value == 0
    return value.is_finite() and Decimal(repr(float(value))) == value


def _moment(moment: datetime) -> str:
    """In UTC, a workbook knows no zones; a text where the fraction of a second would be lost."""
    if moment.microsecond or moment < FIRST_DAY:
        return _text(written(moment))
    gone = moment - DAY_ZERO
    return f"<c{parts.MOMENT}><v>{gone.days + gone.seconds / 86_400!r}</v></c>"


def _day(day: date) -> str:
    if day < FIRST_DAY.date():
        return _text(day.isoformat())
    return f"<c{parts.DAY}><v>{(day - DAY_ZERO.date()).days}</v></c>"

"""Is the last row of a table a total of the rows above, rather than a row of its own?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from leads.imports.reading.layout import Fault, Record

_WORDS = (
    r"(?:grand|sub|overall|general)?[- ]?totals?|sums?|gesamt(?:summe|betrag|ergebnis|wert)?|insgesamt|summe|zwischensumme|"
    r"total[e]? (?:général|generale?|geral)|totaux|somme|total[ei]?|suma(?: total)?|totales|soma(?: total)?|totais|"
    r"som|totaal|eindtotaal|(?:i )?alt|totalt|summa|yhteensä|suma całkowita|razem|celkem|итого|всего|合计|总计|合計|Σ"
)
_TOTAL = re.compile(rf"(?:{_WORDS})\s*(?:[:=].*|\(.*\)|\d.*)?", re.IGNORECASE)
_NUMBER = re.compile(r"[-+(]?\s*[^\w\s(+-]{0,3}\s*\d[\d.,' \u00a0]*[^\w\s]{0,2}\)?")
CODE = "totals_row"
NOTE = "note_row"


def is_total(record: Record, before: Record | None) -> bool:
    """Whether a record says that it is a total and leaves most texts blank. `before` is a row of the same table."""
    if not says_total(record) or before is None:
        return False
    texts = [
        place
        for place, cell in enumerate(before.cells)
        if cell.strip() and not is_number(cell) and place < len(record.cells)
    ]
    first = _first(record)
    others = [place for place in texts if place != first]
    blank = sum(not record.cells[place].strip() for place in others)
    filled = [place for place, cell in enumerate(record.cells) if cell.strip() and place != first]
    return (
        2 * blank > len(others) if others else all(is_number(record.cells[place]) for place in filled) and bool(filled)
    )


def says_total(record: Record) -> bool:
    """Whether the first cell that is not empty is a word for a total."""
    first = _first(record)
    return record.fault is None and first is not None and _TOTAL.fullmatch(record.cells[first].strip()) is not None


def adds_up(record: Record, rows: Iterable[Sequence[str]]) -> bool:
    """Whether the numbers of a record are the sums of the rows above, with a point or with a comma before decimals."""
    places = [place for place, cell in enumerate(record.cells) if is_number(cell)]
    sums = {sign: dict.fromkeys(places, Decimal()) for sign in ".,"}
    count = 0
    for cells in rows:
        count += 1
        for sign, totals in sums.items():
            for place in places:
                if place < len(cells) and is_number(cells[place]):
                    totals[place] += _value(cells[place], sign)
    return count > 1 and any(
        bool(places) and all(totals[place] == _value(record.cells[place], sign) for place in places)
        for sign, totals in sums.items()
    )


def may_end(record: Record) -> bool:
    """Whether a record may stand below the rows of a table: a total, a line of one cell, an empty one."""
    return says_total(record) or (record.fault is None and sum(bool(cell.strip()) for cell in record.cells) <= 1)


def is_apart(record: Record, before: Record | None) -> bool:
    """Whether a blank line stands between two records."""
    if before is None:
        return False
    inside = sum(max(cell.count("\n"), cell.count("\r")) for cell in before.cells)
    return record.line > before.line + inside + 1


def is_note(record: Record, like: Record | None) -> bool:
    """Whether a record is a text in its first cell and nothing else, below rows that are more."""
    if like is None or sum(bool(cell.strip()) for cell in like.cells) < 2:
        return False
    first, *others = record.cells
    return bool(first.strip()) and not any(cell.strip() for cell in others) and not is_number(first)


def noted(record: Record) -> Record:
    """The note with the fault that says what it is."""
    reason = "the line stands below the table and reads like a note, not like a row"
    return Record(record.line, record.cells, Fault(NOTE, reason))


def set_aside(record: Record) -> Record:
    """The record with the fault that says what it is."""
    word = record.cells[_first(record) or 0].strip()
    reason = f"the row at the end reads like a total of the rows above (“{word}”), not like a row of its own"
    return Record(record.line, record.cells, Fault(CODE, reason))


def is_number(cell: str) -> bool:
    """Whether a cell is a number as spreadsheets show them."""
    return _NUMBER.fullmatch(cell.strip()) is not None


def _first(record: Record) -> int | None:
    return next((place for place, cell in enumerate(record.cells) if cell.strip()), None)


def _value(cell: str, sign: str) -> Decimal:
    kept = re.sub(rf"[^\d{re.escape(sign)}-]", "", cell.replace("(", "-"))
    whole, _sign, rest = kept.partition(sign)
    digits = "".join(letter for letter in whole if letter.isascii() and letter.isdigit())
    decimals = "".join(letter for letter in rest if letter.isascii() and letter.isdigit())
    value = Decimal(f"{digits or 0}.{decimals or 0}")
    return -value if "-" in whole else value

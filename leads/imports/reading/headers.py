"""Which line holds the names of the columns? The one that has what the profile needs, else judged by its cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from alignment.refusals import Refused
from leads.imports.profiles.questions import Choice, Question
from leads.imports.reading.layout import AUTO, NONE, Record, Wanted
from leads.imports.reading.names import bare, names_of, numbers

WITHIN = 50
"""Names stand among so many first records."""

_KINDS = (
    ("number", re.compile(r"[-+(]?[^\w\s]{0,2}\s?\d[\d.,' ]*(?:[eE][-+]?\d+)?\s?[%)€$£]?")),
    ("date", re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ]\d{1,2}:\d{2}.*)?|\d{1,2}:\d{2}(?::\d{2})?.*")),
    ("email", re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")),
    ("address", re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)),
    ("yes_no", re.compile(r"true|false|yes|no|ja|nein", re.IGNORECASE)),
    ("phone", re.compile(r"\+?\d[\d ()/.-]{6,}")),
)
_WORDS = frozenset(
    (
        *("id", "key", "name", "first name", "last name", "firstname", "lastname", "full name", "email", "e mail"),
        *("mail", "phone", "mobile", "company", "account", "title", "date", "created", "created at", "status", "stage"),
        *("source", "owner", "amount", "value", "currency", "country", "city", "street", "address", "zip", "type"),
        *("kind", "website", "campaign", "channel", "comment", "notes", "description", "price", "vorname", "nachname"),
        *("firma", "telefon", "datum", "betrag", "quelle", "land", "ort", "nom", "prénom", "entreprise", "téléphone"),
        *("pays", "ville", "nombre", "apellido", "empresa", "fecha", "correo", "nome", "cognome", "azienda", "data"),
        *("origem", "valor"),
    )
)


@dataclass(frozen=True)
class Header:
    """The record with the names, None where the file has none; the columns; and whether the profile has what it needs."""

    record: Record | None
    columns: list[str]
    fits: bool = False
    question: Question | None = None


def width_of(records: Sequence[Record]) -> int:
    """How many cells most records have; of equally frequent widths the first that is more than one."""
    counts = Counter(len(record.cells) for record in records if record.fault is None)
    return max(counts, key=lambda width: (counts[width], width > 1), default=1)


def find_header(records: Sequence[Record], wish: int | str, wanted: Wanted | None) -> Header:
    """The names of the columns among the first records of a table."""
    if wish == NONE:
        columns = numbers(width_of(records))
        return Header(None, columns, wanted is not None and wanted(columns))
    if wish != AUTO:
        record = _at_line(records, int(wish))
        columns = names_of(record.cells)
        return Header(record, columns, wanted is not None and wanted(columns))
    found = _wanted_header(records, wanted) if wanted is not None else None
    return found or _judged(records)


def fitting_header(records: Sequence[Record], wish: int | str, wanted: Wanted | None) -> Header | None:
    """The names of the columns if they are what the profile needs."""
    if wanted is None:
        return None
    if wish == AUTO:
        return _wanted_header(records, wanted)
    try:
        found = find_header(records, wish, wanted)
    except Refused:
        return None
    return found if found.fits else None


def _at_line(records: Sequence[Record], line: int) -> Record:
    found = next((record for record in records if record.line == line), None)
    if found is None:
        raise Refused(
            "unreadable_header", f"The names of the columns are to stand in line {line}, but no row begins there."
        )
    if found.fault is not None:
        raise Refused("unreadable_header", f"The names of the columns cannot be read: {found.fault.reason}.")
    return found


def _wanted_header(records: Sequence[Record], wanted: Wanted) -> Header | None:
    for record in records[:WITHIN]:
        if record.fault is None and wanted(columns := names_of(record.cells)):
            return Header(record, columns, fits=True)
    columns = numbers(width_of(records))
    return Header(None, columns, fits=True) if wanted(columns) else None


def _judged(records: Sequence[Record]) -> Header:
    """Without a profile, or where nothing satisfies it: the first record that is as wide as the table and filled."""
    width = width_of(records)
    for least in (width // 2 + 1, 1):
        for record in records[:WITHIN]:
            if record.fault is not None:
                raise Refused("unreadable_header", f"The names of the columns cannot be read: {record.fault.reason}.")
            if len(record.cells) == width and sum(bool(bare(cell)) for cell in record.cells) >= least:
                below = (row for row in records if row.line > record.line and row.fault is None)
                return _names_or_row(record, [row for row in below if len(row.cells) == width])
    if not any(bare(cell) for record in records for cell in record.cells):
        raise Refused("empty_file", "There are only empty cells in the file: it has no rows.")
    raise Refused(
        "unreadable_header", "The names of the columns cannot be found: no line holds as many as there are columns."
    )


def _names_or_row(record: Record, rows: Sequence[Record]) -> Header:
    rows = [row for row in rows if row.cells != record.cells]
    verdict = _verdict(record.cells, rows)
    named = Header(record, names_of(record.cells))
    if verdict is None and rows:
        return Header(named.record, named.columns, question=_which(record, named.columns))
    return Header(None, numbers(len(record.cells))) if verdict is False else named


def _verdict(first: Sequence[str], rows: Sequence[Record]) -> bool | None:
    """True: these are names. False: this is a row like the others. None: it may be either."""
    named = alike = counted = 0
    for place, cell in enumerate(first):
        kind, below = _kind(cell), _kind_below(rows, place)
        named += kind == "text" and below not in ("text", "")
        alike += kind not in ("text", "", "number", "yes_no") and (below in (kind, "") or not rows)
        counted += kind == "number" and below == "number"
    if alike and alike >= named:
        return False
    if named > alike + counted or _has_names(first):
        return True
    return None


def _has_names(first: Sequence[str]) -> bool:
    words = [re.sub(r"[^\w]+", " ", bare(cell)).strip().casefold() for cell in first]
    return any(word in _WORDS for word in words) and len(set(words)) == len(words)


def _kind_below(rows: Sequence[Record], place: int) -> str:
    """The kind of nearly all values of a column that are not empty; text where they differ."""
    kinds = Counter(_kind(row.cells[place]) for row in rows)
    del kinds[""]
    if not kinds:
        return ""
    kind, count = kinds.most_common(1)[0]
    return kind if count >= 0.9 * kinds.total() else "text"


def _kind(cell: str) -> str:
    text = bare(cell)
    if not text:
        return ""
    return next((kind for kind, pattern in _KINDS if pattern.fullmatch(text)), "text")


def _which(record: Record, columns: Sequence[str]) -> Question:
    shown = " · ".join(columns)
    choices = (
        Choice(str(record.line), f"the names of the columns: {shown}"),
        Choice(NONE, f"a row like the others; the columns are then {', '.join(numbers(min(3, len(columns))))}, …"),
    )
    detail = (
        f"“{shown}” (line {record.line}) may be {choices[0].reads.split(':')[0]} or a row like the others. "
        "Say in the profile which line holds the names, or that none does."
    )
    return Question("ambiguous_header", "header", "", shown, record.line, detail, choices)

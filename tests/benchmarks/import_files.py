"""Files of people whom a base does not know yet: the first rows of its own file of leads, under other ids and addresses."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from openpyxl import Workbook


def beginning(file: Path, to: Path, count: int) -> Path:
    """The first rows as they are, as CSV."""
    return _write_csv(to, _rows(file, count))


def others(file: Path, to: Path, count: int) -> Path:
    """As many others, as CSV."""
    return _write_csv(to, _renamed(_rows(file, count), "M"))


def workbook(file: Path, to: Path, count: int) -> Path:
    """As many others, as a workbook."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Leads")
    for row in _renamed(_rows(file, count), "W"):
        sheet.append(row)
    book.save(to)
    return to


def _rows(file: Path, count: int) -> Iterator[list[str]]:
    """The names of the columns, then so many rows."""
    with file.open(newline="") as opened:
        yield from islice(csv.reader(opened), count + 1)


def _renamed(rows: Iterator[list[str]], sign: str) -> Iterator[list[str]]:
    names = next(rows)
    external_id, email = names.index("external_id"), names.index("email")
    yield names
    for row in rows:
        row[external_id] = sign + row[external_id]
        row[email] = row[email] and f"{sign.lower()}.{row[email]}"
        yield row


def _write_csv(to: Path, rows: Iterator[list[str]]) -> Path:
    with to.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    return to

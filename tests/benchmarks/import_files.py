"""Big files of made-up leads: CSV and workbook, the same rows for the same numbers."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from openpyxl import Workbook

COLUMNS = (
    "Id", "Created", "Email", "First name", "Last name", "Company", "Source", "Channel", "Campaign", "Country",
    "Phone", "Title", "Size", "Score", "Comment",
)  # fmt: skip
PROFILE = {
    "kind": "leads",
    "system": "bench",
    "timezone": "UTC",
    "rest": "attributes",
    "fields": {
        "external_id": "Id", "created_at": "Created", "email": "Email", "first_name": "First name", "last_name": "Last name",
        "company": "Company", "source": "Source", "channel": "Channel", "campaign": "Campaign", "country": "Country",
        "title": "Title",
    },
}  # fmt: skip
BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
SOURCES = ("Web", "Fair", "Partner", "Search", "Mail")


def rows(first: int, end: int) -> Iterator[tuple[str, ...]]:
    """The rows of these numbers."""
    for n in range(first, end):
        yield (
            f"L{n:08}", (BEGAN + timedelta(minutes=n % 500_000)).strftime("%Y-%m-%d %H:%M"), f"person{n}@company{n % 50_000}.example",
            f"First{n % 997}", f"Last{n % 9973}", f"Company {n % 50_000}", SOURCES[n % 5], "paid" if n % 3 else "organic",
            f"Campaign {n % 40}", "DE", f"+49 30 {n:07}", "Head of Things", str(n % 500), str(n % 100),
            f"A comment on lead {n}, as people write it",
        )  # fmt: skip


def write_csv(path: Path, first: int, end: int) -> None:
    """The rows as CSV."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(rows(first, end))


def write_workbook(path: Path, first: int, end: int) -> None:
    """The rows as a workbook."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Leads")
    sheet.append(COLUMNS)
    for row in rows(first, end):
        sheet.append(row)
    book.save(path)

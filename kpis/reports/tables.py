"""A report as rows: for a table on a terminal or a page, and for CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from alignment.ui import words
from alignment.ui.exports import Typed, csv_cell, to_the_second


def flatten(document: dict[str, Any], path: tuple[str, ...], money: Collection[str] = ()) -> list[dict[str, Any]]:
    """One row for each innermost item under `path`, with what its parents say; a group's values become columns.

    `money`: what is an amount of money also where it is not known, so that the columns are the same whatever is.
    """
    return list(_rows(document, path, money, {}))


def _rows(
    item: dict[str, Any], path: tuple[str, ...], money: Collection[str], parents: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    if not path:
        yield {**parents, **_plain(item, money)}
        return
    for child in item[path[0]]:
        own = {} if len(path) == 1 else {k: v for k, v in _plain(child, money).items() if k != path[1]}
        yield from _rows(child, path[1:], money, {**parents, **own})


def _plain(item: dict[str, Any], money: Collection[str]) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for key, value in item.items():
        if key == "group":
            plain.update(value)
        elif value is None and key in money:
            plain |= {f"{key}.amount": None, f"{key}.currency": None}
        elif isinstance(value, dict):
            plain.update({f"{key}.{name}": inner for name, inner in value.items()})
        elif not isinstance(value, list):
            plain[key] = value
    return plain


def columns_of(rows: list[dict[str, Any]]) -> list[str]:
    """The columns of these rows, in the order in which they come; no empty one beside the parts of what is not always known."""
    columns = dict.fromkeys(column for row in rows for column in row)
    parted = {column.rpartition(".")[0] for column in columns}
    empty = {column for column in parted & columns.keys() if all(row.get(column) is None for row in rows)}
    return [column for column in columns if column not in empty]


def typed(column: str, value: object, columns: Collection[str]) -> object:
    """A cell for a file: times and amounts of money are texts in a report's JSON, and are typed where a file has types."""
    if not isinstance(value, str) or column.startswith("attributes."):
        return value
    if column in TIMES or column.endswith("_at"):
        return Typed(value, date.fromisoformat(value)) if len(value) == DAY else _moment(value)
    whole, _, part = column.rpartition(".")
    return Typed(value, Decimal(value)) if part == "amount" and f"{whole}.currency" in columns else value


def _moment(text: str) -> Typed | None:
    return to_the_second(datetime.fromisoformat(text))


def as_csv(rows: list[dict[str, Any]]) -> str:
    """CSV with a header; a text that a spreadsheet would run as a formula is made harmless with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    columns = columns_of(rows)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_csv_cell(row.get(column)) for column in columns])
    return out.getvalue()


def _csv_cell(value: object) -> str:
    """As at the terminal always: `True` and `False` have a capital."""
    return str(value) if isinstance(value, bool) else csv_cell(value)


def as_table(rows: list[dict[str, Any]]) -> str:
    """Columns of equal width for a terminal: spans in days, rates in per cent, nothing known as "–"."""
    if not rows:
        return "Nothing in this period."
    columns = [column for column in columns_of(rows) if column != "title"]
    heads = [SHORT.get(column, column.removesuffix("_seconds")) for column in columns]
    cells = [heads, *([_cell(column, row.get(column)) for column in columns] for row in rows)]
    widths = [max(len(line[n]) for line in cells) for n in range(len(columns))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells
    )


TIMES = ("since", "until")
DAY = len("2024-01-31")

SHORT = {
    "conversion_from_start": "from_start",
    "conversion_from_previous": "from_previous",
    "reached_in_window": "in_window",
    "wilson_low": "low",
    "wilson_high": "high",
}
"""Names that would make a line too long to read."""

PLAIN = ("capacity",)
"""Numbers with a fraction that are no rates."""


def _cell(column: str, value: object) -> str:
    if value is None:
        return words.NOTHING
    if column.endswith("_seconds") and isinstance(value, int):
        return words.span(value)
    return words.percent(value) if isinstance(value, float) and column not in PLAIN else str(value)

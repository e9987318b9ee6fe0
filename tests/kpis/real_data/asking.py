"""Ask the product and the raw files for the same figures: the product by its catalogue, the files by DuckDB.

A figure is held under (its key, its group). Zeros are left out on both sides: groups of nothing come and go with what else was asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from kpis.metrics.evaluating import evaluate
from kpis.reports.params import read_params
from tests.leads.imports.vendors.workspace import NOW

Figures = dict[tuple[str, tuple[str | None, ...]], Decimal]
PLACES = Decimal("1e-12")


def of_the_product(keys: Sequence[str], start: str, end: str, *by: str, **options: str) -> Figures:
    """What the catalogue says of a period, by these cuts."""
    given = {"start": [start], "end": [end], "by": list(by), **{name: [value] for name, value in options.items()}}
    groups = evaluate(keys, read_params(given, now=NOW), None)
    return _told((key, group, value.value) for group, values in groups.items() for key, value in values.items())


class Raw:
    """The files of a folder as tables, every cell a text: what they mean is said by the statements that read them."""

    def __init__(self, folder: Path, **files: str) -> None:
        self._at = duckdb.connect()
        self._at.execute("SET TimeZone = 'UTC'")
        for table, file in files.items():
            self._at.execute(
                f"CREATE TABLE {table} AS SELECT * FROM read_csv(?, header = true, all_varchar = true, strict_mode = false)",
                [str(folder / file)],
            )

    def do(self, statement: str) -> None:
        self._at.execute(statement)

    def figures(self, key: str, statement: str) -> Figures:
        """The rows of a statement: the value, then the group."""
        rows = self._at.execute(statement).fetchall()
        return _told((key, tuple(group), value) for value, *group in rows)


def _told(figures: Iterable[tuple[str, tuple[str | None, ...], Any]]) -> Figures:
    """What is there; a division to twelve places, as far as a float of DuckDB goes."""
    return {
        (key, group): Decimal(repr(value) if isinstance(value, float) else value).quantize(PLACES)
        for key, group, value in figures
        if value is not None and value != 0
    }

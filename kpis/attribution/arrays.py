"""How do millions of rows come from the database and go back? As arrays of numbers, in PostgreSQL's binary form of COPY.

A row as Python objects costs a hundred times its size; as arrays a batch is read, computed and written column by column.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt
from django.db import connection

Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

SIGNATURE = b"PGCOPY\n\xff\r\n\x00" + b"\x00" * 8
END = b"\xff\xff"
NULL = b"\xff\xff\xff\xff"
EPOCH_MICROSECONDS = 946_684_800_000_000
"""Instants in that form count from 2000."""


def read_numbers(statement: str, values: Mapping[str, object], columns: int) -> list[Int64]:
    """The rows of a SELECT whose columns are all bigint and never null, an array a column."""
    out = io.BytesIO()
    with connection.cursor() as cursor:
        query = cursor.mogrify(statement, values).decode()
        cursor.copy_expert(f"COPY ({query}) TO STDOUT (FORMAT binary)", out)
    row = np.dtype(
        [("fields", ">i2"), *((f"{kind}{n}", ">i4" if kind == "s" else ">i8") for n in range(columns) for kind in "sv")]
    )
    size = (out.tell() - len(SIGNATURE) - len(END)) // row.itemsize
    rows = np.frombuffer(out.getbuffer(), dtype=row, count=size, offset=len(SIGNATURE))
    return [rows[f"v{n}"].astype(np.int64) for n in range(columns)]


class Rows:
    """Rows on their way into a table. Columns are added in order: numbers, whose nulls are a mask, then texts."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.names: list[str] = []
        self._numbers: list[tuple[Int64, int, Flags | None]] = []
        self._texts: list[Sequence[bytes]] = []

    def put(self, name: str, numbers: Int64, *, size: int = 8, null: Flags | None = None) -> None:
        """A column of integers of so many bytes."""
        self.names.append(name)
        self._numbers.append((numbers, size, null))

    def put_instants(self, name: str, microseconds: Int64, *, null: Flags | None = None) -> None:
        """A column of timestamptz, from microseconds since 1970."""
        self.put(name, microseconds - EPOCH_MICROSECONDS, null=null)

    def put_texts(self, name: str, codes: Int64, names: Sequence[str | None]) -> None:
        """A column of texts, each named by its place in `names`. It comes after all numbers."""
        fields = [NULL if text is None else len(text.encode()).to_bytes(4, "big") + text.encode() for text in names]
        self.names.append(name)
        self._texts.append([fields[code] for code in codes.tolist()])

    def write(self, table: str) -> None:
        """Append them to the table."""
        if not self.count:
            return
        body = b"".join(chain.from_iterable(zip(*self._parts(), strict=True)))
        with connection.cursor() as cursor:
            columns = ", ".join(f'"{name}"' for name in self.names)
            cursor.copy_expert(
                f'COPY "{table}" ({columns}) FROM STDIN (FORMAT binary)', io.BytesIO(SIGNATURE + body + END)
            )

    def _parts(self) -> Iterable[Sequence[bytes]]:
        """Rows whose nulls lie alike have one length: each such kind is laid out at once."""
        kinds = np.zeros(self.count, dtype=np.int64)
        for _numbers, _size, null in self._numbers:
            kinds = kinds * 2 + (0 if null is None else null)
        found: list[bytes] = [b""] * self.count
        for kind in np.unique(kinds).tolist():
            at = np.flatnonzero(kinds == kind)
            for place, row in zip(at.tolist(), self._of_kind(at), strict=True):
                found[place] = row
        return [found, *self._texts]

    def _of_kind(self, at: Int64) -> list[bytes]:
        fields: list[tuple[str, str]] = [("fields", ">i2")]
        present = [null is None or not null[at[0]] for _numbers, _size, null in self._numbers]
        for n, ((_numbers, size, _null), there) in enumerate(zip(self._numbers, present, strict=True)):
            fields.append((f"s{n}", ">i4"))
            if there:
                fields.append((f"v{n}", f">i{size}"))
        laid = np.empty(len(at), dtype=np.dtype(fields))
        laid["fields"] = len(self.names)
        for n, ((numbers, size, _null), there) in enumerate(zip(self._numbers, present, strict=True)):
            laid[f"s{n}"] = size if there else -1
            if there:
                laid[f"v{n}"] = numbers[at]
        width = laid.dtype.itemsize
        body = laid.tobytes()
        return [body[start : start + width] for start in range(0, len(body), width)]

"""How are very many rows read without keeping them? Through a cursor of the database, so many at a time.

Outside a transaction the cursor is held over it: the database sets the answer aside at once, so that the file shows one moment,
and whoever takes an hour to receive it holds back neither locks nor the clearing of old rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, TypeVar

from django.db.models import QuerySet

Row = TypeVar("Row")
BATCH = 2_000


def batches(rows: QuerySet[Any, Row], size: int = BATCH) -> Iterator[list[Row]]:
    """The rows in their order, so many at a time."""
    coming = rows.iterator(chunk_size=size)
    while batch := list(islice(coming, size)):
        yield batch


def read(rows: QuerySet[Any, Row]) -> Iterator[Row]:
    """One after the other."""
    return rows.iterator(chunk_size=BATCH)

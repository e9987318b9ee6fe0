"""What became of a batch of records? Read, handed to the kind's writer, and counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import DataError, IntegrityError, transaction

from alignment.outcome import RowResult, rejected
from leads.imports.kinds import Job, Kind
from leads.imports.pauses import Turns
from leads.imports.profiles.binding import Binding, RowError
from leads.imports.profiles.columns import Columns
from leads.imports.reading import Record
from leads.imports.warnings import RowWarning

READ_TOGETHER = 200
"""Rows read before the reader looks whether it is still its turn: about two thousandths of a second."""


@dataclass
class Outcome:
    """Counts by status, what was set aside, what deserves a look."""

    counts: Counter[str] = field(default_factory=Counter)
    errors: list[RowError] = field(default_factory=list)
    warnings: list[RowWarning] = field(default_factory=list)


Read = tuple[Record, object | list[RowError]]
"""A record, and its row or everything for which it is set aside."""


def read_batches(binding: Binding, records: Iterator[Record], size: int, turns: Turns) -> Iterator[list[Read]]:
    """Batches of records with their rows; the next one is read while the caller waits for the database with the one before."""
    columns = Columns(binding)

    def read_one() -> list[Read]:
        batch: list[Read] = []
        while len(batch) < size and (some := list(islice(records, min(size - len(batch), READ_TOGETHER)))):
            batch += zip(some, columns.read(some), strict=True)
            turns.wait()
        return batch

    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(read_one)
        try:
            while batch := coming.result():
                coming = reader.submit(read_one)
                yield batch
        finally:
            turns.end()


def write_batch(binding: Binding, batch: Sequence[Read], job: Job) -> Outcome:
    """Write what can be written; what cannot is in the outcome. The caller holds a transaction."""
    outcome = Outcome()
    records: list[Record] = []
    rows: list[object] = []
    for record, read in batch:
        if isinstance(read, list):
            outcome.counts["rejected"] += 1
            outcome.errors += read
        else:
            records.append(record)
            rows.append(read)
    for record, result in zip(records, write_rows(binding.kind, rows, job), strict=True):
        _count(outcome, binding, record, result)
        outcome.warnings += binding.warnings_of(record)
    return outcome


def write_rows(kind: Kind, rows: Sequence[Any], job: Job) -> list[RowResult]:
    """One result a row, in order. A row that the database itself refuses is found by halving and set aside alone."""
    if not rows:
        return []
    try:
        with transaction.atomic():
            return kind.write(rows, job)
    except (DataError, IntegrityError) as error:
        if len(rows) == 1:
            reason = str(error).splitlines()[0]
            return [rejected(0, None, "refused_by_database", f"the database refuses this row: {reason}")]
    middle = len(rows) // 2
    return write_rows(kind, rows[:middle], job) + write_rows(kind, rows[middle:], job)


def _count(outcome: Outcome, binding: Binding, record: Record, result: RowResult) -> None:
    outcome.counts[result.status] += 1
    if result.status == "rejected":
        outcome.errors.append(
            binding.error(
                record, result.field, result.code or "rejected", result.detail or "the row cannot be used", result.value
            )
        )
    if result.warning_code:
        outcome.warnings.append(RowWarning(result.warning_code, result.warning or result.warning_code, record.line))

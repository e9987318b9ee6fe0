"""What became of a batch of records? Read, handed to the kind's writer, and counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
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


Read = object | list[RowError]
"""A record's row, or everything for which it is set aside."""


@dataclass(frozen=True)
class Batch:
    """Records that were read: those that have a row with their rows, and everything for which the others are set aside."""

    count: int
    records: Sequence[Record]
    rows: Sequence[object]
    errors: Sequence[RowError]

    def __len__(self) -> int:
        return self.count


def batch_of(kind: Kind, records: Sequence[Record], read: Sequence[Read]) -> Batch:
    """These records with what was read of them, looked at as far as its kind does that before it writes."""
    errors = [error for one in read if isinstance(one, list) for error in one]
    if errors:
        there = [(record, one) for record, one in zip(records, read, strict=True) if not isinstance(one, list)]
        fit, rows = [record for record, _row in there], [row for _record, row in there]
    else:
        fit, rows = list(records), list(read)
    return Batch(len(records), fit, kind.look_ahead(rows), errors)


def read_batches(binding: Binding, records: Iterator[Record], size: Callable[[], int], turns: Turns) -> Iterator[Batch]:
    """Batches of records with their rows; the next one is read while the caller waits for the database with the one before. How many
    records are one is asked as each begins to be read.
    """
    columns = Columns(binding)

    def read_one() -> Batch:
        batch: list[Record] = []
        read: list[Read] = []
        most = size()
        while len(batch) < most and (some := list(islice(records, min(most - len(batch), READ_TOGETHER)))):
            batch += some
            read += columns.read(some)
            turns.wait()
        return batch_of(binding.kind, batch, read)

    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(read_one)
        try:
            while batch := coming.result():
                coming = reader.submit(read_one)
                yield batch
        finally:
            turns.end()


def write_batch(binding: Binding, batch: Batch, job: Job) -> Outcome:
    """Write what can be written; what cannot is in the outcome. The caller holds a transaction."""
    results = write_rows(binding.kind, batch.rows, job)
    outcome = Outcome(Counter([result.status for result in results]), [*batch.errors])
    outcome.counts["rejected"] += len(batch) - len(batch.rows)
    for record, result in zip(batch.records, results, strict=True):
        if result.status == "rejected" or result.warning_code:
            _note(outcome, binding, record, result)
    if binding.has_warnings:
        for record in batch.records:
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


def _note(outcome: Outcome, binding: Binding, record: Record, result: RowResult) -> None:
    if result.status == "rejected":
        outcome.errors.append(
            binding.error(
                record, result.field, result.code or "rejected", result.detail or "the row cannot be used", result.value
            )
        )
    if result.warning_code:
        outcome.warnings.append(RowWarning(result.warning_code, result.warning or result.warning_code, record.line))

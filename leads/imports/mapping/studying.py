"""What is in the columns of a file? One pass that keeps a few samples, how often each value stands there, and how dates and numbers read.

Asked once when a file is brought, so that nobody has to say anything yet. Memory is bounded: a column with more than a few
thousand different values is said to have many.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from itertools import chain, islice
from pathlib import Path
from typing import Any

from leads.imports.kinds import FieldType
from leads.imports.mapping.contents import Looks, is_date, is_number, look_of
from leads.imports.profiles.decisions import DIALECTS, Column
from leads.imports.profiles.questions import Choice, Question
from leads.imports.reading import Fault, Layout, Look, Plain, Record, read_records

AT_ONCE = 20_000
"""So many rows are read while somebody waits for the page."""

BLOCK_ROWS = 2_000
"""After so many rows whoever counts is asked whether to go on."""

SAMPLES, TESTED, DIFFERENT, LISTED, LONGEST, FIRST = 4, 400, 3_000, 200, 200, 10
WAYS = {Looks.DATE: FieldType.INSTANT, Looks.NUMBER: FieldType.NUMBER, Looks.MONEY: FieldType.MONEY}


@dataclass(frozen=True)
class SeenColumn:
    """What is known of one column. `distinct` counts up to `DIFFERENT`; `values` are the most frequent ones with their counts.

    `way` is how its dates or numbers read, be they all or a few of it, where only one reading fits them; else there is a `question`.
    """

    name: str
    looks: Looks
    filled: int
    distinct: int
    samples: tuple[str, ...]
    values: tuple[tuple[str, int], ...]
    way: str = ""
    question: Question | None = None

    @property
    def is_unique(self) -> bool:
        """Whether every value stands there once, as the number of a thing does."""
        return 0 < self.filled == self.distinct or self.distinct > DIFFERENT

    @property
    def has_few(self) -> bool:
        """Whether the values can be listed."""
        return 0 < self.distinct <= DIFFERENT


@dataclass(frozen=True)
class Study:
    """A file as it was found. `whole`: all of it was read, not only its first rows; `first` are its first ten, for a preview."""

    layout: Layout
    columns: tuple[SeenColumn, ...]
    rows: int
    whole: bool
    notes: tuple[str, ...] = ()
    question: Question | None = None
    first: tuple[Record, ...] = ()
    given_up: bool = False
    """Too many rows to count them all now: the rest is looked at when the file is checked."""

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    @cached_property
    def _by_name(self) -> dict[str, SeenColumn]:
        return {column.name: column for column in reversed(self.columns)}

    def column(self, name: str) -> SeenColumn | None:
        return self._by_name.get(name)

    def as_json(self) -> dict[str, Any]:
        """What is kept with a draft."""
        document = asdict(replace(self, first=()))
        for column in document["columns"]:
            column["looks"] = column["looks"].name
        document["first"] = [_record_as_json(record) for record in self.first]
        return document


def kept_study(document: dict[str, Any]) -> Study:
    """The study that was kept with a draft."""
    columns = tuple(
        SeenColumn(
            **{
                **column,
                "looks": Looks[column["looks"]],
                "samples": tuple(column["samples"]),
                "values": tuple((value, count) for value, count in column["values"]),
                "question": kept_question(column["question"]),
            }
        )
        for column in document["columns"]
    )
    return Study(
        layout=Layout(**document["layout"]),
        columns=columns,
        rows=document["rows"],
        whole=document["whole"],
        notes=tuple(document["notes"]),
        question=kept_question(document["question"]),
        first=tuple(_kept_record(record) for record in document["first"]),
        given_up=document.get("given_up", False),
    )


def _record_as_json(record: Record) -> dict[str, Any]:
    """A record with which of its cells were typed in a workbook."""
    typed = [index for index, cell in enumerate(record.cells) if isinstance(cell, Plain)]
    return {"line": record.line, "cells": [_kept(cell) for cell in record.cells], "typed": typed, "fault": record.fault}


def _kept_record(document: dict[str, Any]) -> Record:
    typed = set(document["typed"])
    cells = [Plain(cell) if index in typed else cell for index, cell in enumerate(document["cells"])]
    return Record(document["line"], cells, Fault(*document["fault"]) if document["fault"] else None)


def kept_question(document: dict[str, Any] | None) -> Question | None:
    """A question that was kept as JSON."""
    if document is None:
        return None
    return Question(**{**document, "choices": tuple(Choice(**choice) for choice in document["choices"])})


@dataclass
class _Tally:
    """One column while it is read."""

    name: str
    filled: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    tested: list[str] = field(default_factory=list)
    unread: list[tuple[str, int]] = field(default_factory=list)
    looks: Looks = Looks.NOTHING
    way: Column | None = None

    def see(self, text: str, line: int) -> None:
        self.filled += 1
        known = self.counts
        if text in known or len(known) <= DIFFERENT:
            known[text[:LONGEST]] += 1
        if len(self.tested) < TESTED:
            self.tested.append(text)
            self.unread.append((text, line))
            if len(self.tested) == TESTED:
                self.settle()
        elif self.way is not None:
            self.way.see(text, line)

    def settle(self) -> None:
        """Enough was seen to say what the column looks like; dates and numbers are read on with that."""
        self.looks = look_of(self.tested, len(self.counts), self.filled)
        type_ = WAYS.get(self.looks) or self._type_of_some()
        if type_ is not None:
            self.way = Column("", self.name, DIALECTS[type_])
            for text, line in self.unread:
                self.way.see(text, line)
        self.unread.clear()

    def _type_of_some(self) -> FieldType | None:
        """What a few of the values are: whoever takes the column for dates (numbers) has the others set aside, and these read."""
        if self.looks in (Looks.EMAIL, Looks.URL, Looks.YES_NO):
            return None
        if any(map(is_date, self.tested)):
            return FieldType.INSTANT
        return FieldType.NUMBER if any(map(is_number, self.tested)) else None

    def seen(self) -> SeenColumn:
        if self.unread or not self.tested:
            self.settle()
        looks = self.looks
        if looks in (Looks.TEXT, Looks.FEW):
            looks = look_of(self.tested, len(self.counts), self.filled)
        decided = self.way.decide() if self.way is not None else ""
        return SeenColumn(
            name=self.name,
            looks=looks,
            filled=self.filled,
            distinct=len(self.counts),
            samples=tuple(_shown(value) for value in islice(self.counts, SAMPLES)),
            values=tuple((_shown(value), count) for value, count in self.counts.most_common(LISTED))
            if len(self.counts) <= DIFFERENT
            else (),
            way=decided if isinstance(decided, str) else "",
            question=decided if isinstance(decided, Question) else None,
        )


def _always() -> bool:
    return True


def study_file(path: Path, look: Look, limit: int | None = AT_ONCE, goes_on: Callable[[], bool] = _always) -> Study:
    """Read the file, or its first `limit` rows, or as many as `goes_on` lets it. `look` says how it is laid out."""
    told = [note.sentence for note in look.notes]
    records = read_records(path, look.layout)
    tallies = [_Tally(name) for name in look.columns]
    first = tuple(islice(records, FIRST))
    rest = islice(records, None if limit is None else limit - FIRST)
    rows = _read(tallies, chain(first, rest), goes_on)
    whole = next(records, None) is None
    return Study(
        look.layout,
        tuple(tally.seen() for tally in tallies),
        rows,
        whole,
        tuple(dict.fromkeys(told)),
        look.question,
        first,
        given_up=not whole and limit is None,
    )


def _read(tallies: Sequence[_Tally], records: Iterable[Record], goes_on: Callable[[], bool]) -> int:
    rows = 0
    for record in records:
        rows += 1
        if record.fault is None and len(record.cells) >= len(tallies):
            for tally, cell in zip(tallies, record.cells, strict=False):
                text = cell.strip()
                if text:
                    tally.see(text, record.line)
        if rows % BLOCK_ROWS == 0 and not goes_on():
            break
    return rows


def _shown(text: str) -> str:
    """A value as people see it, not longer than they read."""
    return _kept(text[:LONGEST])


def _kept(text: str) -> str:
    """A value as the database can keep it."""
    return text.replace("\x00", "␀").encode("utf-8", "replace").decode()

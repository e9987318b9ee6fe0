"""What do many rows of a file say? A column at a time, each different text read once; odd rows are left to the binding.

The rows are those that `Binding.read` gives one by one. It reads a row itself where something deserves a word: a value
that cannot be read, a mark that is taken away, a cell that a workbook typed, a row that is empty or of another width.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, repeat
from typing import Any

from leads.imports.profiles.binding import Binding, RowError, Source
from leads.imports.reading import Record
from leads.imports.values.dates import read_at_once
from leads.imports.values.faults import BadValue

KEPT_TEXTS = 4_096
"""Different texts of a column that are remembered: what repeats does so within fewer, and what never does costs little."""
MARK = "'"


class _Odd:
    """Stands for a value that the binding has to look at."""


ODD = _Odd()
Texts = str | tuple[str, ...]


class _Values(dict[Texts, object]):
    """The values of the texts of one field, each read when it is first met."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self._alone = source.alone

    def __missing__(self, texts: Texts) -> object:
        cells = (texts,) if isinstance(texts, str) else texts
        try:
            value = ODD if any(cell[:1] == MARK for cell in cells) else self._alone(cells)
        except BadValue:
            value = ODD
        if len(self) >= KEPT_TEXTS:
            self.clear()
        self[texts] = value
        return value


class Columns:
    """Reads records by a binding, many at a time."""

    def __init__(self, binding: Binding) -> None:
        self._binding = binding
        row = binding.kind.row
        fields: tuple[str, ...] = getattr(row, "_fields", ())
        self._make: Callable[[Iterable[object]], object] = getattr(row, "_make", row)
        self._defaults: dict[str, object] = getattr(row, "_field_defaults", {})
        self._fields = fields
        self._values = {source.field: _Values(source) for source in binding.sources}
        self._by_columns = bool(fields) and not binding.sums and not binding.objects and bool(binding.sources)

    def read(self, records: Sequence[Record]) -> list[object | list[RowError]]:
        """For each record its row, or everything for which it is set aside."""
        one_by_one = self._binding.read
        width = self._binding.width
        if not (records and self._by_columns) or any(
            record[2] is not None or len(record[1]) != width for record in records
        ):
            return [one_by_one(record) for record in records]
        texts = list(zip(*(record[1] for record in records), strict=True))
        if any(set(map(type, column)) != {str} for column in texts):
            return [one_by_one(record) for record in records]
        columns = {source.field: self._column(source, texts) for source in self._binding.sources}
        rows: list[Any] = list(self._rows(columns, records))
        for place in self._odd(columns, texts, len(records)):
            rows[place] = one_by_one(records[place])
        return rows

    def _column(self, source: Source, texts: list[tuple[str, ...]]) -> Sequence[object]:
        values, indexes = self._values[source.field], source.indexes
        if source.is_text and MARK not in "".join(texts[indexes[0]]):
            return _trimmed(texts[indexes[0]], source.trim)
        if source.is_instant:
            return [read_at_once(text) or values[text] for text in texts[indexes[0]]]
        column: Iterable[Texts] = (
            texts[indexes[0]] if len(indexes) == 1 else zip(*(texts[index] for index in indexes), strict=True)
        )
        return [values[text] for text in column]

    def _odd(self, columns: dict[str, Sequence[object]], texts: list[tuple[str, ...]], count: int) -> set[int]:
        """The places of rows that the binding has to look at."""
        odd = {
            place for column in columns.values() if ODD in column for place, value in enumerate(column) if value is ODD
        }
        for group in self._binding.kind.needs_one_of:
            if not any(self._binding.constants.get(name) is not None for name in group):
                odd.update(_where_all(range(count), (columns[name] for name in group if name in columns), _is_none))
        odd.update(_where_all(range(count), texts, _is_blank))
        return odd

    def _rows(self, columns: dict[str, Sequence[object]], records: Sequence[Record]) -> Iterator[object]:
        given: dict[str, Iterable[object]] = {name: repeat(value) for name, value in self._binding.constants.items()}
        given |= columns
        arguments = {name: given[name] for name in self._binding.plain}
        for field, names in self._binding.grouped.items():
            if names:
                arguments[field] = _mappings([short for _name, short in names], [given[name] for name, _short in names])
        if self._binding.kind.has_system:
            system = self._binding.system
            arguments["system"] = (
                [said or system for said in columns["system"]]
                if "system" in columns
                else repeat(self._binding.constants.get("system") or system)
            )
        if self._binding.joins:
            arguments["joins"] = repeat(True)
        if self._binding.hashed is not None:
            arguments[self._binding.hashed] = self._contents(arguments.get("external_id"), records)
        ordered = [arguments[name] if name in arguments else repeat(self._defaults[name]) for name in self._fields]
        return map(self._make, islice(zip(*ordered, strict=False), len(records)))

    def _contents(self, external_ids: Iterable[object] | None, records: Sequence[Record]) -> Iterable[object]:
        content = self._binding.content
        if external_ids is None:
            return [content(record[1]) for record in records]
        return [None if one else content(record[1]) for one, record in zip(external_ids, records, strict=False)]


def _trimmed(column: Sequence[str], trim: str | None) -> Sequence[object]:
    """The texts as they stand, without what is trimmed; None where nothing is left."""
    if trim is None:
        return [text.strip() or None for text in column]
    if not trim:
        return [text or None for text in column]
    return [text.strip(trim) or None if text.strip() else None for text in column]


def _mappings(names: list[str], columns: list[Iterable[object]]) -> Iterable[object]:
    """For each row what is stated under these names."""
    return (
        {name: value for name, value in zip(names, values, strict=True) if value is not None}
        for values in zip(*columns, strict=False)
    )


def _where_all(places: Iterable[int], columns: Iterable[Sequence[Any]], is_so: Callable[[Any], bool]) -> Iterable[int]:
    """The places where it is so in each of the columns."""
    for column in columns:
        places = [place for place in places if is_so(column[place])]
        if not places:
            break
    return places


def _is_none(value: object) -> bool:
    return value is None


def _is_blank(text: str) -> bool:
    return not text or text.isspace()

"""What does one row of the file say? A profile bound to the columns of a file: record in, the writer's row out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from alignment.refusals import FieldError, Refused
from leads.imports.dates import day_reader, instant_reader
from leads.imports.decimals import number_reader
from leads.imports.kinds import FieldType, Kind
from leads.imports.profiles import AUTO, Constant, FieldSpec, Profile
from leads.imports.reading import Record
from leads.imports.values import BadValue, read_yes_no

LONGEST_SHOWN = 1000


@dataclass(frozen=True)
class RowError:
    """One value (column None: the row as a whole) for which a row is set aside."""

    line: int
    column: str | None
    value: str | None
    code: str
    reason: str
    row: list[str]


@dataclass(frozen=True)
class _Source:
    """Where one field comes from in a record, and how its text becomes a value."""

    field: str
    index: int
    blank: object
    mapping: Mapping[str, str | None]
    keeps: bool
    other: str | None
    read: Callable[[str], object] | None

    def value(self, cells: Sequence[str]) -> object:
        written = cells[self.index].strip()
        rest = written if self.keeps or not written else self.other
        text = self.mapping.get(written, rest)
        if not text:
            return self.blank
        return self.read(text) if self.read is not None else text


class Binding:
    """Reads records by a profile. `decided` says for each dated or numeric field how it is read."""

    def __init__(
        self, profile: Profile, columns: Sequence[str], decided: Mapping[str, str], reporting: ZoneInfo
    ) -> None:
        self.kind = profile.kind
        self.width = len(columns)
        self.columns = list(columns)
        self.system = profile.document.system
        self.hashed = None if profile.document.identity == "none" else self.kind.content_as
        self.joins = profile.document.identity == "email"
        self.constants: dict[str, object] = {}
        self.sources: list[_Source] = []
        for field, spec in profile.document.fields.items():
            read = _reader(self.kind, field, decided.get(field, AUTO), profile.zone_of(spec, reporting))
            if spec.column is None:
                self.constants[field] = _constant(spec.value, field, read)
            else:
                self.sources.append(_source(field, spec, self.columns.index(spec.column), read))
        if profile.document.rest:
            self.sources += [
                _Source(f"attributes.{name}", index, None, {}, True, None, None)
                for index, name in enumerate(columns)
                if name and name not in profile.columns and f"attributes.{name}" not in profile.document.fields
            ]
        names = [*self.constants, *(source.field for source in self.sources)]
        self._plain = [name for name in names if name in self.kind.fields]
        self._grouped = {field: _short_names(names, prefix) for prefix, field in self.kind.groups}
        self._column_of = {source.field: self.columns[source.index] for source in self.sources}
        self._value_index = {source.field: source.index for source in self.sources}
        self._order = sorted(range(self.width), key=lambda index: self.columns[index])
        self._salt = "\x1e".join([self.system, *sorted(self.columns)]).encode()

    def read(self, record: Record) -> object | list[RowError]:
        """The row for the kind's writer, or everything for which this record is set aside."""
        if record.fault is not None:
            return [self.error(record, None, record.fault.code, record.fault.reason)]
        if len(record.cells) != self.width:
            reason = f"the row has {len(record.cells)} values, the file has {self.width} columns"
            return [self.error(record, None, "ragged_row", reason)]
        values = dict(self.constants)
        errors = []
        for source in self.sources:
            try:
                values[source.field] = source.value(record.cells)
            except BadValue as bad:
                errors.append(self.error(record, source.field, bad.code, bad.reason))
        errors += [] if errors else self._missing(record, values)
        return errors or self._row(record, values)

    def error(self, record: Record, field: str | None, code: str, reason: str, value: str | None = None) -> RowError:
        """What is set aside of a record; `field` is named by the file's own column."""
        column = self._column_of.get(field) if field else None
        if column is not None:
            value = record.cells[self._value_index[field or ""]]
        return RowError(
            record.line, _storable(column), _storable(value), code, reason, [_whole(cell) for cell in record.cells]
        )

    def _missing(self, record: Record, values: Mapping[str, object]) -> list[RowError]:
        if not any(cell.strip() for cell in record.cells):
            return [self.error(record, None, "empty_row", "the row is empty")]
        return [
            self.error(record, group[0], "missing_value", f"{' or '.join(group)} is needed and empty here")
            for group in self.kind.needs_one_of
            if not any(values.get(name) is not None for name in group)
        ]

    def _row(self, record: Record, values: dict[str, object]) -> object:
        arguments: dict[str, object] = {name: values[name] for name in self._plain}
        for field, names in self._grouped.items():
            arguments[field] = {short: values[name] for name, short in names if values[name] is not None}
        if self.kind.has_system:
            arguments["system"] = arguments.get("system") or self.system
        if self.joins:
            arguments["joins"] = True
        if self.hashed is not None:
            arguments[self.hashed] = self._content(record.cells)
        return self.kind.row(**arguments)

    def _content(self, cells: Sequence[str]) -> str:
        """A hash of the row's own content, whatever the order of the columns."""
        text = "\x1f".join([cells[index].strip() for index in self._order])
        return hashlib.blake2b(self._salt + b"\x1d" + text.encode(), digest_size=20).hexdigest()


def _short_names(names: Sequence[str], prefix: str) -> list[tuple[str, str]]:
    return [(name, name.removeprefix(prefix)) for name in names if name.startswith(prefix)]


def _source(field: str, spec: FieldSpec, index: int, read: Callable[[str], object] | None) -> _Source:
    mapping = {key.strip(): _as_text(value) for key, value in spec.map.items()}
    keeps = "other" not in spec.model_fields_set
    return _Source(field, index, _constant(spec.blank, field, read), mapping, keeps, _as_text(spec.other), read)


def _constant(value: Constant, field: str, read: Callable[[str], object] | None) -> object:
    """A value of the profile itself, read like one of the file; attributes keep their JSON type."""
    if value is None or field.startswith("attributes."):
        return value
    text = _as_text(value)
    try:
        return read(text) if read is not None and text else text
    except BadValue as bad:
        detail = f"This profile cannot be used: fields.{field}: {bad.reason}."
        raise Refused("invalid_profile", detail, [FieldError(f"fields.{field}", bad.code, bad.reason)]) from bad


def _as_text(value: Constant) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)


def _reader(kind: Kind, field: str, decided: str, zone: ZoneInfo) -> Callable[[str], object] | None:
    readers: dict[FieldType | None, Callable[[], Callable[[str], object]]] = {
        FieldType.INSTANT: lambda: instant_reader(decided, zone),
        FieldType.DAY: lambda: day_reader(decided, zone),
        FieldType.NUMBER: lambda: number_reader(decided),
        FieldType.MONEY: lambda: number_reader(decided),
        FieldType.COUNT: lambda: number_reader(decided),
        FieldType.YES_NO: lambda: read_yes_no,
    }
    make = readers.get(kind.type_of(field))
    return make() if make else None


def _storable(text: str | None) -> str | None:
    """Text as the database can keep it: no NUL bytes, not longer than anyone reads."""
    return text if text is None else _whole(text)[:LONGEST_SHOWN]


def _whole(text: str) -> str:
    return text.replace("\x00", "␀")

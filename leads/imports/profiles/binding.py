"""What does one row of the file say? A profile bound to the columns of a file: record in, the writer's row out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from alignment.cleaning import BLANKS, FREE_TEXTS
from leads.imports.kinds import FieldType
from leads.imports.profiles.content import content_of
from leads.imports.profiles.document import AUTO, FieldSpec, Profile
from leads.imports.reading import Record
from leads.imports.values.cells import text_of
from leads.imports.values.dates import is_pattern
from leads.imports.values.faults import BadValue
from leads.imports.values.numbers import Amount
from leads.imports.values.sources import ValueOf, constant, readers, value_of
from leads.imports.values.sums import ROUNDED, TELL_ROUNDED, is_rounded, settle_sums
from leads.imports.warnings import RowWarning

LONGEST_SHOWN = 1000
KEPT_WARNINGS = 100_000
"""More than the rows of the batches that are under way."""
PREFIX_TAKEN = (
    "texts began with an apostrophe before =, +, - or @, as spreadsheets mark what must not run: it was taken away"
)


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
class Source:
    """Where one field comes from in a record: its cells, its value in them, and its value in these cells alone.

    `is_text`: the value is the text itself without `trim` around it (None: without any white space), should anything be left.
    `is_instant`: what says an instant in ISO 8601 means that instant.
    """

    field: str
    indexes: tuple[int, ...]
    value: ValueOf
    alone: ValueOf
    is_text: bool = False
    trim: str | None = None
    is_instant: bool = False


class Binding:
    """Reads records by a profile, one by one; `columns` reads many. `decided` says for each dated or numeric field how it is read.

    `currency` is the reporting currency: what sums without one are in.
    """

    def __init__(
        self,
        profile: Profile,
        columns: Sequence[str],
        decided: Mapping[str, str],
        reporting: ZoneInfo,
        currency: str = "",
    ) -> None:
        self.kind = profile.kind
        self.width = len(columns)
        self.columns = list(columns)
        self.system = profile.document.system
        self.currency = currency
        self.hashed = None if profile.document.identity == "none" else self.kind.content_as
        self.joins = profile.document.identity == "email"
        self.constants: dict[str, object] = {}
        self.sources: list[Source] = []
        self._taken = 0
        self._warnings: dict[int, list[RowWarning]] = {}
        for field, spec in profile.document.fields.items():
            self._bind(profile, field, spec, decided.get(field, AUTO), reporting)
        if profile.document.rest:
            for name in columns:
                field = self.kind.field_of_rest(name)
                if name and name not in profile.columns and field not in profile.document.fields:
                    self._bind(profile, field, FieldSpec(column=name), AUTO, reporting)
        names = [*self.constants, *(source.field for source in self.sources)]
        self.objects = [name for name in names if self.kind.fields.get(name) is FieldType.JSON]
        self.plain = [name for name in names if name in self.kind.fields and name not in self.objects]
        self.grouped = {field: _short_names(names, prefix) for prefix, field in self.kind.groups}
        self._indexes = {source.field: source.indexes for source in self.sources}
        self.sums = [name for name in names if self.kind.fields.get(name) in (FieldType.NUMBER, FieldType.MONEY)]
        tell = self.kind.key in TELL_ROUNDED
        self._amounts = [name for name in self.sums if tell and self.kind.fields[name] is FieldType.MONEY]
        self.content = content_of(profile, self.columns)

    def _bind(self, profile: Profile, field: str, spec: FieldSpec, decided: str, reporting: ZoneInfo) -> None:
        of_profile, of_file = readers(profile, field, spec, decided, reporting)
        if not spec.named:
            self.constants[field] = constant(spec.value, field, of_profile)
            return

        def value_in(columns: Sequence[str]) -> ValueOf:
            text_in = text_of(
                spec,
                columns,
                exactly=field.startswith("attributes."),
                free=field in FREE_TEXTS,
                keep_prefix=profile.document.text_prefix == "keep",
                tell=self._note_prefix,
            )
            return value_of(text_in, spec, of_profile, of_file, field)

        indexes = tuple(self.columns.index(name) for name in spec.named)
        plainly = len(indexes) == 1 and not spec.map and "other" not in spec.model_fields_set
        is_text = plainly and of_file is None and spec.blank is None
        is_instant = plainly and profile.kind.type_of(field) is FieldType.INSTANT and not is_pattern(decided)
        trim = "" if field.startswith("attributes.") else BLANKS if field in FREE_TEXTS else None
        self.sources.append(
            Source(field, indexes, value_in(self.columns), value_in(spec.named), is_text, trim, is_instant)
        )

    def _note_prefix(self) -> None:
        self._taken += 1

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
        if not errors and (self.sums or self._taken):
            errors = self._settle(record, values)
        errors += [] if errors else self._missing(record, values)
        return errors or self._row(record, values)

    @property
    def has_warnings(self) -> bool:
        """Whether any record that was read lately deserves a look."""
        return bool(self._warnings)

    def warnings_of(self, record: Record) -> Sequence[RowWarning]:
        """What deserves a look in a record that was read lately, though it comes in."""
        return self._warnings.get(record.line, ())

    def _settle(self, record: Record, values: dict[str, object]) -> list[RowError]:
        """Sums become numbers, their marks the row's currency; what is odd is kept to be told."""
        warnings: list[RowWarning] = []
        errors: list[RowError] = []
        if Amount in [type(values[name]) for name in self.sums]:
            try:
                said = settle_sums(self.kind, self.sums, values, self.currency)
                warnings += [RowWarning(code, sentence, record.line, mark) for code, sentence, mark in said]
            except BadValue as bad:
                errors.append(self.error(record, self._first_sum(values), bad.code, bad.reason))
        if self._amounts and any(is_rounded(values[name]) for name in self._amounts):
            warnings.append(RowWarning("rounded", ROUNDED, record.line))
        if self._taken:
            warnings += [RowWarning("text_prefix", PREFIX_TAKEN, record.line)] * self._taken
            self._taken = 0
        if warnings:
            self._keep(record.line, warnings)
        return errors

    def _first_sum(self, values: Mapping[str, object]) -> str:
        return next(name for name in self.sums if type(values[name]) is Amount)

    def _keep(self, line: int, warnings: list[RowWarning]) -> None:
        """Until their batch is written, and written again should it meet a deadlock."""
        self._warnings[line] = warnings
        if len(self._warnings) > KEPT_WARNINGS:
            for old in list(self._warnings)[: KEPT_WARNINGS // 2]:
                del self._warnings[old]

    def error(self, record: Record, field: str | None, code: str, reason: str, value: str | None = None) -> RowError:
        """What is set aside of a record; `field` is named by the file's own column."""
        index = self._index_of(field, record.cells) if field else None
        column = None if index is None else self.columns[index]
        if index is not None:
            value = record.cells[index]
        return RowError(
            record.line, _storable(column), _storable(value), code, reason, [_whole(cell) for cell in record.cells]
        )

    def _index_of(self, field: str, cells: Sequence[str]) -> int | None:
        """The column that is to blame: of several the first that says something."""
        indexes = self._indexes.get(field)
        if not indexes:
            return None
        return next((index for index in indexes if cells[index].strip()), indexes[0])

    def _missing(self, record: Record, values: Mapping[str, object]) -> list[RowError]:
        if not any(cell.strip() for cell in record.cells):
            return [self.error(record, None, "empty_row", "the row is empty")]
        return [
            self.error(record, group[0], "missing_value", f"{self._of_profile(group)} is needed and empty here")
            for group in self.kind.needs_one_of
            if not any(values.get(name) is not None for name in group)
        ]

    def _of_profile(self, group: Sequence[str]) -> str:
        """Those of the fields that the profile brings."""
        return " or ".join(name for name in group if name in self.plain)

    def _row(self, record: Record, values: dict[str, object]) -> object:
        arguments: dict[str, Any] = {name: values[name] for name in self.plain}
        for field, names in self.grouped.items():
            arguments[field] = {short: values[name] for name, short in names if values[name] is not None}
        for name in self.objects:
            stated = values[name]
            arguments[name] = {**(stated if isinstance(stated, dict) else {}), **arguments.get(name, {})}
        if "currency" in values and "currency" not in arguments:
            arguments["currency"] = values["currency"]
        if self.kind.has_system:
            arguments["system"] = arguments.get("system") or self.system
        if self.joins:
            arguments["joins"] = True
        if self.hashed is not None and not arguments.get("external_id"):
            arguments[self.hashed] = self.content(record.cells)
        return self.kind.row(**arguments)


def _short_names(names: Sequence[str], prefix: str) -> list[tuple[str, str]]:
    return [(name, name.removeprefix(prefix)) for name in names if name.startswith(prefix)]


def _storable(text: str | None) -> str | None:
    """Text as the database can keep it: no NUL bytes, not longer than anyone reads."""
    return text if text is None else _whole(text)[:LONGEST_SHOWN]


def _whole(text: str) -> str:
    return text.replace("\x00", "␀")

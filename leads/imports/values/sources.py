"""How does the text of a field become its value? What the profile's map and blank say goes first, then the field's reader."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from zoneinfo import ZoneInfo

from alignment.refusals import FieldError, Refused
from leads.imports.kinds import FieldType
from leads.imports.profiles.decisions import DIALECTS, Dialect
from leads.imports.profiles.document import AUTO, DATED, Constant, FieldSpec, Profile
from leads.imports.reading import Plain
from leads.imports.values.cells import TextOf, text_of
from leads.imports.values.currencies import currencies_of
from leads.imports.values.dates import day_reader, instant_reader
from leads.imports.values.faults import NOTHING, BadValue, Reader, read_object, read_yes_no
from leads.imports.values.numbers import amount_reader, count_reader, number_reader

ValueOf = Callable[[Sequence[str]], object]
"""The value of one field in the cells of a row; raises `BadValue`."""


def value_of(text_in: TextOf, spec: FieldSpec, constants: Reader | None, reader: Reader | None, field: str) -> ValueOf:
    """What gives the field's value. `constants` reads what the profile itself says, `reader` what the file says."""
    blank = constant(spec.blank, field, constants)
    mapping = {key.strip(): constant(_as_text(said), field, constants) for key, said in spec.map.items()}
    mapping = {key: blank if said is None or said == "" else said for key, said in mapping.items()}
    if "other" in spec.model_fields_set:
        other = constant(_as_text(spec.other), field, constants)
        return _only_mapped(text_in, mapping, blank, blank if other is None else other)
    if reader is not None:
        return _read(text_in, mapping, blank, reader)
    return _as_it_stands(text_in, mapping, blank)


def _only_mapped(text_in: TextOf, mapping: Mapping[str, object], blank: object, other: object) -> ValueOf:
    def read(cells: Sequence[str]) -> object:
        text = text_in(cells).strip()
        return mapping.get(text, other) if text else mapping.get(text, blank)

    return read


def _read(text_in: TextOf, mapping: Mapping[str, object], blank: object, reader: Reader) -> ValueOf:
    dashes = NOTHING if reader not in (read_yes_no, read_object, read_currency) else ()
    known = {**dict.fromkeys(["", *dashes], blank), **mapping}

    def read(cells: Sequence[str]) -> object:
        text = text_in(cells)
        return known[text] if text in known else reader(text)

    return read


def _as_it_stands(text_in: TextOf, mapping: Mapping[str, object], blank: object) -> ValueOf:
    if not mapping and blank is None:
        return lambda cells: str(text_in(cells)) or None

    def read(cells: Sequence[str]) -> object:
        text = text_in(cells)
        word = text.strip()
        return mapping[word] if word in mapping else str(text) or blank

    return read


def telling_text_of(spec: FieldSpec, columns: Sequence[str], *, keep_prefix: bool = False) -> TextOf:
    """What gives the text that tells how a column is to be read; empty where the profile gives it a meaning of its own."""
    if "other" in spec.model_fields_set:
        return lambda cells: ""
    text_in = text_of(spec, columns, keep_prefix=keep_prefix)
    silent = NOTHING.union(key.strip() for key in spec.map)

    def read(cells: Sequence[str]) -> str:
        text = text_in(cells)
        return "" if text in silent else text

    return read


def dialect_of(type_: FieldType, spec: FieldSpec) -> Dialect:
    """What a column of this type may leave open; a count may be written in thousands."""
    return DIALECTS[FieldType.MONEY if type_ is FieldType.COUNT and spec.times is not None else type_]


def constant(value: Constant, field: str, read: Reader | None) -> object:
    """A value of the profile itself, read as it is written in JSON; attributes keep their type."""
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


def readers(
    profile: Profile, field: str, spec: FieldSpec, decided: str, reporting: ZoneInfo
) -> tuple[Reader | None, Reader | None]:
    """What reads the profile's own values of a field, and what the file's."""
    type_ = profile.kind.type_of(field)
    if type_ not in DIALECTS:
        alike = read_currency if field == "currency" and type_ is FieldType.TEXT else _ALIKE.get(type_)
        return alike, alike
    zone, plain = profile.zone_of(spec, reporting), DIALECTS[type_].plain
    demanded = profile.format_of(field, spec)
    of_file = _reader(type_, plain if decided == AUTO else decided, zone, spec)
    if demanded != AUTO:
        return _reader(type_, demanded, zone, FieldSpec(value=None)), of_file
    of_profile = _reader(type_, plain, zone, FieldSpec(value=None))
    return lambda text: of_profile(Plain(text)), of_file


def _reader(type_: FieldType, how: str, zone: ZoneInfo, spec: FieldSpec) -> Reader:
    if type_ in DATED:
        return (instant_reader if type_ is FieldType.INSTANT else day_reader)(how, zone)
    return _OF_NUMBERS[type_](how, spec.factor)


def read_currency(text: str) -> str:
    """A currency's code; “€” and the like are as good as one."""
    meant = currencies_of(text)
    return next(iter(meant)) if len(meant) == 1 else text


_ALIKE: dict[FieldType | None, Reader] = {FieldType.YES_NO: read_yes_no, FieldType.JSON: read_object}
_OF_NUMBERS = {FieldType.NUMBER: number_reader, FieldType.MONEY: amount_reader, FieldType.COUNT: count_reader}

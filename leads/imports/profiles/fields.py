"""Does a profile fit its kind and its file? Everything that is wrong with it is named at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import ValidationError

from alignment.refusals import FieldError, Refused
from leads.imports.kinds import KINDS, FieldType, Kind
from leads.imports.profiles.document import AUTO, DATED, NUMERIC, Profile, ProfileDocument, known_order
from leads.imports.values import decimals


def read_profile(kind_key: str, given: object, columns: Sequence[str] | None = None) -> Profile:
    """The profile in `given`, or `Refused` (`invalid_profile`) naming all that is wrong; `columns` are the file's."""
    kind = find_kind(kind_key)
    if not isinstance(given, dict):
        raise Refused("invalid_profile", "A profile is a JSON object with kind, system and fields.")
    errors: list[FieldError] = []
    document: ProfileDocument | None = None
    try:
        document = ProfileDocument.model_validate(given)
    except ValidationError as invalid:
        told = [_in_words(error, given) for error in invalid.errors()]
        errors += {(error.field, error.code): error for error in reversed(told)}.values()
    errors += _misfits(kind, given, columns)
    if errors or document is None:
        raise Refused(
            "invalid_profile",
            "This profile cannot be used: " + "; ".join(f"{e.field}: {e.detail}" for e in errors) + ".",
            errors,
        )
    return Profile(kind, document)


def find_kind(key: str) -> Kind:
    """The declaration of a kind, or `Refused`."""
    if key not in KINDS:
        raise Refused("unknown_kind", f"“{key}” cannot be imported. Supported are: {', '.join(KINDS)}.")
    return KINDS[key]


def _in_words(error: Any, given: dict[str, Any]) -> FieldError:
    where = ".".join(str(part) for part in error["loc"]) or "profile"
    if error["type"] not in ("extra_forbidden", "missing"):
        where = _where(error["loc"], given)
    if error["type"] == "extra_forbidden":
        return FieldError(where, "unknown_key", "this key is not known")
    if error["type"] == "missing":
        return FieldError(where, "missing", "this is needed")
    return FieldError(where, "invalid_value", str(error["msg"]).removeprefix("Value error, "))


def _where(place: tuple[int | str, ...], given: Any) -> str:
    """The key that is meant: a value that may be of several types is told of once, not once a type."""
    parts: list[str] = []
    for part in place:
        is_there = part in given if isinstance(given, dict) else isinstance(given, list) and isinstance(part, int)
        if not is_there:
            break
        given = given[part]
        parts.append(str(part))
    return ".".join(parts) or "profile"


def _misfits(kind: Kind, given: dict[str, Any], columns: Sequence[str] | None) -> Iterator[FieldError]:
    """What does not fit the kind or the file. Reads the raw document: told even where its form is wrong too."""
    if given.get("kind", kind.key) != kind.key:
        yield FieldError("kind", "wrong_kind", f"the profile is for {given['kind']}, the import for {kind.key}")
    if given.get("create_leads") and not kind.may_create_leads:
        yield FieldError(
            "create_leads", "not_for_this_kind", f"an import of {kind.key} cannot create leads from other rows"
        )
    if given.get("identity") == "email" and not kind.joins_by_email:
        yield FieldError("identity", "not_for_this_kind", f"{kind.key} are not found by their e-mail first")
    if given.get("rest") and not kind.has_attributes:
        yield FieldError("rest", "not_for_this_kind", f"{kind.key} have no attributes")
    yield from _sign_misfits(given)
    fields = given.get("fields")
    if not isinstance(fields, dict):
        return
    for name, spec in fields.items():
        yield from _field_misfits(kind, name, spec, columns)
    spans = [name for name in ("starts_at", "ends_at") if name in fields]
    if kind.key == "spend" and "date" in fields and spans:
        detail = f"spend is of one day (date) or of a span (starts_at and ends_at): date and {' and '.join(spans)} contradict"
        yield FieldError("fields.date", "contradicting_fields", detail)
    for group in kind.needs_one_of:
        if not any(name in fields for name in group):
            yield FieldError(f"fields.{group[0]}", "missing", f"{kind.key} need {' or '.join(group)}")


def _sign_misfits(given: dict[str, Any]) -> Iterator[FieldError]:
    """One sign cannot part cells and quote them as well."""
    signs: dict[str, str] = {}
    for key in ("delimiter", "quote", "comment"):
        sign = given.get(key)
        if isinstance(sign, str) and len(sign) == 1 and signs.setdefault(sign, key) != key:
            yield FieldError(key, "invalid_value", f"“{sign}” is the {signs[sign]} already")


def _field_misfits(kind: Kind, name: str, spec: object, columns: Sequence[str] | None) -> Iterator[FieldError]:
    where, type_ = f"fields.{name}", kind.type_of(name)
    if type_ is None:
        yield FieldError(
            where, "unknown_field", f"“{name}” is not a field of {kind.key}; there are {_known_fields(kind)}"
        )
    parts = spec if isinstance(spec, dict) else {"column": spec}
    yield from _column_misfits(where, parts, columns)
    yield from _part_misfits(where, parts, type_)


def _column_misfits(where: str, parts: dict[str, Any], columns: Sequence[str] | None) -> Iterator[FieldError]:
    several = parts.get("columns")
    named = [parts.get("column"), *(several if isinstance(several, list) else [])]
    for column in dict.fromkeys(name for name in named if isinstance(name, str)):
        if column == "":
            yield FieldError(where, "unknown_column", "a column without a name cannot be used; give it one in the file")
        elif columns is not None and column not in columns:
            there = ", ".join(name for name in columns if name)
            yield FieldError(where, "unknown_column", f"the file has no column “{column}”; it has {there}")


def _part_misfits(where: str, parts: dict[str, Any], type_: FieldType | None) -> Iterator[FieldError]:
    """What does not go together within one field."""
    if sum(key in parts for key in ("column", "columns", "value")) != 1:
        yield FieldError(where, "invalid_value", "give either a column, or columns, or a value")
    elif "value" in parts and any(key in parts for key in ("map", "other", "blank", "times")):
        yield FieldError(where, "invalid_value", "map, other, blank and times go with a column, not with a value")
    if "join" in parts and "columns" not in parts:
        yield FieldError(where, "invalid_value", "join goes with columns")
    if type_ is None:
        return
    if parts.get("join") is not None and type_ in NUMERIC:
        yield FieldError(where, "invalid_value", "numbers cannot be joined")
    if parts.get("times") is not None and type_ not in NUMERIC:
        yield FieldError(where, "no_number", "times goes with numbers only")
    if parts.get("times") == 0:
        yield FieldError(where, "invalid_value", "times 0 would make every number nothing")
    if parts.get("timezone") is not None and type_ not in DATED:
        yield FieldError(where, "no_date", "a time zone goes with dates only")
    yield from _format_misfits(where, type_, parts.get("format"))


def _format_misfits(where: str, type_: FieldType | None, demanded: object) -> Iterator[FieldError]:
    if not isinstance(demanded, str) or type_ is None or demanded == AUTO:
        return
    if type_ in NUMERIC:
        if demanded not in decimals.SIGNS:
            yield FieldError(where, "invalid_format", "the format of a number is auto, . or ,")
    elif type_ in DATED:
        try:
            known_order(demanded)
        except ValueError as error:
            yield FieldError(where, "invalid_format", str(error))
    else:
        yield FieldError(where, "invalid_format", "a format goes with dates and numbers only")


def _known_fields(kind: Kind) -> str:
    groups = ["consent.PURPOSE"] * kind.has_consents + ["attributes.NAME"] * kind.has_attributes
    return ", ".join([*sorted(kind.fields), *groups])

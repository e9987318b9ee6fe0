"""How does a file become rows? The profile as it is written, and what follows from it for a field."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from leads.imports.kinds import FieldType, Kind
from leads.imports.values import dates

AUTO = "auto"
NO_TEXT = frozenset({"idna", "punycode", "raw_unicode_escape", "undefined", "unicode_escape"})
"""Codecs that Python calls text encodings, in which no file is written."""
NUMERIC = (FieldType.NUMBER, FieldType.MONEY, FieldType.COUNT)
DATED = (FieldType.INSTANT, FieldType.DAY)
Constant = str | int | float | bool | None


class FieldSpec(BaseModel):
    """Where a field comes from: a column, the first of several that is not empty, or the same value in every row.

    Which of these go together is held by `profile_check`, which tells everything at once.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    column: str | None = None
    columns: list[str] | None = Field(default=None, min_length=1, max_length=100)
    join: str | None = None
    value: Constant = None
    map: dict[str, Constant] = Field(default_factory=dict)
    other: Constant = None
    blank: Constant = None
    format: str | None = None
    times: Annotated[float, Field(allow_inf_nan=False)] | int | None = None
    timezone: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _name_alone(cls, given: object) -> object:
        return {"column": given} if isinstance(given, str) else given

    @cached_property
    def named(self) -> tuple[str, ...]:
        """The columns that it names, in order; none for a constant."""
        if self.columns is not None:
            return tuple(self.columns)
        return () if self.column is None else (self.column,)

    @cached_property
    def factor(self) -> Decimal | None:
        """What a number is multiplied by, exactly as it is written."""
        return None if self.times is None else Decimal(str(self.times))

    @field_validator("timezone")
    @classmethod
    def _zone(cls, name: str | None) -> str | None:
        return name if name is None else _known_zone(name)


class ProfileDocument(BaseModel):
    """The profile as it is written. `timezone` None is the reporting zone."""

    model_config = ConfigDict(extra="forbid", strict=True)

    kind: str | None = None
    system: str = Field(default="import", min_length=1, max_length=100)
    timezone: str | None = None
    dates: str = AUTO
    encoding: str = AUTO
    delimiter: str = AUTO
    quote: str = AUTO
    escape: Literal["auto", "double", "backslash"] = "auto"
    header: Literal["auto", "none"] | Annotated[int, Field(ge=1)] = "auto"
    comment: str = AUTO
    sheet: str | None = Field(default=None, min_length=1, max_length=100)
    text_prefix: Literal["remove", "keep"] = "remove"
    decimal: Literal["auto", ".", ","] = "auto"
    identity: Literal["auto", "none", "email"] = "auto"
    fields: dict[str, FieldSpec] = Field(min_length=1)
    rest: Literal["attributes"] | None = None
    create_leads: bool = False
    owner_team: str | None = Field(default=None, min_length=1, max_length=200)

    @field_validator("timezone")
    @classmethod
    def _zone(cls, name: str | None) -> str | None:
        return name if name is None else _known_zone(name)

    @field_validator("dates")
    @classmethod
    def _dates(cls, order: str) -> str:
        return order if order == AUTO else known_order(order)

    @field_validator("encoding")
    @classmethod
    def _encoding(cls, name: str) -> str:
        return name if name == AUTO else _known_encoding(name)

    @field_validator("delimiter", "quote")
    @classmethod
    def _sign(cls, sign: str) -> str:
        return sign if sign == AUTO else _one_sign(sign)

    @field_validator("comment")
    @classmethod
    def _comment(cls, sign: str) -> str:
        return sign if sign in (AUTO, "") else _one_sign(sign)


@dataclass(frozen=True)
class Profile:
    """A profile that fits its kind, and the file if its columns were given."""

    kind: Kind
    document: ProfileDocument

    @cached_property
    def columns(self) -> frozenset[str]:
        """The columns that the profile names."""
        return frozenset(column for spec in self.document.fields.values() for column in spec.named)

    def zone_of(self, spec: FieldSpec, reporting: ZoneInfo) -> ZoneInfo:
        """The zone of a field's local times: its own, else the profile's, else the reporting zone."""
        name = spec.timezone or self.document.timezone
        return ZoneInfo(name) if name else reporting

    def format_of(self, field: str, spec: FieldSpec) -> str:
        """The order of dates or the decimal sign that the profile demands of a field; `auto` where it does not."""
        general = self.document.decimal if self.kind.type_of(field) in NUMERIC else self.document.dates
        return spec.format or general


def known_order(order: str) -> str:
    if order not in dates.NAMED_ORDERS and not (dates.is_pattern(order) and dates.can_read(order)):
        raise ValueError(f"“{order}” is none of auto, {', '.join(dates.NAMED_ORDERS)}, nor a strptime pattern")
    return order


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, KeyError, ValueError) as error:
        raise ValueError(f"“{name}” is not a time zone such as Europe/Berlin") from error
    return name


def _known_encoding(name: str) -> str:
    try:
        "".encode(name)
    except (LookupError, ValueError) as error:
        raise ValueError(f"“{name}” is no encoding such as utf-8, utf-16, cp1252 or mac-roman") from error
    if codecs.lookup(name).name.replace("-", "_") in NO_TEXT:
        raise ValueError(f"no file is written in the encoding {name}")
    return name


def _one_sign(sign: str) -> str:
    if len(sign) != 1 or sign in "\r\n\0":
        raise ValueError(f"“{sign}” is not auto, nor one sign such as ; or |")
    return sign

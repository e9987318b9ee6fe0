"""How does a file become rows? The profile as it is written, and what follows from it for a field."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from leads.imports import dates
from leads.imports.kinds import FieldType, Kind

AUTO = "auto"
UTF8 = frozenset({"utf-8", "utf8", "utf-8-sig"})
Constant = str | int | float | bool | None


class FieldSpec(BaseModel):
    """Where a field comes from: a column, or the same value in every row."""

    model_config = ConfigDict(extra="forbid", strict=True)

    column: str | None = None
    value: Constant = None
    map: dict[str, Constant] = Field(default_factory=dict)
    blank: Constant = None
    format: str | None = None
    timezone: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _name_alone(cls, given: object) -> object:
        return {"column": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _column_or_value(self) -> FieldSpec:
        if ("column" in self.model_fields_set) == ("value" in self.model_fields_set):
            raise ValueError("give either a column or a value")
        if "value" in self.model_fields_set and (self.map or "blank" in self.model_fields_set):
            raise ValueError("map and blank go with a column, not with a value")
        return self

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
    decimal: Literal["auto", ".", ","] = "auto"
    identity: Literal["auto", "none"] = "auto"
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
        if name != AUTO and name.lower() not in UTF8:
            raise ValueError(f"the encoding {name} is not supported yet: save the file as UTF-8")
        return name

    @field_validator("delimiter")
    @classmethod
    def _delimiter(cls, sign: str) -> str:
        if sign not in (AUTO, ","):
            raise ValueError(f"the delimiter “{sign}” is not supported yet: save the file comma-separated")
        return sign


@dataclass(frozen=True)
class Profile:
    """A profile that fits its kind, and the file if its columns were given."""

    kind: Kind
    document: ProfileDocument

    @cached_property
    def columns(self) -> frozenset[str]:
        """The columns that the profile names."""
        return frozenset(spec.column for spec in self.document.fields.values() if spec.column is not None)

    def zone_of(self, spec: FieldSpec, reporting: ZoneInfo) -> ZoneInfo:
        """The zone of a field's local times: its own, else the profile's, else the reporting zone."""
        name = spec.timezone or self.document.timezone
        return ZoneInfo(name) if name else reporting

    def format_of(self, field: str, spec: FieldSpec) -> str:
        """The order of dates or the decimal sign that the profile demands of a field; `auto` where it does not."""
        general = self.document.decimal if self.kind.type_of(field) is FieldType.NUMBER else self.document.dates
        return spec.format or general


def known_order(order: str) -> str:
    if order not in dates.ORDERS and not (dates.is_pattern(order) and dates.can_read(order)):
        raise ValueError(f"“{order}” is none of auto, {', '.join(dates.ORDERS)}, nor a strptime pattern")
    return order


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, KeyError, ValueError) as error:
        raise ValueError(f"“{name}” is not a time zone such as Europe/Berlin") from error
    return name

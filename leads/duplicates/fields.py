"""Whose value is kept for each field when two leads become one? Pure, but for reading the two records.

By default the survivor's, where it has one; where the first interest came from is the older lead's word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from alignment.refusals import FieldError, Refused
from leads.records.models import Lead

Whose = Literal["survivor", "other"]
SURVIVOR: Whose = "survivor"
OTHER: Whose = "other"


@dataclass(frozen=True)
class Field:
    """What is kept or not as one: the columns that belong together. `logged`: also kept in the log of values, by field."""

    key: str
    title: str
    columns: tuple[str, ...]
    logged: tuple[str, ...] = ()
    of_the_older: bool = False


FIELDS = (
    Field("name", "Name", ("first_name", "last_name", "full_name")),
    Field("email", "E-mail", ("email", "email_usable"), ("email_usable",)),
    Field("phone", "Telephone", ("phone", "phone_usable"), ("phone_usable",)),
    Field("title", "Title", ("title",)),
    Field("company", "Company", ("company_id",)),
    Field("country", "Country", ("country",)),
    Field("owner", "Owner and team", ("owner_id", "team_id"), ("owner", "team")),
    Field("campaign", "Campaign", ("campaign_id",), ("campaign",)),
    Field("segment", "Segment", ("segment",), ("segment",)),
    Field("territory", "Territory", ("territory",), ("territory",)),
    Field("source", "Source", ("source", "channel"), of_the_older=True),
    Field("attributes", "Other facts", ("attributes",)),
)
BY_KEY = {field.key: field for field in FIELDS}


def read_choices(choices: Mapping[str, object]) -> dict[str, Whose]:
    """The choices somebody made; `Refused` naming a field or a word that there is not."""
    errors: list[FieldError] = []
    read: dict[str, Whose] = {}
    for key, word in choices.items():
        if key not in BY_KEY:
            errors.append(
                FieldError(key, "unknown_field", f"There is no choice “{key}”; there are: {', '.join(BY_KEY)}.")
            )
        elif word not in (SURVIVOR, OTHER):
            errors.append(FieldError(key, "unknown_choice", f"{key} is kept of the “survivor” or of the “other”."))
        else:
            read[key] = OTHER if word == OTHER else SURVIVOR
    if errors:
        raise Refused(errors[0].code, " ".join(error.detail for error in errors), errors, status=422)
    return read


def kept(field: Field, survivor: Lead, other: Lead, choices: Mapping[str, Whose]) -> Whose:
    """Whose value is kept: as chosen, else by the default."""
    if field.key in choices:
        return choices[field.key]
    order = (SURVIVOR, OTHER)
    if field.of_the_older and _older(survivor, other) is other:
        order = (OTHER, SURVIVOR)
    leads = {SURVIVOR: survivor, OTHER: other}
    return next((whose for whose in order if has(field, leads[whose])), SURVIVOR)


def has(field: Field, lead: Lead) -> bool:
    """Whether this lead says anything in this field."""
    return any(value(lead, column) not in (None, "", {}, False) for column in field.columns)


def value(lead: Lead, column: str) -> object:
    """What the record says."""
    return getattr(lead, column)


def merged_columns(survivor: Lead, other: Lead, choices: Mapping[str, Whose]) -> dict[str, object]:
    """The columns of the survivor's record that change, but for those kept from logs."""
    leads = {SURVIVOR: survivor, OTHER: other}
    wanted: dict[str, object] = {}
    for field in FIELDS:
        source = leads[kept(field, survivor, other, choices)]
        if field.key == "attributes":
            wanted["attributes"] = _both(source, other if source is survivor else survivor)
        elif not field.logged or field.key in ("email", "phone"):
            wanted |= {column: value(source, column) for column in field.columns}
    older = _older(survivor, other)
    wanted |= {"created_at": older.created_at, "recorded_at": older.recorded_at}
    return {column: new for column, new in wanted.items() if new != value(survivor, column)}


def logged_values(survivor: Lead, other: Lead, choices: Mapping[str, Whose]) -> dict[str, object]:
    """What the log of values is to say last, by its fields."""
    leads = {SURVIVOR: survivor, OTHER: other}
    wanted: dict[str, object] = {}
    for field in FIELDS:
        source = leads[kept(field, survivor, other, choices)]
        wanted |= {name: value(source, _column(name)) for name in field.logged}
    return wanted


def _column(logged: str) -> str:
    return f"{logged}_id" if logged in ("owner", "team", "campaign") else logged


def _both(first: Lead, second: Lead) -> dict[str, object]:
    """Everything that either says; where both do, the first."""
    return {**second.attributes, **first.attributes}


def _older(survivor: Lead, other: Lead) -> Lead:
    return other if (other.created_at, other.pk) < (survivor.created_at, survivor.pk) else survivor

"""What can be imported? One declaration a kind: its fields, the row that its writer takes, and the writer.

A new kind is one declaration here and the function that hands its rows to the writer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from alignment.outcome import RowResult
from alignment.people.persons import PersonRow, save_people
from alignment.programs.save import (
    CampaignRow,
    RateRow,
    SeriesRow,
    SpendRow,
    save_campaigns,
    save_rates,
    save_series,
    save_spend,
)
from leads.activities.log import log_activities, look_ahead
from leads.activities.rows import ActivityRow
from leads.deals.rows import DealRow
from leads.deals.save import save_deals
from leads.lifecycle.history import HistoryRow, record_history
from leads.records.rows import LeadRow
from leads.records.saving_companies import CompanyRow, save_companies
from leads.records.upsert import upsert_leads


class FieldType(Enum):
    """How a field's text is read."""

    TEXT = "text"
    INSTANT = "instant"
    DAY = "day"
    NUMBER = "number"
    YES_NO = "yes or no"
    MONEY = "money"
    COUNT = "whole number"
    JSON = "json"


@dataclass(frozen=True)
class Job:
    """What a writer needs to know of the import that its rows belong to. `exported`: the file is an export of this product, whose
    rows name the systems that things are known to, and say nothing in their names.
    """

    now: datetime
    actor_id: int | None
    import_id: int
    owner_team: str
    create_leads: bool
    exported: bool = False


@dataclass(frozen=True)
class Kind:
    """`fields` maps names to types; of each tuple in `needs_one_of` one field must be in the profile and in each row.

    `row` takes the fields by name, and `content_as` (the hash of the row's own content) where the kind has one.
    `look_ahead`: what the writer can do with rows before their turn, without database and clock; the rows, for the writer.
    `chunks_together`: so many chunks go in as one, where what is written holds nobody up: each costs the same for few rows as for many.
    `holding`: what becomes of rows whose leads, which were there before, are held until the rows are in.
    `has_system`: the row's `system` goes before the profile's. `attributes` is one JSON object, beside which
    attributes.NAME may stand; the latter win.
    """

    key: str
    title: str
    fields: dict[str, FieldType]
    needs_one_of: tuple[tuple[str, ...], ...]
    row: Callable[..., Any]
    write: Callable[[Sequence[Any], Job], list[RowResult]]
    look_ahead: Callable[[Sequence[Any]], Sequence[Any]] = list
    chunks_together: int = 1
    content_as: str | None = None
    has_system: bool = True
    has_attributes: bool = False
    has_consents: bool = False
    may_create_leads: bool = False
    joins_by_email: bool = False
    holding: tuple[str, ...] = ()

    def holds_leads(self, counts: Mapping[str, int]) -> bool:
        """Whether any of these rows, counted by what became of them, holds a lead that was there before."""
        return any(counts.get(status) for status in self.holding)

    @property
    def groups(self) -> tuple[tuple[str, str], ...]:
        """Fields that are many: how their names begin, and the row's mapping that takes them."""
        attributes = (("attributes.", "attributes"),) if self.has_attributes else ()
        return (*attributes, ("consent.", "consents")) if self.has_consents else attributes

    def field_of_rest(self, column: str) -> str:
        """The field of a column that no profile names: what is called like one of the kind's many is it, else an attribute."""
        is_one = any(column.startswith(prefix) and column != prefix for prefix, _mapping in self.groups)
        return column if is_one else f"attributes.{column}"

    def type_of(self, field: str) -> FieldType | None:
        """The type of a field, or None if the kind has no such field."""
        if any(field.startswith(prefix) and field != prefix for prefix, _mapping in self.groups):
            return FieldType.TEXT
        return self.fields.get(field)


def _fields(
    text: str,
    instants: str = "",
    days: str = "",
    numbers: str = "",
    yes_no: str = "",
    money: str = "",
    counts: str = "",
    objects: str = "",
) -> dict[str, FieldType]:
    groups = zip(FieldType, (text, instants, days, numbers, yes_no, money, counts, objects), strict=True)
    return {name: type_ for type_, names in groups for name in names.split()}


def _by(save: Callable[..., list[RowResult]], *more: str) -> Callable[[Sequence[Any], Job], list[RowResult]]:
    """Rows are written by `save`, which is told when, for whom and for which import, and `more` of the job."""

    def write(rows: Sequence[Any], job: Job) -> list[RowResult]:
        asked = {name: getattr(job, name) for name in more}
        return save(rows, now=job.now, actor_id=job.actor_id, import_id=job.import_id, **asked)

    return write


def _write_leads(rows: Sequence[LeadRow], job: Job) -> list[RowResult]:
    return upsert_leads(
        rows,
        now=job.now,
        actor_id=job.actor_id,
        import_id=job.import_id,
        owner_team=job.owner_team,
        heard=not job.exported,
    )


def _spend_row(
    *,
    date: date | None = None,
    starts_at: date | None = None,
    ends_at: date | None = None,
    amount: Decimal | None = None,
    **texts: str | None,
) -> SpendRow:
    """A row of a file: all of one day, or a span of days."""
    return SpendRow(date or starts_at, amount, ends_at, whole_span=date is None, **texts)


_DECLARED = (
    Kind(
        "leads",
        "Leads",
        _fields(
            "system external_id email phone first_name last_name full_name title company company_external_id "
            "company_system source channel campaign stage reason owner team segment territory country",
            instants="created_at stage_at",
            objects="attributes",
        ),
        (),
        LeadRow,
        _write_leads,
        content_as="content",
        has_attributes=True,
        has_consents=True,
        joins_by_email=True,
        holding=("updated", "unchanged"),
    ),
    Kind(
        "companies",
        "Companies",
        _fields(
            "system external_id name domain industry country parent",
            money="annual_revenue",
            counts="employees",
            objects="attributes",
        ),
        (("name",),),
        CompanyRow,
        _by(save_companies),
        has_attributes=True,
    ),
    Kind(
        "activities",
        "Activities",
        _fields(
            "system external_id lead_external_id lead_system email full_name first_name last_name kind by campaign asset "
            "channel url subject outcome",
            instants="at",
            objects="attributes",
        ),
        (("lead_external_id", "email", "full_name", "last_name"), ("kind",), ("at",)),
        ActivityRow,
        _by(log_activities, "owner_team"),
        look_ahead=look_ahead,
        chunks_together=4,
        content_as="content",
        has_attributes=True,
    ),
    Kind(
        "stages",
        "Stage history",
        _fields("system external_id lead_external_id lead_system stage by reason owner team", instants="at"),
        (("lead_external_id",), ("stage",), ("at",)),
        HistoryRow,
        _by(record_history, "create_leads", "owner_team"),
        content_as="identity",
        may_create_leads=True,
        holding=("created", "updated", "unchanged"),
    ),
    Kind(
        "deals",
        "Deals",
        _fields(
            "system external_id lead_external_id lead_system email company company_external_id company_system owner "
            "currency status lost_reason kind",
            instants="opened_at closed_at",
            money="amount",
            objects="attributes",
        ),
        (("external_id",),),
        DealRow,
        _by(save_deals, "create_leads", "owner_team"),
        has_attributes=True,
        may_create_leads=True,
        holding=("created", "updated", "unchanged"),
    ),
    Kind(
        "campaigns",
        "Campaigns",
        _fields(
            "system external_id name type status currency",
            instants="starts_at ends_at",
            money="budget",
            objects="attributes",
        ),
        (("name",),),
        CampaignRow,
        _by(save_campaigns),
        has_attributes=True,
    ),
    Kind(
        "spend",
        "Spend",
        _fields("system external_id currency campaign channel source", days="date starts_at ends_at", money="amount"),
        (("date", "starts_at"), ("amount",)),
        _spend_row,
        _by(save_spend),
        content_as="content",
    ),
    Kind(
        "series",
        "Series",
        _fields("metric campaign channel source", days="date", numbers="value"),
        (("metric",), ("date",), ("value",)),
        SeriesRow,
        _by(save_series),
        has_system=False,
    ),
    Kind(
        "users",
        "People",
        _fields("system external_id name email team", yes_no="active"),
        (("name",),),
        PersonRow,
        _by(save_people),
    ),
    Kind(
        "rates",
        "Exchange rates",
        _fields("currency", days="date", numbers="rate"),
        (("date",), ("currency",), ("rate",)),
        RateRow,
        _by(save_rates),
        has_system=False,
    ),
)

KINDS: dict[str, Kind] = {kind.key: kind for kind in _DECLARED}

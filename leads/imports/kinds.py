"""What can be imported? One declaration a kind: its fields, the row that its writer takes, and the writer.

A new kind is one declaration here and the function that hands its rows to the writer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from alignment.outcome import RowResult
from alignment.people.persons import PersonRow, save_people
from alignment.programs.save import CampaignRow, RateRow, save_campaigns, save_rates
from leads.activities.log import log_activities
from leads.activities.rows import ActivityRow
from leads.deals.rows import DealRow
from leads.deals.save import save_deals
from leads.lifecycle.history import HistoryRow, record_history
from leads.records.rows import LeadRow
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
    """What a writer needs to know of the import that its rows belong to."""

    now: datetime
    actor_id: int | None
    import_id: int
    owner_team: str
    create_leads: bool


@dataclass(frozen=True)
class Kind:
    """`fields` maps names to types; of each tuple in `needs_one_of` one field must be in the profile and in each row.

    `row` takes the fields by name, and `content_as` (the hash of the row's own content) where the kind has one.
    """

    key: str
    title: str
    fields: dict[str, FieldType]
    needs_one_of: tuple[tuple[str, ...], ...]
    row: Callable[..., Any]
    write: Callable[[Sequence[Any], Job], list[RowResult]]
    content_as: str | None = None
    has_system: bool = True
    has_attributes: bool = False
    has_consents: bool = False
    may_create_leads: bool = False
    joins_by_email: bool = False

    @property
    def groups(self) -> tuple[tuple[str, str], ...]:
        """Fields that are many: how their names begin, and the row's mapping that takes them."""
        attributes = (("attributes.", "attributes"),) if self.has_attributes else ()
        return (*attributes, ("consent.", "consents")) if self.has_consents else attributes

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
) -> dict[str, FieldType]:
    groups = zip(FieldType, (text, instants, days, numbers, yes_no, money, counts), strict=False)
    return {name: type_ for type_, names in groups for name in names.split()}


def _write_leads(rows: Sequence[LeadRow], job: Job) -> list[RowResult]:
    return upsert_leads(rows, now=job.now, actor_id=job.actor_id, import_id=job.import_id, owner_team=job.owner_team)


def _write_activities(rows: Sequence[ActivityRow], job: Job) -> list[RowResult]:
    return log_activities(rows, now=job.now, actor_id=job.actor_id, import_id=job.import_id, owner_team=job.owner_team)


def _write_history(rows: Sequence[HistoryRow], job: Job) -> list[RowResult]:
    return record_history(
        rows,
        now=job.now,
        actor_id=job.actor_id,
        import_id=job.import_id,
        create_leads=job.create_leads,
        owner_team=job.owner_team,
    )


def _write_deals(rows: Sequence[DealRow], job: Job) -> list[RowResult]:
    return save_deals(
        rows,
        now=job.now,
        actor_id=job.actor_id,
        import_id=job.import_id,
        create_leads=job.create_leads,
        owner_team=job.owner_team,
    )


def _write_campaigns(rows: Sequence[CampaignRow], job: Job) -> list[RowResult]:
    return save_campaigns(rows, now=job.now, actor_id=job.actor_id, import_id=job.import_id)


def _write_people(rows: Sequence[PersonRow], job: Job) -> list[RowResult]:
    return save_people(rows, now=job.now, actor_id=job.actor_id, import_id=job.import_id)


def _write_rates(rows: Sequence[RateRow], job: Job) -> list[RowResult]:
    return save_rates(rows, now=job.now, actor_id=job.actor_id, import_id=job.import_id)


_DECLARED = (
    Kind(
        "leads",
        "Leads",
        _fields(
            "external_id email phone first_name last_name full_name title company company_external_id source "
            "channel campaign stage reason owner team segment territory country",
            instants="created_at stage_at",
        ),
        (),
        LeadRow,
        _write_leads,
        content_as="content",
        has_attributes=True,
        has_consents=True,
        joins_by_email=True,
    ),
    Kind(
        "activities",
        "Activities",
        _fields("external_id lead_external_id email kind by campaign asset channel url subject outcome", instants="at"),
        (("lead_external_id", "email"), ("kind",), ("at",)),
        ActivityRow,
        _write_activities,
        content_as="content",
        has_attributes=True,
    ),
    Kind(
        "stages",
        "Stage history",
        _fields("lead_external_id stage by reason owner team", instants="at"),
        (("lead_external_id",), ("stage",), ("at",)),
        HistoryRow,
        _write_history,
        content_as="identity",
        may_create_leads=True,
    ),
    Kind(
        "deals",
        "Deals",
        _fields(
            "external_id lead_external_id email company company_external_id owner currency status lost_reason kind",
            instants="opened_at closed_at",
            numbers="amount",
        ),
        (("external_id",),),
        DealRow,
        _write_deals,
        has_attributes=True,
        may_create_leads=True,
    ),
    Kind(
        "campaigns",
        "Campaigns",
        _fields("external_id name type status", instants="starts_at ends_at", numbers="budget"),
        (("name",),),
        CampaignRow,
        _write_campaigns,
        has_attributes=True,
    ),
    Kind(
        "users",
        "People",
        _fields("external_id name email team", yes_no="active"),
        (("name",),),
        PersonRow,
        _write_people,
    ),
    Kind(
        "rates",
        "Exchange rates",
        _fields("currency", days="date", numbers="rate"),
        (("date",), ("currency",), ("rate",)),
        RateRow,
        _write_rates,
        has_system=False,
    ),
)

KINDS: dict[str, Kind] = {kind.key: kind for kind in _DECLARED}
NOT_YET = frozenset({"companies", "spend", "series"})

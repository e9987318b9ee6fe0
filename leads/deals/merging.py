"""What does a row change about its deal? The newest stated value wins; what is said already changes nothing. No database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from alignment.cleaning import Unfit
from leads.deals.cleaning import CleanDeal, check_closing
from leads.deals.drafts import DealDraft
from leads.deals.models import DealStatus


@dataclass(frozen=True, slots=True)
class Home:
    """What a deal needs to know of its lead."""

    created_at: datetime
    company_id: int | None
    erased: bool


@dataclass(frozen=True, slots=True)
class DealFacts:
    """A clean row, with the names in it resolved; None is "not stated"."""

    row: CleanDeal
    lead_id: int | None
    owner_id: int | None
    company_id: int | None


def check_row(draft: DealDraft | None, row: CleanDeal, *, now: datetime) -> None:
    """`Unfit` where the deal, with what the row says, would say something impossible."""
    before = None if draft is None or draft.blank else str(draft.values["status"])
    values = {**(draft.values if draft else {"status": DealStatus.OPEN, "closed_at": None}), **row.values()}
    check_closing(values, before=before, stated=row, now=now)


def merge(draft: DealDraft, facts: DealFacts, home: Home | None, *, now: datetime) -> bool:
    """Bring the row to the deal; whether it changed anything. `Unfit` where the deal would say something impossible."""
    row = facts.row
    wanted = row.values()
    check_row(draft, row, now=now)
    for name, value in (("lead_id", facts.lead_id), ("owner_id", facts.owner_id), ("company_id", facts.company_id)):
        if value is not None:
            wanted[name] = value
    if row.attributes:
        known = draft.values["attributes"]
        wanted["attributes"] = {**known, **row.attributes} if isinstance(known, dict) else row.attributes
    if home is not None and home.company_id is not None and draft.values["company_id"] is None:
        wanted.setdefault("company_id", home.company_id)
    if home is not None and home.erased:
        _say_nothing({**draft.values, **wanted})
    changed = [draft.put(name, value) for name, value in wanted.items()]
    draft.blank = False
    return any(changed)


def _say_nothing(values: dict[str, object]) -> None:
    """`Unfit` where the deal of an erased lead would say something in free words."""
    for name in ("lost_reason", "attributes"):
        if values[name]:
            raise Unfit(name, "erased", f"This deal's lead was erased: no {name} is written about it any more.")


def won_early(draft: DealDraft, home: Home | None) -> bool:
    """Whether the deal was won before its lead was there: it stays won, and deserves a look."""
    closed_at = draft.values["closed_at"]
    if home is None or draft.values["status"] != "won" or not isinstance(closed_at, datetime):
        return False
    return closed_at < home.created_at

"""How does a deal come in or change? The only writer of deals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from alignment.people.persons import IMPORTED_TEAM
from leads.deals.models import Deal
from leads.deals.rows import DealRow
from leads.outcome import RowResult

__all__ = ["DealRow", "save_deals"]


def save_deals(
    rows: Sequence[DealRow],
    *,
    now: datetime,
    actor_id: int | None,
    scope: int = 0,
    import_id: int | None = None,
    create_leads: bool = False,
    owner_team: str = IMPORTED_TEAM,
) -> list[RowResult]:
    """Make or change deals and do to their leads' stages what follows; one result a row, in order."""
    raise NotImplementedError


def edit_deal(
    deal: Deal, changes: Mapping[str, object], *, now: datetime, actor_id: int | None, expected_version: int | None = None
) -> Deal:
    """Change fields of a deal by hand: the names of `DealRow`, None empties. Wrong values are refused with their fields."""
    raise NotImplementedError

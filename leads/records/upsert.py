"""How does a lead come in? One from a form or ten thousand from a file, through the same statements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from alignment.people.persons import IMPORTED_TEAM
from leads.outcome import RowResult
from leads.records.rows import LeadRow


def upsert_leads(
    rows: Sequence[LeadRow],
    *,
    now: datetime,
    actor_id: int | None,
    scope: int = 0,
    import_id: int | None = None,
    owner_team: str = IMPORTED_TEAM,
) -> list[RowResult]:
    """Make each row a lead, or bring what it says to the lead that it names; one result a row, in order.

    Identity within `scope` (0: the company; else a partner team's id, whose leads it then makes) is system and
    external id, else e-mail, else the row's own content. A row that is refused leaves the others alone.
    """
    raise NotImplementedError

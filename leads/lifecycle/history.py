"""How does a log that another system kept of stages come in? One row a stage that a lead came into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alignment.people.persons import IMPORTED_TEAM
from leads.outcome import RowResult


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """`stage`, `at` and the lead (by its external id within `system`) are needed.

    `owner` and `team` hold the lead from then on; `by` is who moved it. `identity` is the hash of the row's own
    content, so that the same row twice is one; without it the row is always a new one.
    """

    lead_external_id: str | None
    stage: str | None
    at: datetime | None
    system: str | None = None
    by: str | None = None
    reason: str | None = None
    owner: str | None = None
    team: str | None = None
    identity: str | None = None


def record_history(
    rows: Sequence[HistoryRow],
    *,
    now: datetime,
    actor_id: int | None,
    scope: int = 0,
    import_id: int | None = None,
    create_leads: bool = False,
    owner_team: str = IMPORTED_TEAM,
) -> list[RowResult]:
    """Append rows to the log of stages; one result a row, in order. `create_leads` makes leads that are not there."""
    raise NotImplementedError

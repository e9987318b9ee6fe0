"""How does something that happened with a lead come into the log? The only writer of activities."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from alignment.people.persons import IMPORTED_TEAM
from leads.activities.rows import ActivityRow
from leads.outcome import RowResult

__all__ = ["ActivityRow", "log_activities"]


def log_activities(
    rows: Sequence[ActivityRow],
    *,
    now: datetime,
    actor_id: int | None,
    scope: int = 0,
    import_id: int | None = None,
    owner_team: str = IMPORTED_TEAM,
) -> list[RowResult]:
    """Log what happened; one result a row, in order. What is logged already is unchanged, an unknown lead rejected."""
    raise NotImplementedError

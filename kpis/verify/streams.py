"""All rows of one lead together, lead after lead, without ever holding more than a few leads in memory.

Every table is read once, in order of lead, through a cursor of the server; the streams are merged like cards.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.db import connection

Row = tuple[Any, ...]

STREAMS = {
    "leads": """
        SELECT id, stage, owner_id, team_id, campaign_id, segment, territory, source, channel, is_test, merged_into_id IS NOT NULL,
               erased_at IS NOT NULL, offered_team_id FROM leads_lead ORDER BY id""",
    "changes": """
        SELECT c.lead_id, c.id, c."to", c.at, c.cause, c.reason, v.id IS NOT NULL
        FROM leads_stagechange c LEFT JOIN leads_stagevoid v ON v.change_id = c.id ORDER BY c.lead_id, c.at, c.id""",
    "values": """
        SELECT l.lead_id, l.field, l.ref, l.text, l.at, v.id IS NOT NULL
        FROM leads_leadvalue l LEFT JOIN leads_stagevoid v ON v.change_id = l.change_id ORDER BY l.lead_id, l.at, l.id""",
    "activities": """
        SELECT lead_id, kind, direction, side, automated, at, CASE WHEN typed_in THEN recorded_at END
        FROM leads_activity ORDER BY lead_id, at, id""",
    "handoffs": """
        SELECT lead_id, id, replaces_id, from_side, to_side, to_team_id, offered_at, state, decided_at, decided_recorded_at, returned_at,
               reason, reason_recorded_at, accept_by, contact_by, rule_id
        FROM leads_handoff ORDER BY lead_id, offered_at, id""",
    "deadlines": """
        SELECT h.lead_id, d.handoff_id, d.clock, d.due_at
        FROM leads_deadline d JOIN leads_handoff h ON h.id = d.handoff_id ORDER BY h.lead_id, d.recorded_at, d.id""",
    "needs": "SELECT lead_id, rule_id, qualified_at, no_receiver_at, ended_at FROM leads_need ORDER BY lead_id, qualified_at, id",
    "consents": "SELECT lead_id, purpose, state, at FROM leads_consent ORDER BY lead_id, at, id",
    "stays": """
        SELECT lead_id, change_id, stage, from_stage, at, until, next_stage, pass_number FROM leads_stay ORDER BY lead_id, at, change_id""",
    "progress": "SELECT lead_id, version_id, reached, entered, stage_since, pass_number FROM leads_progress ORDER BY lead_id",
    "leaks": """
        SELECT lead_id, kind, pass_number, since, until, side, stage, limit_seconds
        FROM kpis_leak ORDER BY lead_id, kind, since, pass_number""",
    "places": """
        SELECT lead_id, start, anchor, day, source, channel, campaign, owner, team, segment, territory, furthest, furthest_in_window
        FROM kpis_cohortplace ORDER BY lead_id, start""",
}
"""The logs, and what is kept of them. The first column is the lead."""


class Stream:
    """One table in order of lead. `strays` counts rows that belong to no lead."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self._next: Row | None = next(rows, None)
        self.strays: list[int] = []

    def take(self, lead_id: int) -> list[Row]:
        """The rows of this lead, without the lead; leads are asked for in order."""
        taken: list[Row] = []
        while self._next is not None and self._next[0] <= lead_id:
            if self._next[0] < lead_id:
                self.strays.append(self._next[0])
            else:
                taken.append(self._next[1:])
            self._next = next(self._rows, None)
        return taken

    def finish(self) -> list[int]:
        """Whatever is left belongs to no lead; all such rows."""
        while self._next is not None:
            self.strays.append(self._next[0])
            self._next = next(self._rows, None)
        return self.strays


@contextmanager
def rows(statement: str) -> Iterator[Iterator[Row]]:
    """The rows of a statement, fetched piece by piece. Needs a transaction."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement)
        yield iter(cursor)


@contextmanager
def streams() -> Iterator[dict[str, Stream]]:
    """Every stream but the leads, by name."""
    with ExitStack() as stack:
        yield {
            name: Stream(stack.enter_context(rows(statement))) for name, statement in STREAMS.items() if name != "leads"
        }

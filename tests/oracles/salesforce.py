"""What do the objects of a Salesforce organisation say, exported under their API names?

Ids are unique over all objects, so a task or a campaign member may name a lead or a contact. Moments carry their offset,
days are midnight in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from tests.oracles.exports import Log, read_rows
from tests.oracles.facts import DealRow, LeadFact, World

FOLDER = "salesforce-sample-org"
SYSTEM = "salesforce"
STAGES = {"New": "inquiry", "Working": "sal", "Qualified": "sql"}
STATES = {"Closed Won": "won", "Closed Lost": "lost"}


def moment(text: str) -> datetime:
    """`2024-01-23T02:46:47.000+0000`, or a day."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Organisation:
    """All files, learnt at `recorded_at`."""

    folder: Path
    recorded_at: datetime

    def rows(self, name: str) -> list[dict[str, str]]:
        return read_rows(self.folder / f"{name}.csv")

    @cached_property
    def world(self) -> World:
        """Leads where their status says, contacts where everybody begins."""
        log = Log(self.recorded_at)
        leads = []
        for row in [*self.rows("Lead"), *self.rows("Contact")]:
            number, at = row["Id"], moment(row["CreatedDate"])
            leads.append(LeadFact(number, at, self.recorded_at, source=row["LeadSource"] or None, system=SYSTEM))
            log.value(number, "owner", row["OwnerId"], at)
            status = row.get("Status")
            log.stage(number, STAGES[status] if status else "inquiry", at, "import" if status else "created")
        return World(leads=tuple(leads), stages=tuple(log.stages), values=tuple(log.values))

    @cached_property
    def deals(self) -> tuple[DealRow, ...]:
        return tuple(
            DealRow(
                row["Id"],
                None,
                row["AccountId"],
                Decimal(row["Amount"]),
                "EUR",
                STATES.get(row["StageName"], "open"),
                self.recorded_at,
                moment(row["CreatedDate"]),
                moment(row["CloseDate"]),
            )
            for row in self.rows("Opportunity")
        )

    def activities(self) -> list[tuple[str, str, datetime, str | None]]:
        """Whose, of which kind, when, and of which campaign: what was sent to campaign members, and tasks."""
        sent = [
            (row["LeadId"] or row["ContactId"], "email_sent", moment(row["CreatedDate"]), row["CampaignId"])
            for row in self.rows("CampaignMember")
        ]
        tasks = [(row["WhoId"], "task", moment(row["ActivityDate"]), None) for row in self.rows("Task")]
        return [*sent, *tasks]

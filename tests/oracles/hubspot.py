"""What do a HubSpot portal's contacts, companies, deals and activities say?

People are named by their e-mail address, companies by their domain. Days are midnight in UTC.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from tests.oracles.deals import caused_rows
from tests.oracles.exports import Log, read_rows
from tests.oracles.facts import DealRow, LeadFact, World

FOLDER = "hubspot-sample"
SYSTEM = "hubspot"
STAGES = {
    "Subscriber": "inquiry",
    "Lead": "inquiry",
    "Marketing Qualified Lead": "mql",
    "Sales Qualified Lead": "sql",
    "Opportunity": "opportunity",
    "Customer": "won",
    "Evangelist": "loyal",
}
STATES = {"Closed Won": "won", "Closed Lost": "lost"}


def midnight(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@dataclass(frozen=True)
class Portal:
    """All files, learnt at `recorded_at`."""

    folder: Path
    recorded_at: datetime

    def rows(self, name: str) -> list[dict[str, str]]:
        return read_rows(self.folder / f"hubspot_{name}.csv")

    @cached_property
    def number_of(self) -> dict[str, str]:
        """By e-mail address the contact's id."""
        return {row["Email"].lower(): row["Contact ID"] for row in self.rows("contacts")}

    @cached_property
    def deals(self) -> tuple[DealRow, ...]:
        return tuple(
            DealRow(
                number,
                self.number_of[row["Associated Contact Email"].lower()],
                row["Associated Company Domain"],
                Decimal(row["Amount"]),
                "EUR",
                STATES.get(row["Deal Stage"], "open"),
                self.recorded_at,
                midnight(row["Create Date"]),
                midnight(row["Close Date"]),
                {"New Business": "new", "Existing Business": "upsell"}[row["Deal Type"]],
            )
            for number, row in enumerate(self.rows("deals"))
        )

    @cached_property
    def world(self) -> World:
        """Contacts where their lifecycle stage says since they were created; “Other” says nothing."""
        log = Log(self.recorded_at)
        leads = []
        for row in self.rows("contacts"):
            number, at = row["Contact ID"], midnight(row["Create Date"])
            leads.append(LeadFact(number, at, self.recorded_at, source=row["Lead Source"], system=SYSTEM))
            log.value(number, "owner", row["Contact Owner"], at)
            stage = STAGES.get(row["Lifecycle Stage"])
            log.stage(number, stage or "inquiry", at, "import" if stage else "created")
        for caused in caused_rows(self.deals):
            log.stage(caused.lead, caused.to, caused.at, "deal")
        return World(leads=tuple(leads), stages=tuple(log.stages), values=tuple(log.values))

    def lost_reasons(self) -> Counter[str | None]:
        return Counter(row["Closed Lost Reason"] or None for row in self.rows("deals"))

    def companies(self) -> dict[str, tuple[str, int, Decimal, str]]:
        """By domain name, employees, revenue and country."""
        return {
            row["Company Domain Name"]: (
                row["Company Name"],
                int(row["Number of Employees"]),
                Decimal(row["Annual Revenue"]).quantize(Decimal("0.01")),
                row["Country"],
            )
            for row in self.rows("companies")
        }

    def activities(self) -> Counter[tuple[str, str, datetime, str, str | None]]:
        """Whose, of which kind, when, by whom, and with what outcome."""
        return Counter(
            (
                self.number_of[row["Associated Contact Email"].lower()],
                row["Activity Type"].lower(),
                midnight(row["Activity Date"]),
                row["Activity Owner"],
                row["Call Outcome"] or row["Meeting Outcome"] or row["Task Status"] or None,
            )
            for row in self.rows("activities")
        )

"""What do the four files of a B2B sales pipeline say: agents and their offices, accounts, products, deals?

Days are midnight in UTC. A deal whose `engage_date` is blank was never opened; one without account is nobody's company's.
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

FOLDER = "maven-crm-opportunities"
SYSTEM = "maven"
STATES = {"Won": "won", "Lost": "lost", "Engaging": "open", "Prospecting": "open"}


@dataclass(frozen=True)
class Firm:
    """One account as it must be kept."""

    name: str
    industry: str
    employees: int
    annual_revenue: Decimal
    country: str
    parent: str | None


@dataclass(frozen=True)
class Pipeline:
    """The files, learnt at `recorded_at`; each deal makes a lead of its own."""

    folder: Path
    recorded_at: datetime

    def rows(self, name: str) -> list[dict[str, str]]:
        return read_rows(self.folder / f"{name}.csv")

    def offices(self) -> dict[str, str]:
        """By agent the regional office."""
        return {row["sales_agent"]: row["regional_office"] for row in self.rows("sales_teams")}

    def firms(self) -> set[Firm]:
        """Revenue is written in millions; two words are misspelt throughout."""
        right = {"technolgy": "technology", "Philipines": "Philippines"}
        return {
            Firm(
                row["account"],
                right.get(row["sector"], row["sector"]),
                int(row["employees"]),
                (Decimal(row["revenue"]) * 1_000_000).quantize(Decimal("0.01")),
                right.get(row["office_location"], row["office_location"]),
                row["subsidiary_of"] or None,
            )
            for row in self.rows("accounts")
        }

    def products(self) -> Counter[str]:
        """Deals by product, as the list of products calls them."""
        listed = {row["product"].replace(" ", ""): row["product"] for row in self.rows("products")}
        return Counter(listed[row["product"].replace(" ", "")] for row in self.rows("sales_pipeline"))

    def agents(self) -> Counter[tuple[str, str]]:
        """Deals by agent and stage."""
        return Counter((row["sales_agent"], row["deal_stage"]) for row in self.rows("sales_pipeline"))

    @cached_property
    def deals(self) -> tuple[DealRow, ...]:
        return tuple(
            DealRow(
                number,
                row["opportunity_id"],
                row["account"] or None,
                Decimal(row["close_value"]) if row["close_value"] else None,
                "USD",
                STATES[row["deal_stage"]],
                self.recorded_at,
                midnight(row["engage_date"]),
                midnight(row["close_date"]),
            )
            for number, row in enumerate(self.rows("sales_pipeline"))
        )

    @cached_property
    def world(self) -> World:
        """A lead begins when its deal was opened, else when it was learnt of."""
        log = Log(self.recorded_at)
        offices = self.offices()
        leads = []
        for deal, row in zip(self.deals, self.rows("sales_pipeline"), strict=True):
            number, at = row["opportunity_id"], deal.opened_at or self.recorded_at
            leads.append(LeadFact(number, at, self.recorded_at, system=SYSTEM))
            log.value(number, "owner", row["sales_agent"], at)
            log.value(number, "team", offices[row["sales_agent"]], at)
        for caused in caused_rows(self.deals):
            log.stage(caused.lead, caused.to, caused.at, "deal")
        return World(leads=tuple(leads), stages=tuple(log.stages), values=tuple(log.values))


def midnight(text: str) -> datetime | None:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None

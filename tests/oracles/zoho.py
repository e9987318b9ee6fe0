"""What does a workspace of Zoho CRM say: people, accounts, leads, campaigns, potentials, calls and events?

Its numbers of contacts are not those of leads: contact 2201 and lead 2201 are two people. A contact is the lead with the
same e-mail address. Times are local, without a zone; here they are read as UTC.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from tests.oracles.deals import caused_rows
from tests.oracles.exports import Log, Outcome, plain_name, read_rows, spend_by_month
from tests.oracles.facts import DealRow, LeadFact, World

FOLDER = "zoho-crm-sample"
SYSTEM = "zoho"
STAGES = {
    "Not Contacted": "inquiry",
    "Attempted to Contact": "mql",
    "Contacted": "sal",
    "Pre Qualified": "sql",
    "Contact in Future": "recycled",
    "Junk Lead": "disqualified",
    "Lost Lead": "lost",
}
KINDS = {
    "Planned": "note", "Invited": "email_sent", "Sent": "email_sent", "Received": "email_sent", "Opened": "email_open",
    "Responded": "form", "Bounced": "email_bounce", "Opted Out": "unsubscribe",
}  # fmt: skip
CALLS = {"Inbound": "call_inbound", "Outbound": "call"}
Happening = tuple[str, str, datetime, str | None]
"""A lead's number, the kind, when, and who of us."""


def in_words(text: str) -> datetime:
    """`15 Apr, 2021 00:03:00`."""
    return datetime.strptime(text, "%d %b, %Y %H:%M:%S").replace(tzinfo=UTC)


def in_figures(text: str) -> datetime:
    """`2021-04-15 23:03:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def in_thousands(text: str) -> Decimal:
    """`$1,117.10K`."""
    return Decimal(text.removeprefix("$").removesuffix("K").replace(",", "")) * 1000


@dataclass(frozen=True)
class Workspace:
    """All files; everything is learnt at `recorded_at`, in the order users, accounts, leads, contacts, potentials."""

    folder: Path
    recorded_at: datetime

    def rows(self, name: str) -> list[dict[str, str]]:
        return read_rows(self.folder / f"{name}.csv")

    @cached_property
    def leads(self) -> dict[str, dict[str, str]]:
        return {row["LEADID"]: row for row in self.rows("Leads")}

    @cached_property
    def lead_of_contact(self) -> dict[str, str]:
        by_address = {row["Email"].lower(): number for number, row in self.leads.items()}
        return {row["CONTACTID"]: by_address[row["Email"].lower()] for row in self.rows("Contacts")}

    @cached_property
    def address_of(self) -> dict[str, str]:
        """Our people's e-mail addresses, by which figures name them."""
        return {row["Last Name"]: row["Email"] for row in self.rows("Users")}

    @cached_property
    def named_company(self) -> dict[str, str]:
        """By its lead's number the company that the lead's own file names: the first account of that name, else the name."""
        first: dict[str, str] = {}
        for row in self.rows("Accounts"):
            if row["Account Name"]:
                first.setdefault(plain_name(row["Account Name"]), row["ACCOUNTID"])
        names = {number: plain_name(row["Company"]) for number, row in self.leads.items()}
        return {number: first.get(name, name) for number, name in names.items()}

    @cached_property
    def company(self) -> dict[str, str]:
        """The company of each lead once contacts are in: a contact names its very account."""
        accounts = {self.lead_of_contact[row["CONTACTID"]]: row["Account Id"] for row in self.rows("Contacts")}
        return {**self.named_company, **accounts}

    def contacts(self) -> Outcome:
        """A contact changes its lead where it is with somebody else, or at another account than the first of its name."""
        rows = self.rows("Contacts")
        changed = 0
        for row in rows:
            lead = self.lead_of_contact[row["CONTACTID"]]
            new_owner = row["Contact Owner"] != self.leads[lead]["Lead Owner"]
            changed += new_owner or row["Account Id"] != self.named_company[lead]
        return Outcome(len(rows), updated=changed, unchanged=len(rows) - changed)

    @cached_property
    def deals(self) -> tuple[DealRow, ...]:
        states = {"Closed Won": "won", "Closed Lost": "lost"}
        return tuple(
            DealRow(
                number, row["LEADID"], self.company[row["LEADID"]], Decimal(row["Amount"].removeprefix("$").replace(",", "")), "USD",
                states.get(row["Stage"], "open"), self.recorded_at, in_words(row["Created Time"]), in_words(row["Closing Date"]),
                {"New Business": "new", "Existing Business": "upsell"}[row["Type"]],
            )
            for number, row in enumerate(self.rows("Potentials"))
        )  # fmt: skip

    @cached_property
    def world(self) -> World:
        """Facts for the oracles of funnel, flow and velocity."""
        log = Log(self.recorded_at)
        leads = []
        for number, row in self.leads.items():
            at = in_words(row["Created Time"])
            leads.append(LeadFact(number, at, self.recorded_at, source=row["Lead Source"], system=SYSTEM))
            log.stage(number, "inquiry", at, "created")
            log.value(number, "owner", self.address_of[row["Lead Owner"]], at)
        for number, row in self.leads.items():
            log.stage(number, STAGES[row["Lead Status"]], in_words(row["Created Time"]), "history")
        for row in self.rows("Contacts"):
            number = self.lead_of_contact[row["CONTACTID"]]
            if row["Contact Owner"] != self.leads[number]["Lead Owner"]:
                log.value(number, "owner", self.address_of[row["Contact Owner"]], self.recorded_at)
        for caused in caused_rows(self.deals):
            log.stage(caused.lead, caused.to, caused.at, "deal")
        return World(leads=tuple(leads), stages=tuple(log.stages), values=tuple(log.values))

    def person(self, row: dict[str, str]) -> str | None:
        """Whose call or event it is: the lead's number, also where a contact is named."""
        return row["LEADID"] or self.lead_of_contact.get(row["CONTACTID"])

    def calls(self) -> list[Happening]:
        return [
            (number, CALLS[row["Call Type"]], in_figures(row["Call Start Time"]), self.address_of[row["Call Owner"]])
            for row in self.rows("Calls")
            if (number := self.person(row)) is not None
        ]

    def events(self) -> list[Happening]:
        return [
            (number, "meeting", in_figures(row["Start DateTime"]), self.address_of[row["Event Owner"]])
            for row in self.rows("Events")
            if (number := self.person(row)) is not None
        ]

    def members(self) -> list[tuple[Happening, str]]:
        """What campaigns did with the leads whose last name nobody else has, and the campaign."""
        bearers = Counter(row["Last Name"].casefold() for row in self.leads.values())
        numbers = {row["Last Name"].casefold(): number for number, row in self.leads.items()}
        found: list[tuple[Happening, str]] = []
        for row in self.rows("Campaign_Lead_Status"):
            name = row["Lead Last Name"].casefold()
            if bearers[name] == 1:
                happening = (numbers[name], KINDS[row["Status"]], in_words(row["Last Modified Time"]), None)
                found.append((happening, row["Campaign Name"]))
        return found

    def unreachable(self) -> set[str]:
        """Leads whose e-mail bounced since we have had it."""
        return {
            number
            for (number, kind, at, _by), _campaign in self.members()
            if kind == "email_bounce" and at >= in_words(self.leads[number]["Created Time"])
        }

    def spend_by_campaign(self) -> dict[str, Decimal]:
        return {row["Campaign Name"]: in_thousands(row["Actual Cost"]) for row in self.rows("Campaigns")}

    def spend_by_month(self) -> dict[str, Decimal]:
        return spend_by_month(
            (
                in_thousands(row["Actual Cost"]),
                date.fromisoformat(row["Start Date"]),
                date.fromisoformat(row["End Date"]),
            )
            for row in self.rows("Campaigns")
        )

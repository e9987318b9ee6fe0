"""Which pages does this person's work begin on? The order is the order of the day for each kind of visitor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

Kind = Literal["marketer", "salesperson", "partner", "manager", "operator", "nobody"]
KIND_OF_SIDE: dict[str | None, Kind] = {"marketing": "marketer", "sales": "salesperson", "partner": "partner"}


class Visitor(Protocol):
    """What the navigation needs to know of a person."""

    role: str

    @property
    def side(self) -> str | None: ...


@dataclass(frozen=True)
class Place:
    """One entry of the navigation. `key` is the letter after `g` on the keyboard."""

    title: str
    path: str
    icon: str
    key: str


DASHBOARD = Place("Dashboard", "/", "layout-dashboard", "d")
MINE = Place("My leads", "/my-leads/", "target-arrow", "m")
INBOX = Place("Inbox", "/inbox/", "inbox", "n")
RETURNED = Place("Returned", "/returned/", "arrow-back-up", "t")
RECEIVERS = Place("Capacity", "/receivers/", "adjustments", "c")
DUPLICATES = Place("Duplicates", "/duplicates/", "users-group", "u")
LEADS = Place("Leads", "/leads/", "users", "l")
LEAKAGE = Place("Leakage", "/leakage/", "droplet", "k")
AGREEMENTS = Place("Agreements", "/agreements/", "signature", "s")
KPIS = Place("KPIs", "/kpis/", "gauge", "q")
CAMPAIGNS = Place("Campaigns", "/campaigns/", "speakerphone", "g")
REPORTS = Place("Reports", "/reports/funnel/", "report-analytics", "r")
IMPORT = Place("Import", "/import/", "file-import", "i")
PEOPLE = Place("People", "/people/", "user", "p")
ADMIN = Place("Admin", "/admin/", "settings", "a")

PLACES: dict[Kind, tuple[Place, ...]] = {
    "marketer": (DASHBOARD, KPIS, MINE, LEADS, RETURNED, DUPLICATES, LEAKAGE, CAMPAIGNS, AGREEMENTS, REPORTS, IMPORT),
    "salesperson": (INBOX, LEADS, DASHBOARD, KPIS, LEAKAGE, AGREEMENTS, REPORTS),
    "partner": (INBOX, LEADS, LEAKAGE, REPORTS),
    "manager": (DASHBOARD, KPIS, LEADS, LEAKAGE, CAMPAIGNS, AGREEMENTS, REPORTS, RECEIVERS),
    "operator": (
        DASHBOARD, KPIS, LEADS, LEAKAGE, CAMPAIGNS, AGREEMENTS, REPORTS, IMPORT, INBOX, RETURNED, DUPLICATES, RECEIVERS,
        MINE, PEOPLE, ADMIN,
    ),
    "nobody": (),
}  # fmt: skip
FOR_LEADS: dict[Kind, tuple[Place, ...]] = {"salesperson": (RECEIVERS,), "partner": (RECEIVERS,)}
"""What leads of a team have besides: whom the machine gives how much."""


def kind_of(visitor: Visitor) -> Kind:
    """Operators and managers by role, everybody else by the side of their team."""
    if visitor.role == "operator":
        return "operator"
    return "manager" if visitor.role == "manager" else KIND_OF_SIDE.get(visitor.side, "nobody")


def places_for(visitor: Visitor) -> tuple[Place, ...]:
    """The entries for this person, in order."""
    kind = kind_of(visitor)
    return PLACES[kind] + (FOR_LEADS.get(kind, ()) if visitor.role == "lead" else ())


def is_here(place: Place, path: str) -> bool:
    """Whether the page at `path` belongs to this entry: the longest way of saying "starts with"."""
    if place.path == "/":
        return path == "/"
    return path.startswith("/reports/") if place is REPORTS else path.startswith(place.path)

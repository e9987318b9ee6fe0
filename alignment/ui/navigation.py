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
NOW = Place("Now", "/now/", "bolt", "n")
LEADS = Place("Leads", "/leads/", "users", "l")
LEAKAGE = Place("Leakage", "/leakage/", "droplet", "k")
AGREEMENTS = Place("Agreements", "/agreements/", "signature", "s")
REPORTS = Place("Reports", "/reports/funnel/", "report-analytics", "r")
IMPORT = Place("Import", "/import/", "file-import", "i")
PEOPLE = Place("People", "/people/", "user", "p")
ADMIN = Place("Admin", "/admin/", "settings", "a")

PLACES: dict[Kind, tuple[Place, ...]] = {
    "marketer": (DASHBOARD, MINE, LEADS, LEAKAGE, AGREEMENTS, REPORTS, IMPORT),
    "salesperson": (NOW, LEADS, DASHBOARD, LEAKAGE, AGREEMENTS, REPORTS),
    "partner": (NOW, LEADS),
    "manager": (DASHBOARD, LEADS, LEAKAGE, AGREEMENTS, REPORTS),
    "operator": (DASHBOARD, LEADS, LEAKAGE, AGREEMENTS, REPORTS, IMPORT, MINE, NOW, PEOPLE, ADMIN),
    "nobody": (),
}


def kind_of(visitor: Visitor) -> Kind:
    """Operators and managers by role, everybody else by the side of their team."""
    if visitor.role == "operator":
        return "operator"
    return "manager" if visitor.role == "manager" else KIND_OF_SIDE.get(visitor.side, "nobody")


def places_for(visitor: Visitor) -> tuple[Place, ...]:
    return PLACES[kind_of(visitor)]


def is_here(place: Place, path: str) -> bool:
    """Whether the page at `path` belongs to this entry: the longest way of saying "starts with"."""
    if place.path == "/":
        return path == "/"
    return path.startswith("/reports/") if place is REPORTS else path.startswith(place.path)

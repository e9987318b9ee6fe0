"""Who may be named on a page about leads: as owner, or with @ in a note?"""

from __future__ import annotations

from typing import TypedDict

from alignment.people.models import User
from alignment.people.selectors import Somebody, people_visible_to


class Mentionable(TypedDict):
    """Somebody who can be called with @."""

    name: str
    email: str


def mentionable(user: Somebody) -> list[Mentionable]:
    """Colleagues with an address, by name."""
    people = people_visible_to(user).filter(is_active=True, email__isnull=False).order_by("name", "pk")
    return [Mentionable(name=name, email=email or "") for name, email in people.values_list("name", "email")]


def possible_owners(user: Somebody) -> list[User]:
    """Those who may own a lead: active people of a team, by name."""
    people = people_visible_to(user).filter(is_active=True, team__isnull=False)
    return list(people.select_related("team").order_by("name", "pk"))

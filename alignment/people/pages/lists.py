"""Who is listed on the people page, under which team, and in which state is their sign-in?"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import QuerySet

from alignment.people.models import ApiKey, Role, Team, User
from alignment.people.selectors import people_visible_to, teams_visible_to


@dataclass(frozen=True)
class State:
    """How somebody's sign-in stands: a word and the tone of its badge."""

    key: str
    title: str
    tone: str


ACTIVE = State("active", "Signs in", "won")
INVITED = State("invited", "Invited", "loyal")
NAMED = State("named", "No sign-in", "")
CLOSED = State("closed", "Deactivated", "lost")


def state_of(user: User) -> State:
    """Named people came with an import: they own leads and have no sign-in."""
    if not user.is_active:
        return CLOSED
    if user.has_usable_password():
        return ACTIVE
    return INVITED if user.invited_at else NAMED


@dataclass(frozen=True)
class Listed:
    """One line of the list."""

    person: User
    state: State
    role: str


@dataclass(frozen=True)
class Group:
    """A team, or those in none."""

    team: Team | None
    people: tuple[Listed, ...]


def listed_to(viewer: User) -> QuerySet[User]:
    """Whom this person may see: operators see everybody, others who is active."""
    people = people_visible_to(viewer).order_by("-is_active", "name", "id")
    return people if viewer.is_operator else people.filter(is_active=True)


def people_by_team(viewer: User) -> list[Group]:
    """The same, by team."""
    people = listed_to(viewer)
    found: dict[int | None, list[Listed]] = defaultdict(list)
    for person in people:
        found[person.team_id].append(Listed(person, state_of(person), short_role(person.role)))
    groups = [Group(team, tuple(found[team.pk])) for team in teams_visible_to(viewer)]
    without = [Group(None, tuple(found[None]))] if found[None] else []
    return [*groups, *without]


def short_role(role: str) -> str:
    """The role without its explanation."""
    return Role(role).label.partition(" (")[0]


def keys_of(holder: User | None = None) -> list[ApiKey]:
    """The keys of one person, or everybody's; the newest first."""
    keys = ApiKey.objects.select_related("user").order_by("-created", "pk")
    return list(keys.filter(user=holder) if holder else keys)

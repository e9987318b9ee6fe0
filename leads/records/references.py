"""Whom and what do rows name: owners, teams, campaigns? Resolved for many rows at once, within what a scope may name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from alignment.cleaning import Unfit, unknown
from alignment.people.models import Team, User
from alignment.people.named import match_people, named_people, named_teams
from alignment.programs.named import named_campaigns
from leads.records.sender import Sender


@dataclass(frozen=True)
class References:
    """What the names stand for. A name that is missing here cannot be used in this scope."""

    people: dict[str, User]
    teams: dict[str, int]
    campaigns: dict[str, int]
    own_team: str | None = None

    def person(self, field: str, name: str | None) -> User | None:
        if name is None:
            return None
        if name not in self.people:
            raise Unfit(field, f"unknown_{field}", f"“{name}” is nobody of {self.own_team}.", name)
        return self.people[name]

    def team(self, field: str, name: str | None) -> int | None:
        if name is None:
            return None
        if name not in self.teams:
            raise unknown(field, "unknown_team", name, [self.own_team or ""])
        return self.teams[name]

    def campaign(self, name: str | None) -> int | None:
        return self.campaigns[name] if name else None


def resolve(
    *,
    people: Iterable[str | None] = (),
    teams: Iterable[str | None] = (),
    campaigns: Iterable[str | None] = (),
    sender: Sender,
) -> References:
    """What the names stand for. The company makes who and what is missing; a partner names its own people and team only."""
    names, team_names = {p for p in people if p}, {t for t in teams if t}
    found = named_campaigns((c for c in campaigns if c), import_id=sender.import_id)
    if not sender.scope:
        members = (
            named_people(names, now=sender.now, team_name=sender.owner_team, import_id=sender.import_id)
            if names
            else {}
        )
        return References(members, named_teams(team_names) if team_names else {}, found)
    own = Team.objects.get(pk=sender.scope)
    members = {name: user for name, user in match_people(sorted(names)).items() if user.team_id == sender.scope}
    return References(
        members, {name: sender.scope for name in team_names if name.lower() == own.name.lower()}, found, own.name
    )

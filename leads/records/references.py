"""Whom and what do rows name: owners, teams, campaigns? Resolved for many rows at once, within what a scope may name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from alignment.cleaning import Unfit, unknown
from alignment.people.models import Team, User
from alignment.people.named import match_people, named_people, named_teams
from alignment.programs.models import Campaign
from alignment.programs.named import named_campaigns
from leads.records.models import Lead
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
        if not name:
            return None
        if name not in self.campaigns:
            raise Unfit("campaign", "unknown_campaign", f"None of your leads is of a campaign “{name}”.", name)
        return self.campaigns[name]


def resolve(
    *,
    people: Iterable[str | None] = (),
    teams: Iterable[str | None] = (),
    campaigns: Iterable[str | None] = (),
    sender: Sender,
) -> References:
    """What the names stand for. The company makes who and what is missing.

    A partner names its own people and team only, and the campaigns of its leads; nothing is made for it.
    """
    names, team_names = {p for p in people if p}, {t for t in teams if t}
    wanted = {c for c in campaigns if c}
    if not sender.scope:
        found = named_campaigns(wanted, import_id=sender.import_id)
        members = (
            named_people(names, now=sender.now, team_name=sender.owner_team, import_id=sender.import_id)
            if names
            else {}
        )
        return References(members, named_teams(team_names) if team_names else {}, found)
    own = Team.objects.get(pk=sender.scope)
    members = {name: user for name, user in match_people(sorted(names)).items() if user.team_id == sender.scope}
    return References(
        members,
        {name: sender.scope for name in team_names if name.lower() == own.name.lower()},
        _campaigns_of(sender.scope, wanted),
        own.name,
    )


def _campaigns_of(team_id: int, names: set[str]) -> dict[str, int]:
    """The campaigns of exactly these names among those of the leads that the team holds."""
    if not names:
        return {}
    held = Lead.objects.filter(team_id=team_id).exclude(campaign=None).order_by().values("campaign_id")
    return dict(Campaign.objects.filter(name__in=names, pk__in=held).order_by("-pk").values_list("name", "pk"))

"""What are the teams, people and campaigns called that a rule names by their ids? Asked by sentences, differences and the editor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from alignment.people.models import Team, User
from alignment.programs.models import Campaign
from leads.handoffs.terms import HandoffRule, LeastLoaded, NamedAccount, Pool, Queue, RoundRobin, Table, Weighted


@dataclass(frozen=True)
class Names:
    """The names of what a rule names; what is not there any more is said by its number."""

    teams: Mapping[int, str]
    people: Mapping[int, str]
    campaigns: Mapping[int, str]

    def team(self, pk: int) -> str:
        return self.teams.get(pk, f"team {pk} (unknown)")

    def person(self, pk: int) -> str:
        return self.people.get(pk, f"person {pk} (unknown)")

    def campaign(self, pk: int) -> str:
        return self.campaigns.get(pk, f"campaign {pk} (unknown)")


def names_in(*rules: HandoffRule) -> Names:
    """The names of everything these rules name, in at most three queries."""
    teams = {team for rule in rules for team in teams_of(rule)}
    people = {person for rule in rules for person in people_of(rule)}
    campaigns = {reason.campaign for rule in rules for reason in rule.reasons if reason.campaign is not None}
    return Names(
        dict(Team.objects.filter(pk__in=teams).values_list("pk", "name")) if teams else {},
        {one.pk: str(one) for one in User.objects.filter(pk__in=people).only("name", "email")} if people else {},
        dict(Campaign.objects.filter(pk__in=campaigns).values_list("pk", "name")) if campaigns else {},
    )


def pools_of(rule: HandoffRule) -> Iterator[tuple[str, Pool]]:
    """Every pool of a rule, with the way to it in the document."""
    for n, step in enumerate(rule.routing):
        if isinstance(step, RoundRobin | Weighted | LeastLoaded):
            yield f"routing.{n}.pool", step.pool
        elif isinstance(step, Table):
            yield from ((f"routing.{n}.rows.{row}.to", one.to) for row, one in enumerate(step.rows))


def teams_of(rule: HandoffRule) -> set[int]:
    """The teams that a rule names."""
    queues = {step.team for step in rule.routing if isinstance(step, Queue)}
    return queues | {pool.team for _way, pool in pools_of(rule)}


def people_of(rule: HandoffRule) -> set[int]:
    """The people that a rule names."""
    pooled = {person for _way, pool in pools_of(rule) for person in pool.people or ()}
    accounts = [one for step in rule.routing if isinstance(step, NamedAccount) for one in step.accounts]
    return pooled | {account.person for account in accounts}

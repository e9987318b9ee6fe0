"""The people of the API's tests: one of each kind, two partners who must not know of each other, and an outsider."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from alignment.people.models import Side, Team, User
from alignment.people.persons import add_person, ensure_team

TIME_ZERO = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Cast:
    """Everybody by what they are."""

    marketer: User
    salesperson: User
    partner: User
    other_partner: User
    manager: User
    operator: User
    outsider: User
    partner_team: Team
    other_partner_team: Team

    def seeing_everything(self) -> tuple[User, ...]:
        return (self.marketer, self.salesperson, self.manager, self.operator)


def cast_people() -> Cast:
    """Make them all."""
    marketing = ensure_team("Marketing", side=Side.MARKETING)
    sales = ensure_team("Sales", side=Side.SALES)
    partner = ensure_team("Partner North", side=Side.PARTNER)
    other = ensure_team("Partner South", side=Side.PARTNER)

    def person(name: str, team: Team | None = None, role: str = "member") -> User:
        email = f"{name.lower().replace(' ', '.')}@world.example"
        return add_person(name=name, email=email, team=team, role=role, now=TIME_ZERO)

    return Cast(
        marketer=person("Mara Keting", marketing),
        salesperson=person("Sal Esperson", sales),
        partner=person("Part Ner", partner),
        other_partner=person("Oth Erpartner", other),
        manager=person("Man Ager", role="manager"),
        operator=person("Op Erator", role="operator"),
        outsider=person("Out Sider"),
        partner_team=partner,
        other_partner_team=other,
    )

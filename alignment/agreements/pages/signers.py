"""Who can sign for a side? The leads of its teams, by name: whom the other side asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alignment.agreements.entitlement import OUR_SIDES
from alignment.people.models import Role, User

Signers = Mapping[str, Sequence[str]]
"""For each side, the names of those who may sign for it."""


@dataclass(frozen=True)
class Waiting:
    """A side whose signature is missing, and who of it can give it."""

    side: str
    people: tuple[str, ...]

    @property
    def words(self) -> str:
        """ "Sam Sales or Sue Sales", or that there is nobody."""
        if not self.people:
            return f"{self.side} has no team lead yet; an operator can make somebody one"
        return f"{', '.join(self.people[:-1])} or {self.people[-1]}" if len(self.people) > 1 else self.people[0]


def signers() -> Signers:
    """Everybody who may sign today, by side; one query."""
    people = User.objects.filter(
        is_active=True, role=Role.LEAD, team__side__in=[side.value for side in OUR_SIDES]
    ).select_related("team")
    found: dict[str, list[str]] = {}
    for person in people.order_by("name", "pk"):
        found.setdefault(str(person.side), []).append(str(person))
    return found


def waiting(unsigned: Sequence[str], signers: Signers) -> tuple[Waiting, ...]:
    """The missing sides with those who can sign."""
    return tuple(Waiting(side, tuple(signers.get(side, ()))) for side in unsigned)

"""Who sends rows, when, and on whose behalf: what every writer is told beside the rows themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict


class Arguments(TypedDict):
    """The keyword arguments that every writer takes."""

    now: datetime
    actor_id: int | None
    scope: int
    import_id: int | None
    owner_team: str


@dataclass(frozen=True, slots=True)
class Sender:
    """`scope` is 0 for the company, else a partner team's id."""

    now: datetime
    actor_id: int | None
    scope: int
    import_id: int | None
    owner_team: str

    def as_arguments(self) -> Arguments:
        """To pass on to another writer."""
        return {
            "now": self.now, "actor_id": self.actor_id, "scope": self.scope, "import_id": self.import_id, "owner_team": self.owner_team,
        }  # fmt: skip

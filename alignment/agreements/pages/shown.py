"""What does every page show of a version? Its name, how it stands, who still has to sign, what it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from alignment.agreements import selectors
from alignment.agreements.kinds import Kind, find_kind
from alignment.agreements.models import Version
from alignment.agreements.pages.saying import path_of
from alignment.agreements.pages.signers import Signers, Waiting, waiting

TITLES = {
    "draft": "Draft", "proposed": "Proposed", "scheduled": "Signed, takes effect later", "in_force": "In force",
    "superseded": "Superseded", "rejected": "Rejected", "withdrawn": "Withdrawn",
}  # fmt: skip
TONES = {
    "proposed": "proposed", "scheduled": "loyal", "in_force": "won", "rejected": "lost", "withdrawn": "disqualified",
}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """A version as it stands at one moment; needs what `selectors.versions` reads along."""

    version: Version
    standing: selectors.Standing
    waits: tuple[Waiting, ...]
    titles: Mapping[str, str] = field(default_factory=dict)
    """Of its kind by key, where a list has asked for all at once."""

    @property
    def kind(self) -> Kind[Any]:
        return find_kind(self.version.agreement.kind)

    @cached_property
    def title(self) -> str:
        key = self.version.agreement.key
        return self.titles[key] if key in self.titles else self.kind.title_of(key)

    @property
    def state_title(self) -> str:
        title = TITLES[self.standing.state]
        return f"{title}, by override" if self.standing.overridden and self.standing.state == "in_force" else title

    @property
    def tone(self) -> str:
        return "leak" if self.standing.overridden else TONES.get(self.standing.state, "")

    @cached_property
    def sentences(self) -> list[str]:
        return selectors.sentences(self.version)

    @property
    def path(self) -> str:
        return path_of(self.version)


def shown(version: Version, now: datetime, signers: Signers, titles: Mapping[str, str] | None = None) -> Shown:
    """A version with how it stands; `titles` of its kind by key, where they were asked for at once."""
    standing = selectors.standing(version, now)
    return Shown(version, standing, waiting(standing.unsigned, signers), titles or {})

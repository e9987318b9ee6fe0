"""Which stages are there, in what order, and what does an old key count as?"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import NotRequired, TypedDict

DAY_SECONDS = 24 * 60 * 60
FINISHED = ("won", "loyal")


@dataclass(frozen=True)
class StageDef:
    """`position` is None off the path; `category`: open, won, loyal, lost, recycled, disqualified."""

    key: str
    position: int | None
    category: str
    side: str
    requires_owner: bool
    counts_as: str | None = None
    age_seconds: int = 30 * DAY_SECONDS
    quiet_seconds: int = 14 * DAY_SECONDS


@dataclass(frozen=True)
class StageSet:
    """One version of the funnel: every key ever used, retired ones with what they count as."""

    definitions: tuple[StageDef, ...]

    def find(self, key: str) -> StageDef:
        """The stage that `key` counts as; a key that no version knows is an error."""
        by_key = {stage.key: stage for stage in self.definitions}
        stage = by_key[key]
        while stage.counts_as is not None:
            stage = by_key[stage.counts_as]
        return stage

    def forward(self) -> tuple[StageDef, ...]:
        """The path, lowest position first, without retired keys."""
        path = [(d.position, d) for d in self.definitions if d.position is not None and d.counts_as is None]
        return tuple(stage for _, stage in sorted(path, key=lambda pair: pair[0]))

    def off_path(self) -> tuple[StageDef, ...]:
        return tuple(d for d in self.definitions if d.position is None and d.counts_as is None)

    def from_start(self, start: str | None) -> tuple[StageDef, ...]:
        """The path from the start stage on; by default from the lowest position."""
        path = self.forward()
        if start is None:
            return path
        keys = [stage.key for stage in path]
        return path[keys.index(self.find(start).key) :]

    def won(self) -> StageDef:
        return next(stage for stage in self.forward() if stage.category == "won")


class StageEntry(TypedDict):
    """One entry of a file for `stages load`."""

    key: str
    title: str
    position: int | None
    side: str
    category: NotRequired[str]
    requires_owner: NotRequired[bool]
    counts_as: NotRequired[str | None]


def stage_set_from_json(text: str) -> StageSet:
    """Stages on the path are open and sales stages require an owner, unless said otherwise."""
    entries: list[StageEntry] = json.loads(text)
    return StageSet(
        tuple(
            StageDef(
                entry["key"],
                entry["position"],
                entry.get("category", "open"),
                entry["side"],
                entry.get("requires_owner", same_side(entry["side"]) == "sales"),
                entry.get("counts_as"),
            )
            for entry in entries
        )
    )


def same_side(side: str) -> str:
    """A channel partner counts as sales in every figure."""
    return "sales" if side == "partner" else side


DEFAULT_STAGES = StageSet(
    (
        StageDef("inquiry", 1, "open", "marketing", False),
        StageDef("mql", 2, "open", "marketing", False),
        StageDef("sal", 3, "open", "sales", True),
        StageDef("sql", 4, "open", "sales", True),
        StageDef("opportunity", 5, "open", "sales", True),
        StageDef("won", 6, "won", "sales", True),
        StageDef("loyal", 7, "loyal", "sales", True),
        StageDef("recycled", None, "recycled", "marketing", False),
        StageDef("disqualified", None, "disqualified", "marketing", False),
        StageDef("lost", None, "lost", "sales", True),
    )
)

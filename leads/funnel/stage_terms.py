"""What one stage key means, and one version of the funnel put together from such meanings. Read by everything about stages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from leads.funnel.models import FORWARD


@dataclass(frozen=True)
class StageTerms:
    """What one key means: forward stages have a position, off-path ones `None`."""

    key: str
    title: str
    position: int | None
    category: str
    side: str
    requires_owner: bool
    counts_as: str | None = None
    age: timedelta | None = None
    quiet: timedelta | None = None

    @property
    def is_forward(self) -> bool:
        return self.category in FORWARD


@dataclass(frozen=True)
class StageSet:
    """One version of the funnel, with the retired keys that count as another. `number` is that of the agreement's version."""

    version_id: int
    number: int
    terms: tuple[StageTerms, ...]

    @cached_property
    def by_key(self) -> dict[str, StageTerms]:
        return {term.key: term for term in self.terms}

    @cached_property
    def stages(self) -> tuple[StageTerms, ...]:
        """Stages of the set itself: forward ones by position, then off-path ones."""
        return tuple(term for term in self.terms if term.counts_as is None)

    @cached_property
    def forward(self) -> tuple[StageTerms, ...]:
        return tuple(term for term in self.stages if term.is_forward)

    @cached_property
    def retired(self) -> dict[str, str]:
        """Keys that are no stage any more, each with the stage it counts as."""
        return {term.key: term.counts_as for term in self.terms if term.counts_as is not None}

    def meaning(self, key: str) -> str:
        """The stage that a key stands for: the one it counts as, else the key itself. What was written before counts by it."""
        return self.retired.get(key, key)

    def alike(self, key: str) -> list[str]:
        """Every key that stands for the same stage as this one."""
        stage = self.meaning(key)
        return [stage, *(old for old, new in self.retired.items() if new == stage)]

    def ordinal(self, key: str) -> int:
        """The 1-based place of a forward stage, as in `Progress.reached`."""
        return [term.key for term in self.forward].index(key) + 1

    def first_of(self, category: str) -> StageTerms | None:
        """The lowest stage of a category, or None where the set has none."""
        return next((term for term in self.stages if term.category == category), None)


def in_order(terms: list[StageTerms]) -> tuple[StageTerms, ...]:
    """By position, then off-path ones; within one place by key, retired keys last."""
    ordered = sorted(terms, key=lambda term: term.key)
    ordered.sort(key=lambda term: (term.position is None, term.position or 0, term.counts_as is not None))
    return tuple(ordered)

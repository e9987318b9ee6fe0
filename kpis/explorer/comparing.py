"""How do two groups of leads differ, stage by stage, and by more than chance? Asked by the explorer; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from alignment.intervals import newcombe
from kpis.reports.statistics import rate


@dataclass(frozen=True)
class Share:
    """`part` of `whole` leads that had their whole window went on; `reached` of all have come so far by now."""

    reached: int
    part: int
    whole: int

    @property
    def value(self) -> float | None:
        return rate(self.part, self.whole)


@dataclass(frozen=True)
class Difference:
    """One stage in both groups. `low` and `high` bound the difference first − second at 95 %."""

    stage: str
    title: str
    first: Share
    second: Share
    low: float | None
    high: float | None

    @property
    def points(self) -> float | None:
        """First − second, as a share."""
        if self.first.value is None or self.second.value is None:
            return None
        return self.first.value - self.second.value

    @property
    def clear(self) -> bool:
        """Whether chance alone would seldom make such a difference."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)

    @property
    def says(self) -> str:
        """The difference in words."""
        if self.points is None:
            return "not known yet"
        if not self.clear:
            return "may be chance"
        return "first is higher" if self.points > 0 else "second is higher"


def differences(first: dict[str, Any], second: dict[str, Any]) -> list[Difference]:
    """The groups of two funnels over the same stages, from the second stage on: conversions from the start, among mature leads."""
    return [
        _difference(one, other, first, second) for one, other in zip(first["stages"], second["stages"], strict=True)
    ][1:]


def _difference(
    one: dict[str, Any], other: dict[str, Any], first: dict[str, Any], second: dict[str, Any]
) -> Difference:
    mine = Share(one["reached"], one["mature_in_window"], first["mature"])
    theirs = Share(other["reached"], other["mature_in_window"], second["mature"])
    low, high = newcombe(mine.part, mine.whole, theirs.part, theirs.whole)
    return Difference(one["stage"], one["title"], mine, theirs, low, high)

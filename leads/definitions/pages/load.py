"""How does the load on receivers stand in the evidence of a definition? What each would get a week, beside what they take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alignment.ui.words import count

Told = Mapping[str, Any]
NEARLY = 0.9
"""From this share of their capacity on somebody is nearly full."""


@dataclass(frozen=True)
class Receiver:
    """One line. `full`: nine tenths of what they take, or more."""

    name: str
    a_week: str
    in_all: str
    most_a_day: str
    capacity: str
    full: bool


@dataclass(frozen=True)
class Loaded:
    """What `_backtest_load.html` shows."""

    headline: str
    receivers: Sequence[Receiver]
    nobody: Sequence[Told]


def loaded(told: Told) -> Loaded | None:
    """None where no rule handed over from the stage, it was a quick look, or it was computed before loads were."""
    load: Told | None = told.get("load")
    if load is None:
        return None
    return Loaded(_headline(load), [_receiver(one) for one in load["receivers"]], load["why_nobody"])


def _headline(load: Told) -> str:
    rules = ", ".join(f"“{rule['title']}”" for rule in load["rules"])
    text = f"Of those who would have qualified, {count(load['offered'])} would have been offered by {rules}"
    if load["nobody"]:
        text += f"; {count(load['nobody'])} nobody could have taken at once"
    if load["unmatched"]:
        text += f"; {count(load['unmatched'])} met none of these rules"
    return f"{text}."


def _receiver(one: Told) -> Receiver:
    limit = one["capacity_a_week"]
    return Receiver(
        name=one["name"],
        a_week=f"{one['a_week']:,.1f}",
        in_all=count(one["offered"]),
        most_a_day=count(one["most_a_day"]),
        capacity="no limit" if limit is None else f"{limit:,.1f}",
        full=limit is not None and one["offered"] > 0 and one["a_week"] >= NEARLY * limit,
    )

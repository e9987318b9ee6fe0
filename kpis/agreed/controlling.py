"""Who moves a KPI? The sides that control its metrics and filters, and whether a bonus may hang on it. Pure rules.

People are paid for what they can move. A bonus may hang on a KPI only if those who control it are exactly the one side that answers
for it; asked whenever a version of a KPI is saved or proposed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kpis.metrics.declaring import Metric

FILTERS: Mapping[str, Mapping[str, str]] = {
    **{cut: {"marketing": "from where leads are brought in"} for cut in ("source", "channel", "campaign")},
    "definition": {"marketing": "which leads qualify"},
    **{cut: {"sales": "who works which lead"} for cut in ("owner", "team")},
    "territory": {"sales": "who works which region"},
}
"""Who decides what falls under a filter, and by what; nobody does under the others."""

CODE = "bonus_not_controlled"
SERIES = "series."


@dataclass(frozen=True)
class Driver:
    """One thing that moves a KPI: the metric or filter, the side that controls it, and by what."""

    what: str
    side: str
    by: str


@dataclass(frozen=True)
class Used:
    """A metric with the cuts that it is filtered by."""

    metric: Metric
    cuts: Sequence[str]


def drivers(used: Sequence[Used]) -> list[Driver]:
    """All that moves it, each once, in order of use."""
    found = [
        *(Driver(f"“{one.metric.title}”", side, by) for one in used for side, by in one.metric.controls.items()),
        *(
            Driver(f"the filter “{cut}” of “{one.metric.title}”", side, by)
            for one in used
            for cut in one.cuts
            for side, by in FILTERS.get(cut, {}).items()
        ),
    ]
    return list(dict.fromkeys(found))


def controllers(used: Sequence[Used]) -> frozenset[str]:
    """The sides that move it."""
    return frozenset(driver.side for driver in drivers(used))


def judge_bonus(used: Sequence[Used], side: str) -> str | None:
    """Why no bonus for `side` may hang on it, in a sentence with what to do; None where it may."""
    outside = [one.metric.title for one in used if one.metric.key.startswith(SERIES)]
    if outside:
        return (
            f"“{outside[0]}” is an outside number, which neither side controls: it carries no bonus. "
            "Take the bonus off, or measure something that happens here."
        )
    moving = drivers(used)
    others = [driver for driver in moving if driver.side != side]
    if others:
        first = others[0]
        more = "" if len(others) == 1 else f" (and {len(others) - 1} more)"
        return (
            f"A bonus for {side} cannot hang on this: {first.what} is moved by {first.side}, who decide {first.by}{more}. "
            f"{_what_to_do(moving, side)}"
        )
    if not moving:
        return "Nobody here controls what this measures, so no bonus can hang on it. Take the bonus off."
    return None


def _what_to_do(moving: Sequence[Driver], side: str) -> str:
    if any(driver.side == side for driver in moving):
        return (
            f"Take the bonus off and keep it as a shared goal, or measure only what {side} controls. A commission scheme on a shared "
            "result stays outside the product: say why in the note."
        )
    return f"Take the bonus off, or let the side that controls it answer for it: {_sides(moving)}."


def _sides(moving: Sequence[Driver]) -> str:
    return " and ".join(sorted({driver.side for driver in moving}))

"""What does a figure card say? A number, where it leads, and how it changed against the period before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from alignment.ui.words import count, percent

Better = Literal["up", "down", "neither"]


@dataclass(frozen=True)
class Change:
    """The change to the period before, in words, and whether it is welcome."""

    text: str
    direction: Literal["up", "down", "same"]
    verdict: Literal["good", "bad", ""]


@dataclass(frozen=True)
class Figure:
    """One card. `link` opens exactly the rows that were counted."""

    name: str
    value: str
    link: str | None = None
    change: Change | None = None
    note: str = ""
    tone: str = ""


def change_of_count(now: int, before: int, *, better: Better = "up") -> Change:
    """42 against 35 → "+7 (20.0 %)"."""
    share = f" ({percent((now - before) / before)})".replace("-", "−") if before else ""
    return _change(now - before, f"{_sign(now - before)}{count(abs(now - before))}{share}", better)


def change_of_share(now: float | None, before: float | None, *, better: Better = "up") -> Change | None:
    """0.31 against 0.28 → "+3.0 points"; nothing where either is unknown."""
    if now is None or before is None:
        return None
    return _change(now - before, f"{_sign(now - before)}{abs(now - before) * 100:.1f} points", better)


def _sign(difference: float) -> str:
    return "+" if difference > 0 else "−" if difference < 0 else "±"


def _change(difference: float, text: str, better: Better) -> Change:
    if difference == 0:
        return Change("no change", "same", "")
    direction: Literal["up", "down"] = "up" if difference > 0 else "down"
    if better == "neither":
        return Change(text, direction, "")
    return Change(text, direction, "good" if direction == better else "bad")

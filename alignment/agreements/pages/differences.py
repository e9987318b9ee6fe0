"""How are differences shown so that one sees them at a glance? In words; long ones old beside new; sentences side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

ARROW = " → "
LONG = 90
"""From so many characters on, old and new stand beside each other instead of in one line."""


@dataclass(frozen=True)
class Change:
    """One difference in words; `old` and `new` are its two halves where it is long enough to need them."""

    words: str
    old: str = ""
    new: str = ""


@dataclass(frozen=True)
class Piece:
    """A stretch of a sentence, and whether it differs from the other side's."""

    text: str
    differs: bool


@dataclass(frozen=True)
class Line:
    """A sentence of each side; None: that side says nothing here."""

    before: Sequence[Piece] | None
    after: Sequence[Piece] | None

    @property
    def differs(self) -> bool:
        return self.before is None or self.after is None or any(piece.differs for piece in (*self.before, *self.after))


def changes(differences: Sequence[str]) -> list[Change]:
    """A kind's differences, the long ones in halves."""
    return [_change(words) for words in differences]


def _change(words: str) -> Change:
    parts = words.split(ARROW)
    if len(words) < LONG or len(parts) != 2:
        return Change(words)
    subject, colon, old = parts[0].partition(": ")
    return Change(subject, old, parts[1]) if colon else Change("", *parts)


def side_by_side(before: Sequence[str], after: Sequence[str]) -> list[Line]:
    """The sentences of two versions, aligned: equal ones together, a changed one beside what it was."""
    lines: list[Line] = []
    for what, left_from, left_to, right_from, right_to in SequenceMatcher(
        a=before, b=after, autojunk=False
    ).get_opcodes():
        left, right = before[left_from:left_to], after[right_from:right_to]
        if what == "equal":
            lines += [Line([Piece(text, False)], [Piece(text, False)]) for text in left]
            continue
        paired = min(len(left), len(right))
        lines += [_pair(*pair) for pair in zip(left, right, strict=False)]
        lines += [Line([Piece(text, True)], None) for text in left[paired:]]
        lines += [Line(None, [Piece(text, True)]) for text in right[paired:]]
    return lines


def _pair(before: str, after: str) -> Line:
    left, right = re.findall(r"\s+|[^\s]+", before), re.findall(r"\s+|[^\s]+", after)
    was: list[Piece] = []
    becomes: list[Piece] = []
    for what, left_from, left_to, right_from, right_to in SequenceMatcher(
        a=left, b=right, autojunk=False
    ).get_opcodes():
        differs = what != "equal"
        if left_to > left_from:
            was.append(Piece("".join(left[left_from:left_to]), differs))
        if right_to > right_from:
            becomes.append(Piece("".join(right[right_from:right_to]), differs))
    return Line(was, becomes)

"""What a file leaves open, asked with one value and its readings. Made by reader and first pass, answered by people."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Choice:
    """One answer to a question, and how the quoted value reads with it."""

    answer: str
    reads: str


@dataclass(frozen=True)
class Question:
    """What the file leaves open. `line` is where the quoted value stands; answers are kept under `field`."""

    code: str
    field: str
    column: str
    value: str
    line: int
    detail: str
    choices: tuple[Choice, ...]

"""Why can a value of a file not be used? Said by whatever reads values, kept with the row that is set aside."""

from __future__ import annotations

from dataclasses import dataclass

YES = frozenset({"true", "yes", "y", "1", "active", "on"})
NO = frozenset({"false", "no", "n", "0", "inactive", "off"})


@dataclass
class BadValue(Exception):
    """A value that cannot be read: a stable code, and a sentence for whoever made the file."""

    code: str
    reason: str

    def __str__(self) -> str:
        return self.reason


def read_yes_no(text: str) -> bool:
    """True or False as people and programs write it."""
    word = text.casefold()
    if word in YES:
        return True
    if word in NO:
        return False
    raise BadValue("invalid_yes_no", f"“{text}” is neither yes nor no (true, false, yes, no, 1, 0, active, inactive)")

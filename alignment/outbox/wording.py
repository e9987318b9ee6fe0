"""Which words and paths may leave the house? Lines that stay lines, and paths that stay on our site; for the outbox only."""

from __future__ import annotations

import unicodedata

from alignment.outbox.models import PATH_LENGTH

LINE, PARAGRAPHS = "", "\n"
"""Which control characters may stay: none, or the ends of lines."""


def is_our_path(path: str) -> bool:
    """Whether a browser that follows it stays on our site: one slash, and nothing that browsers read as two."""
    printable = path.isprintable() and " " not in path and "\\" not in path
    return printable and len(path) <= PATH_LENGTH and path.startswith("/") and not path.startswith("//")


def fit(text: str, length: int, kept: str) -> str:
    """The text without control characters but those `kept`, without blanks around it, cut to `length`."""
    clean = "".join(letter if letter in kept or not _is_control(letter) else " " for letter in text).strip()
    return clean if len(clean) <= length else clean[: length - 1] + "…"


def _is_control(letter: str) -> bool:
    """Control characters, halves of a character, and the separators that some programs take for the end of a line."""
    return unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"}

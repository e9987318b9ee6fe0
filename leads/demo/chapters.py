"""What do other rooms add to the demo company? Each registers a chapter, which is told when its leads have lived up to the end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

Chapter = Callable[[datetime], None]
"""Told with the end of the demo's history; what it writes goes through the usual doors, with the times of the story."""

_chapters: list[Chapter] = []


def register(chapter: Chapter) -> None:
    """Called once for each chapter, when its app is ready."""
    if chapter not in _chapters:
        _chapters.append(chapter)


def tell_all(end: datetime) -> None:
    """All of them, in the order in which they registered."""
    for chapter in _chapters:
        chapter(end)

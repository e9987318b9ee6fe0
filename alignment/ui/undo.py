"""How does a page say what it did and offer to take it back? A message that carries the address of its undo."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest

MARK = "undo:"


def say_done(request: HttpRequest, text: str, undo: str | None = None) -> None:
    """A message on the next page; with `undo`, a path that takes the change back by POST."""
    messages.success(request, text, extra_tags=f"{MARK}{undo}" if undo else "")


def undo_path(message: Message) -> str:
    """The address that takes this message's change back, or nothing."""
    tags = message.extra_tags or ""
    return tags.removeprefix(MARK) if tags.startswith(MARK) else ""

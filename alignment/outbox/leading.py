"""Does a notice still lead somewhere for who was told? What somebody may see changes; whoever knows of a kind of page says so here."""

from __future__ import annotations

from collections.abc import Callable

Gone = Callable[[int, str], str | None]
"""Of a user (by id) and a path: the sentence that says why it leads nowhere for them any more; None where it does, or is not known."""

_rules: list[Gone] = []


def plug_in(rule: Gone) -> None:
    """Called once by each app with pages that people may lose sight of, when it is ready."""
    _rules.append(rule)


def why_gone(user_id: int, path: str) -> str | None:
    """Why this path leads nowhere for this person; None where it leads there."""
    return next((why for rule in _rules if (why := rule(user_id, path)) is not None), None)

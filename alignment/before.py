"""What did an import overwrite? Any room may say so; whoever keeps imports has it kept, so that an undo can put it back.

Lower layers change things on an import's behalf and know nothing of imports: the keeper is registered by the app that does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Before:
    """One object that an import changed: its fields as they were, and as the import left them."""

    object_id: int
    was: Mapping[str, object]
    became: Mapping[str, object]


Keeper = Callable[[int, str, Sequence[Before]], None]
_keepers: list[Keeper] = []


def keep_with(keeper: Keeper) -> None:
    """Register who keeps what imports overwrite; called once, when the app is ready."""
    if keeper not in _keepers:
        _keepers.append(keeper)


def remember(import_id: int | None, table: str, changed: Sequence[Before]) -> None:
    """Keep what was overwritten, each object at most once in `changed`. Nothing without an import."""
    if import_id is not None and changed:
        for keeper in _keepers:
            keeper(import_id, table, changed)

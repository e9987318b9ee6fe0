"""How does something leave the logs? The only door out: the undo of an import, and the erasure of a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from leads.imports.models import Import
from leads.privacy.models import Removal
from leads.records.models import Lead


@dataclass(frozen=True)
class Undone:
    """What an undo took out, by table, and what it left alone: `[{"table", "id", "why"}]`."""

    removal: Removal
    spared: list[dict[str, object]]


def undo_import(import_: Import, *, now: datetime, actor_id: int | None) -> Undone:
    """Take out what an import wrote and put back what it changed; what was touched since is spared, with the reason."""
    raise NotImplementedError


def erase(lead: Lead, *, now: datetime, actor_id: int | None) -> Removal:
    """Remove whatever says who this lead is; its rows and counts stay. Cannot be undone."""
    raise NotImplementedError

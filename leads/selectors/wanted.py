"""What can be asked of the list of leads? Written by its form, read by whatever finds or counts the leads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

NONE = "(none)"
"""What an address says for "nothing known", as pages show it."""

TEXTS = ("source", "channel", "segment", "territory", "campaign", "system")
"""Filters by a text: the source as it is written, the others without regard to case."""


@dataclass(frozen=True)
class Wanted:
    """What an address asks for. `texts` are exact values without regard to case; `more` are filters of higher rooms."""

    search: str = ""
    stage: str = ""
    owner: str = ""
    team: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    created_from: date | None = None
    created_to: date | None = None
    import_id: int | None = None
    tests: str = ""
    more: Mapping[str, str] = field(default_factory=dict)
    order: str = "new"

"""Lets the demo company agree on its numbers, too: what `kpis` adds to the demo."""

from __future__ import annotations

from datetime import datetime

from leads.demo import chapters


def install() -> None:
    """Register the chapter; what it needs is imported when a demo is made."""
    chapters.register(_tell)


def _tell(end: datetime) -> None:
    from kpis.demo.telling import tell

    tell(end)

"""May a figure read what is kept of leads, or must it read their log anew?

What is kept says what is known now, by the funnel in force now. A question about an earlier knowledge, or by another version of the
funnel (a report as of an instant at which it was in force, or while leads are still being read by a new one), walks the log.
"""

from __future__ import annotations

from datetime import datetime

from leads.funnel.stage_sets import StageSet
from leads.lifecycle.rebuilding import is_kept


def reads_kept(stages: StageSet, known_at: datetime | None) -> bool:
    """Asked in the snapshot in which the figure is read, so that both see the same state."""
    return known_at is None and is_kept(stages)

"""Is there still ground for an open offer? Asked before it runs out, and by whatever takes offers back."""

from __future__ import annotations

from collections.abc import Sequence

from leads.funnel.models import Category
from leads.funnel.stage_sets import StageSet, stage_set
from leads.handoffs.queries import close


def without_ground(lead_ids: Sequence[int]) -> list[tuple[int, str]]:
    """The open offers of these leads that have no ground any more, each with why in words."""
    stages = stage_set()
    return close.groundless(lead_ids, open_stages(stages), stages.retired)


def open_stages(stages: StageSet) -> list[str]:
    """Keys of the open forward stages."""
    return [term.key for term in stages.terms if term.category == Category.OPEN and term.position is not None]

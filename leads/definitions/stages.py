"""Which stages can a lead qualify into? Open forward stages of the funnel in force, but the first: leads start there."""

from __future__ import annotations

from leads.funnel.models import Category
from leads.funnel.stage_sets import StageTerms, stage_set

UNKNOWN, NO_STEP = "unknown_stage", "not_a_step"


def definable() -> tuple[StageTerms, ...]:
    """The stages that may have a definition, lowest position first."""
    return tuple(stage for stage in stage_set().forward[1:] if stage.category == Category.OPEN)


def stage_title(key: str) -> str:
    """What the stage of that key is called; the key itself where the funnel has no such stage."""
    stage = stage_set().by_key.get(key)
    return stage.title if stage else key


def stage_error(key: str) -> str | None:
    """Why there can be no definition of that stage, in a sentence; None if there can."""
    found = stage_trouble(key)
    return found[1] if found else None


def stage_trouble(key: str) -> tuple[str, str] | None:
    """The same with its stable code: `unknown_stage` or `not_a_step`."""
    stages = definable()
    if any(stage.key == key for stage in stages):
        return None
    there = ", ".join(stage.key for stage in stages) or "none"
    stage = stage_set().by_key.get(key)
    if stage is None or stage.counts_as is not None:
        return UNKNOWN, f"The funnel in force has no stage “{key}”; a definition can be made for: {there}."
    return NO_STEP, f"Leads do not qualify into {stage.title}; a definition can be made for: {there}."

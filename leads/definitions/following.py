"""What does it set going when a definition comes into force? Said on the page where it is signed, before it is."""

from __future__ import annotations

from datetime import datetime, timedelta

from alignment.agreements.kinds import Scope
from alignment.intervals import wilson
from leads.definitions.counting import SAMPLE
from leads.definitions.patience import ASIDE, TooSlow, patient
from leads.definitions.queries import below, counts
from leads.definitions.stages import stage_title
from leads.definitions.terms import LeadDefinition
from leads.funnel.models import Category
from leads.funnel.stage_sets import stage_set


def follows(terms: LeadDefinition, scope: Scope) -> list[str]:
    """How many leads are judged anew, and how many of them would be moved at once, as far as that can be told at once."""
    leads = counts.all_leads()
    noun = "lead is" if leads == 1 else "leads are"
    return [f"{leads:,} {noun} judged anew in the background.", moved_at_once(terms, scope, leads)]


def stages_below(key: str) -> list[str]:
    """The open forward stages from which a definition moves leads into the stage of that key, with what counts as them."""
    stages = stage_set().by_key
    target = stages.get(key)
    if target is None or target.position is None:
        return []
    found = []
    for stage in stages.values():
        stands = stages.get(stage.counts_as) if stage.counts_as else stage
        if stands and stands.category == Category.OPEN and stands.position and stands.position < target.position:
            found.append(stage.key)
    return found


def moved_at_once(
    terms: LeadDefinition,
    scope: Scope,
    leads: int,
    *,
    exactly_within: timedelta = ASIDE,
    about_within: timedelta = ASIDE,
) -> str:
    """How many of so many leads would be moved; of a sample, where counting all takes longer than `exactly_within`."""
    stages, title = stages_below(scope.key), stage_title(scope.key)
    try:
        with patient(exactly_within):
            moved = below.count_below(terms, stages, scope.now).meet
    except TooSlow:
        return _about(terms, stages, scope.now, leads, title, about_within)
    if not moved:
        return f"No lead that stands below {title} meets it now; whoever comes to meet it is moved there."
    return f"{_leads(moved)} below {title} {_meet(moved)}; nobody else is moved at once."


def _about(terms: LeadDefinition, stages: list[str], now: datetime, leads: int, title: str, patience: timedelta) -> str:
    try:
        with patient(patience):
            found = below.sample_below(terms, stages, now, SAMPLE)
    except TooSlow:
        return (
            f"Whoever meets it and stands below {title} is moved there; how many that are takes too long to count here."
        )
    low, high = wilson(found.meet, found.looked_at)
    about = round(leads * found.meet / found.looked_at) if found.looked_at else 0
    bounds = f"{int(leads * (low or 0)):,} to {round(leads * (high or 0)):,}"
    return f"About {_leads(about)} below {title} {_meet(about)} ({bounds}, from a sample)."


def _leads(n: int) -> str:
    return f"{n:,} lead that stands" if n == 1 else f"{n:,} leads that stand"


def _meet(n: int) -> str:
    return "meets it now and is moved there" if n == 1 else "meet it now and are moved there"

"""What does it set going when a handoff rule comes into force? Said on the page where it is signed, and while it is written."""

from __future__ import annotations

from alignment.agreements.in_force import InForce, all_in_force
from alignment.agreements.kinds import Scope
from alignment.intervals import wilson
from leads.definitions.backtesting.queries.sampling import MILLION
from leads.definitions.patience import ASIDE, TooSlow, patient
from leads.definitions.stages import stage_title
from leads.definitions.terms import LeadDefinition
from leads.funnel.stage_sets import stage_set
from leads.handoffs.queries.standing import Standing, count_meeting, count_standing
from leads.handoffs.terms import KIND, HandoffRule

SAMPLE = 10_000
"""So many leads are looked at where more stand in the stage."""


def follows(rule: HandoffRule, scope: Scope) -> list[str]:
    """How many leads stand where the rule begins and meet it, and which rules are asked before it."""
    return [how_many(rule, scope), *_beside(rule, scope)]


def stages_from(key: str) -> list[str]:
    """Every key of the stage that this one stands for."""
    return stage_set().alike(key)


def how_many(rule: HandoffRule, scope: Scope) -> str:
    """ "1,234 leads stand in MQL now; 310 of them meet this rule." """
    stages, title = stages_from(rule.from_.stage), stage_title(rule.from_.stage)
    try:
        with patient(ASIDE):
            stand = count_standing(stages)
        if not stand:
            return f"No lead stands in {title} now; whoever comes there and meets this rule is offered."
        with patient(ASIDE):
            per_million = None if stand <= SAMPLE else -(-SAMPLE * MILLION // stand)
            found = count_meeting(LeadDefinition(criteria=rule.criteria), stages, scope.now, per_million)
    except TooSlow:
        return f"Leads in {title} that meet it are offered; how many that are takes too long to count here."
    noun = "lead stands" if stand == 1 else "leads stand"
    return f"{stand:,} {noun} in {title} now; {_meeting(found, stand)}"


def _meeting(found: Standing, stand: int) -> str:
    if found.looked_at >= stand:
        return f"{found.meet:,} of them {'meets' if found.meet == 1 else 'meet'} this rule."
    low, high = wilson(found.meet, found.looked_at)
    about = round(stand * found.meet / found.looked_at) if found.looked_at else 0
    return f"about {about:,} of them meet this rule ({int(stand * (low or 0)):,} to {round(stand * (high or 0)):,}, from a sample)."


def _beside(rule: HandoffRule, scope: Scope) -> list[str]:
    """The other rules in force for the same stage: who meets an earlier one never comes to this one."""
    others = [one for one in rules_from(rule.from_.stage, scope) if one.key != scope.key]
    place = (rule.order, scope.key)
    earlier = [one for one in others if (one.says(HandoffRule).order, one.key) < place]
    said = []
    if earlier:
        said.append(f"Asked before it, so that it gets only who meets none of them: {_titles(earlier)}.")
    if alike := [one for one in others if one.says(HandoffRule).order == rule.order]:
        said.append(
            f"Place {rule.order} is also that of {_titles(alike)}: rules of one place go by their keys; give it one of its own."
        )
    return said


def _titles(rules: list[InForce]) -> str:
    return ", ".join(f"“{one.says(HandoffRule).title}” (place {one.says(HandoffRule).order})" for one in rules)


def rules_from(stage: str, scope: Scope) -> list[InForce]:
    """The rules in force for leads of a stage, in the order in which they are asked."""
    keys = stages_from(stage)
    found = [one for one in all_in_force(KIND, scope.now) if one.says(HandoffRule).from_.stage in keys]
    return sorted(found, key=lambda one: (one.says(HandoffRule).order, one.key))

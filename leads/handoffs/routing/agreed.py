"""Which rules hand leads over at an instant, and in which order are they tried?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from alignment.agreements.in_force import InForce, all_in_force
from leads.funnel.stage_sets import stage_set
from leads.handoffs.routing import waiting
from leads.handoffs.terms import KIND, HandoffRule


@dataclass(frozen=True)
class Rule:
    """A rule in force, its terms at hand."""

    version: InForce
    terms: HandoffRule

    @property
    def key(self) -> str:
        return self.version.key


def rules_at(at: datetime) -> list[Rule]:
    """Every rule in force at that instant, in the order in which they are tried."""
    rules = [Rule(found, found.says(HandoffRule)) for found in all_in_force(KIND, at)]
    return sorted(rules, key=lambda rule: (rule.terms.order, rule.key))


def mark_judged(lead_ids: Iterable[int], *, now: datetime) -> None:
    """Leads were judged by the definitions: those that a rule may hand over now, or no longer, wait to be routed."""
    stages = stage_set()
    begins = [key for rule in rules_at(now) for key in stages.alike(rule.terms.from_.stage)]
    waiting.mark_concerned(lead_ids, stages=begins, due_at=now)

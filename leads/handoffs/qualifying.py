"""Why did this lead qualify for its handoff? The definition that moved it and the rule that offered it, as they stood at that moment.

Asked by cards and pages of handoffs, when somebody wants to know: each explanation reads what was known of the lead then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from alignment.agreements.models import Version
from alignment.agreements.terms import terms_of
from leads.definitions.explaining import Explanation, Part, explain
from leads.definitions.patience import ASIDE, TooSlow, patient
from leads.definitions.terms import LeadDefinition
from leads.funnel.stage_sets import StageSet
from leads.handoffs.models import Handoff
from leads.handoffs.rules import rule_of
from leads.lifecycle.models import StageChange
from leads.records.models import Lead


@dataclass(frozen=True)
class Why:
    """One agreement that had a say: what it is called, which version, when, and what of it held; None: cannot be told at once."""

    title: str
    version: Version
    at: datetime
    explanation: Explanation | None

    @property
    def held(self) -> list[Part]:
        """The conditions that held."""
        return [part for part in self.explanation.parts if part.held] if self.explanation else []

    @property
    def line(self) -> str:
        """What held, in one line."""
        return "; ".join(part.text for part in self.held)


def why_qualified(handoff: Handoff, stages: StageSet) -> list[Why]:
    """First the definition by which the lead came into its stage, then the rule; nothing where people did both by hand."""
    found = []
    moves = StageChange.objects.filter(
        lead=handoff.lead_id, to__in=stages.alike(handoff.from_stage), void=None, at__lte=handoff.offered_at
    )
    move = moves.select_related("agreement_version__agreement").order_by("-at", "-pk").first()
    if move is not None and move.agreement_version is not None:
        terms = terms_of(move.agreement_version)
        if isinstance(terms, LeadDefinition):
            stage = stages.by_key.get(move.to_id)
            title = f"{stage.title if stage else move.to_id} definition"
            found.append(Why(title, move.agreement_version, move.at, _explained(terms, handoff.lead, move.at)))
    rule = rule_of(handoff)
    if rule is not None and handoff.rule is not None:
        at = handoff.qualified_at or handoff.offered_at
        definition = LeadDefinition(criteria=rule.criteria)
        found.append(Why(f"rule “{rule.title}”", handoff.rule, at, _explained(definition, handoff.lead, at)))
    return found


def _explained(definition: LeadDefinition, lead: Lead, at: datetime) -> Explanation | None:
    """Nobody waits for a definition that takes long to hold against a lead."""
    try:
        with patient(ASIDE):
            return explain(definition, lead, at)
    except TooSlow:
        return None

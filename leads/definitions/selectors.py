"""What did definitions do with a lead, and what does it lack for the next? Asked by pages and the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from alignment.agreements.in_force import InForce, all_in_force
from alignment.agreements.models import Version
from leads.definitions.explaining import Explanation, explain
from leads.definitions.patience import ASIDE, TooSlow, patient
from leads.definitions.stages import definable
from leads.definitions.terms import KIND, LeadDefinition
from leads.funnel.models import Category
from leads.funnel.stage_sets import StageSet, StageTerms
from leads.lifecycle.models import StageChange
from leads.records.models import Lead


@dataclass(frozen=True)
class Qualified:
    """A move by a definition that stands: into which stage, when, and by which version."""

    stage: str
    at: datetime
    version: Version


@dataclass(frozen=True)
class Next:
    """The next definition in force that may move a lead, and how the lead stands to it; None where that cannot be told at once."""

    stage: StageTerms
    in_force: InForce
    explanation: Explanation | None


def qualified(lead: Lead, stages: StageSet) -> list[Qualified]:
    """Every move of this lead by a definition, the latest first."""
    moves = StageChange.objects.filter(lead=lead, void=None, agreement_version__agreement__kind=KIND)
    return [
        Qualified(_title(row.to_id, stages), row.at, row.agreement_version)
        for row in moves.select_related("agreement_version__agreement").order_by("-at", "-pk")
        if row.agreement_version is not None
    ]


def next_for(lead: Lead, stages: StageSet, now: datetime) -> Next | None:
    """The lowest definition that may move the lead now; None where none may: it stands too far, off the path, or counts nowhere."""
    if lead.is_test or lead.merged_into_id is not None or lead.erased_at is not None:
        return None
    here = stages.by_key.get(lead.stage_id or "")
    if here is not None and here.category != Category.OPEN:
        return None
    position = (here.position if here else None) or 0
    in_force = {found.key: found for found in all_in_force(KIND, now)}
    for stage in definable():
        if (stage.position or 0) > position and stage.key in in_force:
            found = in_force[stage.key]
            return Next(stage, found, _explained(found, lead, now))
    return None


def _explained(found: InForce, lead: Lead, now: datetime) -> Explanation | None:
    """A lead's page does not wait for a definition that takes long to hold against it."""
    try:
        with patient(ASIDE):
            return explain(found.says(LeadDefinition), lead, now)
    except TooSlow:
        return None


def _title(key: str, stages: StageSet) -> str:
    stage = stages.by_key.get(key)
    return stage.title if stage else key

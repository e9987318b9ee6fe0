"""What does the page of one lead show, besides what happened?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from leads.deals.models import Deal
from leads.funnel.stage_sets import StageSet, StageTerms
from leads.lifecycle.models import Progress
from leads.privacy.models import Consent
from leads.records.models import Lead


@dataclass(frozen=True)
class Step:
    """One forward stage: when the lead first came that far, and whether it is there now."""

    terms: StageTerms
    reached: datetime | None
    is_here: bool


@dataclass(frozen=True)
class LeadFacts:
    """Where a lead stands, what it may become worth, what it allowed us."""

    stage: StageTerms | None
    stage_since: datetime | None
    pass_number: int
    path: Sequence[Step]
    deals: Sequence[Deal]
    consents: Sequence[Consent]
    attributes: Mapping[str, object]

    @property
    def may_be_contacted(self) -> bool:
        """Whether marketing may write: unless the latest word on it was no."""
        return all(consent.state == "granted" for consent in self.consents if consent.purpose == "marketing")


def facts_of(lead: Lead, stages: StageSet) -> LeadFacts:
    """The facts of a lead that the caller may see."""
    progress = Progress.objects.filter(lead=lead).first()
    reached = progress.reached if progress else []
    return LeadFacts(
        stage=stages.by_key.get(lead.stage_id or ""),
        stage_since=progress.stage_since if progress else None,
        pass_number=progress.pass_number if progress else 1,
        path=[
            Step(terms, reached[place] if place < len(reached) else None, terms.key == lead.stage_id)
            for place, terms in enumerate(stages.forward)
        ],
        deals=list(Deal.objects.filter(lead=lead).select_related("owner", "company").order_by("-opened_at", "-pk")),
        consents=list(Consent.objects.filter(lead=lead).order_by("purpose", "-at", "-pk").distinct("purpose")),
        attributes=dict(sorted(lead.attributes.items())),
    )

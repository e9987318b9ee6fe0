"""What does the page of one lead show, besides what happened?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from leads.deals.models import Deal
from leads.funnel.stage_sets import StageSet, StageTerms
from leads.lifecycle.models import Progress, StageChange
from leads.privacy.models import Consent
from leads.records.models import Lead

GIVEN_UP = ("lost", "disqualified")


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
    is_unexplained: bool

    @property
    def may_be_contacted(self) -> bool:
        """Whether marketing may write: unless the latest word on it was no."""
        return all(consent.state == "granted" for consent in self.consents if consent.purpose == "marketing")


def facts_of(lead: Lead, stages: StageSet) -> LeadFacts:
    """The facts of a lead that the caller may see."""
    progress = Progress.objects.filter(lead=lead).first()
    reached = progress.reached if progress and progress.version_id == stages.version_id else []
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
        is_unexplained=_is_unexplained(lead, stages.by_key.get(lead.stage_id or ""), progress),
    )


def _is_unexplained(lead: Lead, stage: StageTerms | None, progress: Progress | None) -> bool:
    """Whether the lead was given up and nobody said why since."""
    if stage is None or stage.category not in GIVEN_UP or progress is None or progress.stage_since is None:
        return False
    said = StageChange.objects.filter(lead=lead, to=stage.key, at__gte=progress.stage_since, void=None)
    return not said.filter(reason__regex=r"\S").exists()

"""How does a campaign's verdict stand: not agreed, proposed, to be judged, judged? Asked by the board and a campaign's page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from alignment.agreements.models import Period, Step, Version
from alignment.agreements.terms import terms_of
from kpis.verdicts.models import Verdict
from kpis.verdicts.terms import KIND, VerdictTerms


@dataclass(frozen=True)
class Standing:
    """`terms` are those in force, `since` when they came into force; `verdict` is the latest one; `waiting` a draft or proposal."""

    terms: VerdictTerms | None = None
    since: datetime | None = None
    version: Version | None = None
    verdict: Verdict | None = None
    waiting: Version | None = None

    @property
    def due(self) -> datetime | None:
        """When it is judged, where it is still to come."""
        judged = self.verdict is not None and self.version is not None and self.verdict.version_id == self.version.pk
        return None if self.terms is None or judged else self.terms.due


NOT_AGREED = Standing()


def standings(campaign_ids: Collection[int], now: datetime) -> dict[int, Standing]:
    """By campaign, those of which anything was ever written."""
    keys = [str(pk) for pk in campaign_ids]
    periods = Period.objects.filter(agreement__kind=KIND, agreement__key__in=keys, during__contains=now).select_related(
        "version__agreement"
    )
    held = {int(period.version.agreement.key): period for period in periods}
    verdicts = {
        one.campaign_id: one for one in Verdict.objects.filter(campaign_id__in=campaign_ids).order_by("as_of", "id")
    }
    waiting = {
        int(version.agreement.key): version
        for version in Version.objects.filter(
            agreement__kind=KIND, agreement__key__in=keys, step__in=[Step.DRAFT, Step.PROPOSED]
        )
        .select_related("agreement")
        .order_by("number")
    }
    return {
        pk: Standing(
            cast("VerdictTerms", terms_of(held[pk].version)) if pk in held else None,
            held[pk].since if pk in held else None,
            held[pk].version if pk in held else None,
            verdicts.get(pk),
            waiting.get(pk),
        )
        for pk in held.keys() | verdicts.keys() | waiting.keys()
    }

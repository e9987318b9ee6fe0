"""Which stages are there, and what does each key mean, at an instant? What the funnel's agreement in force says then.

Asked by everything that reads or writes stages. Nothing is stale: which version is in force is asked each time, and its stages
are kept by their very wording.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from alignment.agreements.in_force import InForce, in_force, periods_of
from alignment.agreements.kinds import ONLY_KEY
from alignment.agreements.terms import terms_of
from alignment.refusals import Refused
from leads.funnel.models import FunnelVersion
from leads.funnel.stage_terms import StageSet, StageTerms, in_order
from leads.funnel.terms import KIND, FunnelTerms, stages_of

__all__ = ["FunnelPeriod", "StageSet", "StageTerms", "funnel_periods", "stage_set"]


@dataclass(frozen=True)
class FunnelPeriod:
    """A stage set and the period [since, until) in which it is in force."""

    since: datetime
    until: datetime | None
    stages: StageSet


def stage_set(number: int | None = None, at: datetime | None = None) -> StageSet:
    """The stage set in force at that instant (now by default), or the version of that number."""
    if number is not None:
        return _numbered(number)
    found = in_force(KIND, ONLY_KEY, at)
    version = FunnelVersion.objects.filter(agreement_version=found.version_id).first() if found else None
    if found is None or version is None:
        raise Refused("no_funnel", "No funnel was in force then.", status=404)
    return _stage_set(version.pk, version.number, found.says(FunnelTerms))


def funnel_periods() -> list[FunnelPeriod]:
    """Every period of the funnel, past and to come, in order of time."""
    periods = periods_of(KIND, ONLY_KEY)
    ids = dict(FunnelVersion.objects.values_list("agreement_version", "pk"))
    return [_period(period, ids[period.version_id]) for period in periods]


def _period(period: InForce, version_id: int) -> FunnelPeriod:
    return FunnelPeriod(period.since, period.until, _stage_set(version_id, period.number, period.says(FunnelTerms)))


def _numbered(number: int) -> StageSet:
    version = FunnelVersion.objects.select_related("agreement_version__agreement").filter(number=number).first()
    if version is None:
        raise Refused("no_funnel", "There is no such version of the funnel.", status=404)
    terms = terms_of(version.agreement_version)
    if not isinstance(terms, FunnelTerms):
        raise TypeError(f"version {number} of the funnel is no stage set")
    return _stage_set(version.pk, version.number, terms)


@lru_cache(maxsize=256)
def _stage_set(version_id: int, number: int, terms: FunnelTerms) -> StageSet:
    return StageSet(version_id, number, in_order(list(stages_of(terms))))

"""Which stages are there, and what does each key mean, at an instant? What the funnel's agreement in force says then.

Asked by everything that reads or writes stages. Nothing is stale: which version is in force is asked each time (by a page that
only shows: once), and its stages are kept by their very wording.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db import connection

from alignment.agreements.in_force import InForce, periods_of
from alignment.agreements.kinds import ONLY_KEY, Terms
from alignment.agreements.terms import stored_terms, terms_of
from alignment.clock import now
from alignment.prepared import Call, send
from alignment.refusals import Refused
from alignment.remembering import once_at
from leads.funnel.models import FunnelVersion
from leads.funnel.stage_terms import StageSet, StageTerms, in_order
from leads.funnel.terms import KIND, FunnelTerms, stages_of

IN_FORCE = """
SELECT f.id, f.number, v.schema, v.terms::text, lower(p.during), upper(p.during)
FROM agreements_agreement a
JOIN agreements_period p ON p.agreement_id = a.id
JOIN agreements_version v ON v.id = p.version_id
JOIN leads_funnelversion f ON f.agreement_version_id = v.id
WHERE a.kind = %(kind)s AND a.key = %(key)s AND p.during @> %(at)s::timestamptz
"""
"""Asked by nearly everything: one statement."""

__all__ = ["FunnelPeriod", "StageSet", "StageTerms", "funnel_periods", "stage_set", "stage_set_after"]


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
    moment = at or now()
    found = once_at(stage_set, moment, lambda: _in_force(moment))
    if found is None:
        raise _none_in_force()
    return found.stages


def stage_set_after(*calls: Call) -> StageSet:
    """The stage set in force when these statements were carried out, asked in one go with them; remembered as the other is."""
    moment = now()
    found = _in_force(moment, calls)
    once_at(stage_set, moment, lambda: found)
    if found is None:
        raise _none_in_force()
    return found.stages


def _none_in_force() -> Refused:
    return Refused("no_funnel", "No funnel was in force then.", status=404)


def _in_force(at: datetime, calls: Sequence[Call] = ()) -> FunnelPeriod | None:
    with connection.cursor() as cursor:
        send(cursor, [*calls, Call(IN_FORCE, {"kind": KIND, "key": ONLY_KEY, "at": at})])
        row = cursor.fetchone()
    if row is None:
        return None
    version_id, number, schema, text, since, until = row
    return FunnelPeriod(since, until, _stage_set(version_id, number, _terms(stored_terms(KIND, schema, text))))


def _terms(terms: Terms) -> FunnelTerms:
    if not isinstance(terms, FunnelTerms):
        raise TypeError("these terms are no stage set")
    return terms


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
    return _stage_set(version.pk, version.number, _terms(terms_of(version.agreement_version)))


@lru_cache(maxsize=256)
def _stage_set(version_id: int, number: int, terms: FunnelTerms) -> StageSet:
    return StageSet(version_id, number, in_order(list(stages_of(terms))))

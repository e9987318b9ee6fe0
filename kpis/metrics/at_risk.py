"""What may the leaks cost that were open when a period ended? The value at risk of the leakage report, in every group.

A deal, else a lead, counts once in a group, however many leaks it has; groups may share a deal, so they need not add up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from alignment.people.selectors import Somebody
from alignment.refusals import Refused
from kpis.leaks.value import Risks, risks_of
from kpis.metrics.declaring import Asked, Group, Value
from kpis.metrics.queries.open_leaks import OPEN_LEAKS
from kpis.metrics.queries.stays import as_stock
from kpis.metrics.queries.subjects import Leads, leads_by_every_group, leads_by_group
from kpis.metrics.shared import once
from kpis.reports.params import ReportParams

NO_RATE = "missing_rate"
NOBODY: Leads = np.empty(0, np.int64)


def value_at_risk(params: ReportParams, user: Somebody | None) -> Mapping[Group, Value]:
    """By group of the leads with an open leak. Not known where a rate is missing. The same of all periods that end at one instant."""
    return once(_by_group, as_stock(params), user)


def _by_group(stock: ReportParams, user: Somebody | None) -> dict[Group, Value]:
    leads = dict(once(leads_at_risk, stock, user))
    if not stock.by:
        leads.setdefault((), NOBODY)
    try:
        asked = _Values(np.unique(np.concatenate([*leads.values(), NOBODY])).tobytes())
        risks = once(asked, replace(stock, by=()), user)
    except Refused as refused:
        if refused.code != NO_RATE:
            raise
        return {group: Value(None, n=len(found), problem=refused.detail) for group, found in leads.items()}
    return {group: _total(risks.counted(found)) for group, found in leads.items()}


def leads_at_risk(params: ReportParams, user: Somebody | None) -> Mapping[Group, Leads]:
    """Those with an open leak, by group."""
    return leads_by_group(OPEN_LEAKS, Asked(params, user), "open_leaks")


def every_lead_at_risk(params: ReportParams, user: Somebody | None) -> Mapping[tuple[str, ...], Mapping[Group, Leads]]:
    """The same by each of the cuts and by none."""
    return leads_by_every_group(OPEN_LEAKS, Asked(params, user), "open_leaks")


@dataclass(frozen=True)
class _Values:
    """The question that is the same by whatever cut it is told. `leads`: their ids in order, as bytes."""

    leads: bytes

    def __call__(self, params: ReportParams, user: Somebody | None) -> Risks:
        ids = np.frombuffer(self.leads, np.int64).tolist()
        return risks_of(ids, stages=params.stages, as_of=params.as_of, known_at=params.known_at, user=user)


def _total(found: Sequence[tuple[Decimal | None, int]]) -> Value:
    unknown = sum(n for amount, n in found if amount is None)
    problem = f"{unknown} more have no value, since nothing was won yet." if unknown else None
    known = sum((amount * n for amount, n in found if amount is not None), Decimal(0))
    return Value(known, n=sum(n for _amount, n in found), problem=problem)

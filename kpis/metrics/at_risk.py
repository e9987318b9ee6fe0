"""What may the leaks cost that were open when a period ended? The value at risk of the leakage report, in every group.

A deal, else a lead, counts once in a group, however many leaks it has; groups may share a deal, so they need not add up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from alignment.people.selectors import Somebody
from alignment.refusals import Refused
from kpis.leaks.value import AtRisk, values_at_risk
from kpis.metrics.declaring import Asked, Group, Value
from kpis.metrics.queries.open_leaks import OPEN_LEAKS
from kpis.metrics.queries.stays import as_stock
from kpis.metrics.queries.subjects import leads_by_every_group, leads_by_group
from kpis.metrics.shared import once
from kpis.reports.params import ReportParams

NO_RATE = "missing_rate"


def value_at_risk(params: ReportParams, user: Somebody | None) -> Mapping[Group, Value]:
    """By group of the leads with an open leak. Not known where a rate is missing. The same of all periods that end at one instant."""
    return once(_by_group, as_stock(params), user)


def _by_group(stock: ReportParams, user: Somebody | None) -> dict[Group, Value]:
    leads = dict(once(leads_at_risk, stock, user))
    if not stock.by:
        leads.setdefault((), [])
    try:
        asked = _Values(tuple(sorted({lead for group in leads.values() for lead in group})))
        values = once(asked, replace(stock, by=()), user)
    except Refused as refused:
        if refused.code != NO_RATE:
            raise
        return {group: Value(None, n=len(found), problem=refused.detail) for group, found in leads.items()}
    return {group: _total([values[lead] for lead in found if lead in values]) for group, found in leads.items()}


def leads_at_risk(params: ReportParams, user: Somebody | None) -> Mapping[Group, list[int]]:
    """Those with an open leak, by group."""
    return leads_by_group(OPEN_LEAKS, Asked(params, user), "open_leaks")


def every_lead_at_risk(
    params: ReportParams, user: Somebody | None
) -> Mapping[tuple[str, ...], Mapping[Group, list[int]]]:
    """The same by each of the cuts and by none."""
    return leads_by_every_group(OPEN_LEAKS, Asked(params, user), "open_leaks")


@dataclass(frozen=True)
class _Values:
    """The question that is the same by whatever cut it is told."""

    leads: tuple[int, ...]

    def __call__(self, params: ReportParams, user: Somebody | None) -> dict[int, AtRisk]:
        return values_at_risk(self.leads, stages=params.stages, as_of=params.as_of, known_at=params.known_at, user=user)


def _total(found: list[AtRisk]) -> Value:
    by_unit = {value.unit: value.amount for value in found}
    known = [amount for amount in by_unit.values() if amount is not None]
    unknown = len(by_unit) - len(known)
    problem = f"{unknown} more have no value, since nothing was won yet." if unknown else None
    return Value(sum(known, Decimal(0)), n=len(by_unit), problem=problem)

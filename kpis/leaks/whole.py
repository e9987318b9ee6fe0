"""Every leak that a question asks for, not a page of them: for the file that somebody takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from alignment.people.selectors import Somebody, reporting_currency
from kpis.leaks.dearest import dearest
from kpis.leaks.queries.flags import Flag, Flags, Only
from kpis.leaks.value import AtRisk, values_at_risk
from kpis.money.amounts import in_minor_units
from kpis.reports.params import ReportParams
from kpis.snapshot import one_snapshot


@dataclass(frozen=True)
class Leaks:
    """Leaks in the order of the page, read as they are taken; and what those that are open may cost."""

    flags: Iterator[Flag]
    at_risk: Mapping[int, AtRisk]
    currency: str

    def value(self, flag: Flag) -> Decimal | None:
        """What is at risk while the leak is open, in the reporting currency; None where that is not known."""
        found = self.at_risk.get(flag.lead_id) if flag.is_open else None
        return None if found is None or found.amount is None else in_minor_units(found.amount, self.currency)


def all_leaks(params: ReportParams, user: Somebody | None, only: Only, *, by_value: bool, page: int) -> Leaks:
    """The leaks of `kpis.leaks.report.leakage`; `by_value`: those that are open, the most at risk first."""
    with one_snapshot():
        flags = Flags(params, user, only)
        at_risk = values_at_risk(
            flags.open_leads(), stages=params.stages, as_of=params.as_of, known_at=params.known_at, user=user
        )
    found = iter(dearest(flags, at_risk, limit=None, after=None)[0]) if by_value else _oldest(flags, page)
    return Leaks(found, at_risk, reporting_currency())


def _oldest(flags: Flags, size: int) -> Iterator[Flag]:
    after = None
    while page := flags.page(size, after):
        yield from page
        after = (page[-1].since, page[-1].lead_id, page[-1].kind)

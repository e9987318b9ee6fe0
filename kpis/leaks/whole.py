"""Every leak that a question asks for, not a page of them: for the file that somebody takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from alignment.people.selectors import Somebody, reporting_currency
from kpis.leaks.queries.flags import Flag, Flags, Only
from kpis.leaks.queries.known import known_leaks
from kpis.leaks.report import worth_of
from kpis.leaks.value import Past, money_at, read_past
from kpis.leaks.worths import Worths
from kpis.money.amounts import in_minor_units
from kpis.reports.params import ReportParams
from kpis.snapshot import one_snapshot


@dataclass(frozen=True)
class Valued:
    """A leak, and what is at risk while it is open, in the reporting currency; None where that is not known."""

    flag: Flag
    value: Decimal | None


def all_leaks(
    params: ReportParams, user: Somebody | None, only: Only, *, by_value: bool, page: int
) -> Iterator[Valued]:
    """The leaks of `kpis.leaks.report.leakage`, read as they are taken; `by_value`: those that are open, the most at risk first.
    `Refused` before the first where a rate is missing.
    """
    with one_snapshot():
        past = read_past(stages=params.stages, as_of=params.as_of, known_at=params.known_at, user=user)
        flags = Flags(params, user, only, known_leaks(params))
        worths = Worths(flags, past, money_at(params.stages, params.as_of, params.known_at))
        if by_value:
            found, values, _place = worths.dearest(limit=None, after=None)
            return (_valued(flag, values.get(flag.lead_id)) for flag in found)
    return _oldest(flags, params, past, page)


def _oldest(flags: Flags, params: ReportParams, past: Past, size: int) -> Iterator[Valued]:
    after = None
    while page := flags.page(size, after):
        values = worth_of(page, params, past)
        yield from (_valued(flag, values.get(flag.lead_id)) for flag in page)
        after = (page[-1].since, page[-1].lead_id, page[-1].kind)


def _valued(flag: Flag, value: Decimal | None) -> Valued:
    return Valued(flag, None if value is None or not flag.is_open else in_minor_units(value, reporting_currency()))

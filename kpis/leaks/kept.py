"""What does the leakage report of everybody say of what is open now, without reading it all? Gathered by the worker, for the page.

Kept are the heads (counts and value at risk of each kind and side), the rate, and what was won before. The flags that a page lists
are read anew; what they may cost is told with the chances as they were gathered.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from alignment.people.selectors import Somebody, reporting_currency
from kpis.leaks.queries.flags import Flags, Only
from kpis.leaks.queries.rate import read_leaked
from kpis.leaks.report import counted, leaked_rate, oldest, read_cursor, shown_flags, worth_of
from kpis.leaks.value import Past, money_at, read_past
from kpis.leaks.worths import EVERY, Worths, nothing_at_risk
from kpis.reports.params import ReportParams
from kpis.snapshot import one_snapshot


@one_snapshot()
def gather(params: ReportParams, user: Somebody | None = None) -> dict[str, Any]:
    """What is open of what `user` may see (None: all), for every kind and side. `Refused` where a rate is missing."""
    flags = Flags(params, user, Only(still_open=True))
    past = read_past(stages=params.stages, as_of=params.as_of, user=user)
    worths = Worths(flags, past, money_at(params.stages, params.as_of, None))
    return {
        "counts": [[row.kind, row.side, row.open] for row in flags.counts()],
        "heads": [[*place, head] for place, head in worths.by_place().items()],
        "rate": leaked_rate(read_leaked(params, user)),
        "past": past.as_json(),
    }


@one_snapshot()
def leakage_as_kept(
    kept: Mapping[str, Any], params: ReportParams, only: Only, user: Somebody | None = None
) -> dict[str, Any]:
    """The report as `kpis.leaks.report.leakage` gives it of what is open: heads as they were gathered, flags as they are."""
    after = read_cursor(params.cursor)
    flags, following = oldest(Flags(params, user, only), params, after)
    at_risk = worth_of(flags, params, Past.from_json(kept["past"]))
    currency = reporting_currency()
    heads = {(kind, side): head for kind, side, head in kept["heads"]}
    asked = (only.kind or EVERY, only.side or EVERY)
    counts = [
        (kind, side, count)
        for kind, side, count in kept["counts"]
        if only.kind in (None, kind) and only.side in (None, side)
    ]
    return {
        **params.heading(),
        **counted((kind, side, count, count) for kind, side, count in counts),
        **heads.get(asked, nothing_at_risk(currency)),
        "rate": kept["rate"],
        "flags": shown_flags(flags, at_risk, currency),
        "next": following,
    }


def open_as_kept(kept: Mapping[str, Any]) -> dict[tuple[str, str], int]:
    """How many are open, by kind and side."""
    return {(kind, side): count for kind, side, count in kept["counts"]}


def risk_as_kept(kept: Mapping[str, Any]) -> Mapping[str, Any]:
    """What all that is open may cost: `value_at_risk` and `value_unknown`."""
    heads = {(kind, side): head for kind, side, head in kept["heads"]}
    return heads.get((EVERY, EVERY)) or nothing_at_risk(reporting_currency())

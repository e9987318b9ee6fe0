"""Who is behind a figure of a backtest? The only reader of its lists, for pages, API and CSV alike."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from alignment.agreements.models import Backtest, Version
from alignment.people.models import User
from alignment.people.selectors import sees_everything
from alignment.refusals import Refused
from leads.definitions.backtesting.lists import LISTS, Listing, rows_of
from leads.definitions.backtesting.models import BacktestLead
from leads.definitions.backtesting.span import span_of
from leads.records.models import Lead


@dataclass(frozen=True)
class Opened:
    """A list of a backtest that is done: how many leads the result says there are, and the rows that `user` may see.

    Leads that were taken out since are in no row: their import undone, merged into another, or marked as a test. `there` says
    how many are left.
    """

    backtest: Backtest
    listing: Listing
    length: int
    there: int
    rows: QuerySet[BacktestLead]


def open_list(user: User, version: Version, backtest_id: int, key: str) -> Opened:
    """`Refused` with 404 where there is no such backtest of that version, it is not done, or has no such list."""
    backtest = version.backtests.filter(pk=backtest_id, state=Backtest.State.DONE).first()
    if backtest is None:
        raise Refused("not_found", "There is no such backtest.", status=404)
    result = backtest.result or {}
    if key not in LISTS or key not in result.get("counts", {}):
        raise Refused(
            "unknown_list", f"This backtest has no list “{key}”; there are {', '.join(result['counts'])}.", status=404
        )
    rows = rows_of(LISTS[key], backtest.pk, span_of(result)).filter(lead__is_test=False, lead__merged_into=None)
    there, rows = rows.count(), rows.select_related("lead__company", "lead__owner")
    if not sees_everything(user):
        rows = rows.filter(lead__in=Lead.objects.visible_to(user))
    return Opened(backtest, LISTS[key], result["counts"][key]["listed"], there, rows)

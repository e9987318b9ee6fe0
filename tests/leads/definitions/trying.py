"""Makers of backtests, computed through the doors that people use, and of histories for them."""

from __future__ import annotations

from typing import Any

from alignment.agreements.backtests import ask_backtest, run_waiting
from alignment.agreements.drafts import start_draft
from alignment.agreements.models import Backtest, Version
from leads.definitions.backtesting.models import BacktestLead
from leads.definitions.backtesting.span import DAY
from leads.lifecycle.changes import NewChange, record_changes
from leads.records.models import Lead
from tests.leads.definitions.qualifying import a_lead_at
from tests.world import Cast, day

Result = dict[str, Any]
END = 60.0


def drafted(cast: Cast, criteria: dict[str, Any]) -> Version:
    return start_draft("lead_definition", "mql", {"criteria": criteria}, author=cast.marketer, now=day(200))


def tried(
    cast: Cast, criteria: dict[str, Any], *, days: int = 30, ends: float = END, sampled: bool = False
) -> Backtest:
    """Tried through the doors: asked for, and computed by the worker."""
    version = drafted(cast, criteria)
    backtest = ask_backtest(version, by=cast.marketer, now=day(250), days=days, ends_at=day(ends), sampled=sampled)
    assert run_waiting() == 1
    backtest.refresh_from_db()
    assert backtest.state == "done", backtest.error
    return backtest


def result_of(backtest: Backtest) -> Result:
    result: Result | None = backtest.result
    assert result is not None
    return result


def who(backtest: Backtest, at: str = "this_at") -> dict[str, float]:
    """Who qualified in the span, and how many days after TIME_ZERO."""
    rows = BacktestLead.objects.filter(backtest=backtest, **{f"{at}__gte": backtest.ends_at - DAY * backtest.days})
    return {
        row.lead.external_id or "": (getattr(row, at) - day(0)).total_seconds() / 86_400
        for row in rows.select_related("lead")
    }


def listed(backtest: Backtest, key: str) -> int:
    return int(result_of(backtest)["counts"][key]["listed"])


def went(lead: Lead, *steps: tuple[str, float]) -> None:
    """Stages that it came to, learnt as they happened."""
    for stage, at in steps:
        record_changes([NewChange(lead.pk, stage, day(at), "manual")], recorded_at=day(at))


def a_customer(name: str, won: float, began: float = 0) -> Lead:
    lead = a_lead_at(name, began)
    went(lead, ("sal", won - 0.5), ("won", won))
    return lead

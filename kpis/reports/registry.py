"""Every report there is: one declaration each, behind pages, API and command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from alignment.people.selectors import Somebody
from kpis.leaks.report import leakage
from kpis.reports.flow import flow
from kpis.reports.funnel import funnel
from kpis.reports.params import ReportParams
from kpis.reports.velocity import velocity


@dataclass(frozen=True)
class Report:
    """A question that can be asked. `run` gives the JSON of docs/api.md for what `user` may see (None: everything).

    `rows` flattens that JSON for tables and CSV: the list it is under, and the lists inside its items, outermost first.
    """

    key: str
    title: str
    question: str
    run: Callable[[ReportParams, Somebody | None], dict[str, Any]]
    rows: tuple[str, ...]


REPORTS: dict[str, Report] = {
    report.key: report
    for report in (
        Report("funnel", "Funnel", "Of those who came in, how many came how far?", funnel, ("groups", "stages")),
        Report("flow", "Flow", "What came into each stage in a period, and what left it?", flow, ("groups", "stages")),
        Report("velocity", "Velocity", "How long does each step take?", velocity, ("groups", "steps")),
        Report("leakage", "Leakage", "Where do leads get lost, and who acts next?", leakage, ("flags",)),
    )
}

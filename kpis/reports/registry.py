"""Every report there is: one declaration each, behind pages, API and command."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alignment.people.selectors import Somebody
from kpis.agreed import report as scorecards
from kpis.attribution import report as attribution
from kpis.explorer.cohorts import cohorts
from kpis.explorer.survival import survival
from kpis.forecasts import report as forecasts
from kpis.leaks.report import leakage
from kpis.money.report import AMOUNTS, money
from kpis.reports import acceptance, backtest, gap, pace, paths, sla, trail
from kpis.reports.cuts import TOUCH_CUTS
from kpis.reports.flow import flow
from kpis.reports.funnel import funnel
from kpis.reports.lines import Listing
from kpis.reports.params import ReportParams
from kpis.reports.velocity import velocity


@dataclass(frozen=True)
class Report:
    """A question that can be asked. `run` gives the JSON of docs/api.md for what `user` may see (None: everything).

    `rows` flattens that JSON for tables and CSV: the list it is under, and the lists inside its items, outermost first.
    `cuts`: whether it may be asked `by` something. `listing`: the lists behind its counts, where it has its own. `handed`: it
    is about handoffs, and has their cuts too. `own_cuts`: what else only it may be cut by.
    `money`: what in its rows is an amount of money, known or not.
    """

    key: str
    title: str
    question: str
    run: Callable[[ReportParams, Somebody | None], dict[str, Any]]
    rows: tuple[str, ...]
    cuts: bool = True
    listing: Listing | None = None
    handed: bool = False
    own_cuts: tuple[str, ...] = ()
    money: tuple[str, ...] = ()


REPORTS: dict[str, Report] = {
    report.key: report
    for report in (
        Report("funnel", "Funnel", "Of those who came in, how many came how far?", funnel, ("groups", "stages")),
        Report("flow", "Flow", "What came into each stage in a period, and what left it?", flow, ("groups", "stages")),
        Report("velocity", "Velocity", "How long does each step take?", velocity, ("groups", "steps")),
        Report(
            "cohorts",
            "Cohorts",
            "Of each month's leads, how many had come how far after one month, two, three …?",
            cohorts,
            ("groups", "stages", "ages"),
        ),
        Report(
            "survival",
            "Survival",
            "Of those who could make a step, how many have made it after so long?",
            survival,
            ("groups", "steps", "points"),
        ),
        Report("leakage", "Leakage", "Where do leads get lost, and who acts next?", leakage, ("flags",), cuts=False),
        Report(
            "trail",
            "Trail",
            "Who hands leads to whom, and where do they go in circles?",
            trail.trail,
            ("pairs",),
            cuts=False,
            listing=trail.LISTING,
        ),
        Report(
            "sla",
            "SLA",
            "Were leads taken up and spoken with in the agreed time?",
            sla.sla,
            ("groups",),
            listing=sla.LISTING,
            handed=True,
        ),
        Report(
            "acceptance",
            "Acceptance",
            "Of what was offered, how much was accepted, and why not the rest?",
            acceptance.acceptance,
            ("groups",),
            listing=acceptance.LISTING,
            handed=True,
        ),
        Report(
            "gap",
            "Gap",
            "Of what marketing passed, what did sales accept, and why not the rest?",
            gap.gap,
            ("groups",),
            listing=gap.LISTING,
            handed=True,
        ),
        Report(
            "pace",
            "Pace",
            "Do as many leads qualify as the receivers can follow up?",
            pace.pace,
            ("weeks",),
            cuts=False,
            listing=pace.LISTING,
            handed=True,
        ),
        Report(
            "paths",
            "Paths",
            "Where do leads go, where do they come back, and where do they leak?",
            paths.paths,
            ("links",),
            cuts=False,
            listing=paths.LISTING,
        ),
        Report(
            "attribution",
            "Attribution",
            "Which touches brought what was won, by each model?",
            attribution.attribution,
            ("groups",),
            listing=attribution.LISTING,
            own_cuts=TOUCH_CUTS,
        ),
        Report(
            "money",
            "Money",
            "What was spent, what came of it, and what did it cost?",
            money,
            ("groups",),
            money=AMOUNTS,
        ),
    )
}


@dataclass(frozen=True)
class KeptReport:
    """What was computed once and is kept, with options of its own. `read` gives what is kept for what `user` may see;
    `compute` computes what is missing first, or all `anew`: for the command.
    """

    key: str
    title: str
    question: str
    options: tuple[str, ...]
    read: Callable[[Mapping[str, Sequence[str]], Somebody, datetime], dict[str, Any]]
    compute: Callable[[Mapping[str, Sequence[str]], datetime, bool], dict[str, Any]]
    rows: tuple[str, ...]


KEPT: dict[str, KeptReport] = {
    report.key: report
    for report in (
        KeptReport(
            "backtest",
            "Backtest",
            "What would a version of an agreement have done with the past?",
            backtest.OPTIONS,
            lambda options, user, now: backtest.backtest_report(backtest.read_backtest(options, now=now), user),
            lambda options, now, anew: backtest.computed_report(backtest.read_backtest(options, now=now), anew=anew),
            ("weeks",),
        ),
        KeptReport(
            "scorecard",
            "Scorecard",
            "How do the agreed KPIs stand?",
            scorecards.OPTIONS,
            scorecards.read,
            scorecards.compute,
            ("kpis",),
        ),
        KeptReport(
            "forecast",
            "Forecast",
            "Are we nearly there yet?",
            forecasts.OPTIONS,
            forecasts.read,
            forecasts.compute,
            ("fan",),
        ),
    )
}

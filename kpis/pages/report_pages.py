"""How each report is shown: one declaration a report, with its chart, its table and which options it has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from alignment.ui.charts import Drawing
from kpis.pages.attribution_charts import attribution_chart
from kpis.pages.explorer_charts import cohorts_chart, survival_chart
from kpis.pages.handoff_charts import acceptance_chart, gap_chart, pace_chart, paths_chart, sla_chart, trail_chart
from kpis.pages.money_rows import money_chart
from kpis.pages.questions import Question
from kpis.pages.report_charts import Document, flow_chart, funnel_chart, leakage_chart, velocity_chart
from kpis.reports.registry import REPORTS, Report

COHORT = ("start_stage", "window_days")


@dataclass(frozen=True)
class ReportPage:
    """`hint` says in words what the numbers are; `chart` may be None, where a picture
    would show nothing; `options` are those that this report has besides what all have."""

    report: Report
    hint: str
    chart: Callable[[Question, Document], Drawing | None]
    table: str
    options: tuple[str, ...] = ()

    @property
    def cuts(self) -> bool:
        return self.report.cuts


PAGES: dict[str, ReportPage] = {
    page.report.key: page
    for page in (
        ReportPage(
            REPORTS["funnel"],
            "Leads that came in during this period, and how far they came. Rates are among those that had the whole window.",
            funnel_chart, "kpis/_report_funnel.html", COHORT,
        ),
        ReportPage(
            REPORTS["flow"],
            "Changes of stage in this period, every pass counted. Stock at the start, plus in, less out, is stock at the end.",
            flow_chart, "kpis/_report_flow.html",
        ),
        ReportPage(
            REPORTS["velocity"],
            "How long a step took for those who made it, and how many of all who could make it do so in time.",
            velocity_chart, "kpis/_report_velocity.html", COHORT,
        ),
        ReportPage(
            REPORTS["cohorts"],
            "The share of each month’s leads that had reached the stage after so many months of 30 days, once the whole month is that old.",
            cohorts_chart, "kpis/cohorts.html", ("start_stage", "to_stage"),
        ),
        ReportPage(
            REPORTS["survival"],
            "The share that has made a step, by the days since the stage before. Who still waits counts, and so does who was lost.",
            survival_chart, "kpis/survival.html", ("start_stage", "to_stage"),
        ),
        ReportPage(
            REPORTS["leakage"],
            "Leaks that opened in this period, closed since or not. Open leaks are on the leakage page.",
            leakage_chart, "kpis/_report_leakage.html",
        ),
        ReportPage(
            REPORTS["trail"],
            "Every change of hands in this period. “Back” are those that returned a lead to whoever had it just before.",
            trail_chart, "kpis/_report_trail.html", ("between",),
        ),
        ReportPage(
            REPORTS["sla"],
            "Handoffs whose deadline lay in this period. What breached stays breached; what was taken back in time does not count.",
            sla_chart, "kpis/_report_sla.html",
        ),
        ReportPage(
            REPORTS["acceptance"],
            "Offers of this period, by what has become of them since. Owner and team are who was offered the lead.",
            acceptance_chart, "kpis/_report_acceptance.html",
        ),
        ReportPage(
            REPORTS["gap"],
            "Leads that marketing passed in this period, and what sales made of them since: each once, however often it was offered.",
            gap_chart, "kpis/_report_gap.html",
        ),
        ReportPage(
            REPORTS["pace"],
            "Week by week from Monday: leads that qualified for a handoff, against what the receivers can follow up.",
            pace_chart, "kpis/_report_pace.html",
        ),
        ReportPage(
            REPORTS["paths"],
            "Changes of stage, offers that came back, and leaks of this period. A lead that leaks also goes on: leaks take nothing away.",
            paths_chart, "kpis/_report_paths.html",
        ),
        ReportPage(
            REPORTS["attribution"],
            "What was won in this period, credited to the touches before each deal. Every model shares out the same money.",
            attribution_chart, "kpis/attribution_report.html",
        ),
        ReportPage(
            REPORTS["money"],
            "Spend by its day, leads by when they came, deals by when they were opened and closed.",
            money_chart, "kpis/_report_money.html", ("window_days",),
        ),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Group:
    """Reports about the same thing, as the navigation has them together; the first is where it leads."""

    title: str
    pages: Sequence[ReportPage]


GROUPS = tuple(
    Group(title, tuple(PAGES[key] for key in keys))
    for title, keys in (
        ("How far leads come", ("funnel", "flow", "velocity", "cohorts", "survival")),
        ("From one side to the other", ("acceptance", "sla", "gap", "pace", "trail", "paths", "leakage")),
        ("Money", ("money", "attribution")),
    )
)


def group_of(page: ReportPage) -> Group:
    """The one that this report is in."""
    return next(group for group in GROUPS if page in group.pages)

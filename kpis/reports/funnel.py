"""The funnel: of those who came in, how many came how far, in what time?"""

from __future__ import annotations

from collections.abc import Sequence

from alignment.people.selectors import Somebody
from kpis.reports.counted import counted_funnel
from kpis.reports.params import ReportParams
from kpis.reports.placed import timed
from kpis.reports.queries.funnel import GroupFigures, StageFigures, read_funnel
from kpis.reports.statistics import rate, wilson
from kpis.snapshot import one_snapshot
from leads.funnel.stage_sets import StageTerms


@one_snapshot()
def funnel(params: ReportParams, user: Somebody | None = None) -> dict[str, object]:
    """The funnel report as contracted: counts ever and in the window, conversions among mature leads, times in seconds.

    Conversion from start = mature_in_window(k) / mature; from previous = mature_in_window(k) / mature_in_window(k−1),
    with the Wilson interval of the latter. While nobody waits and no change is dated later than the question, cells and places say
    what the leads would: counts come from cells, and times from the progress of those who came further.
    """
    return _document(params, figures_of(params, user))


def figures_of(params: ReportParams, user: Somebody | None) -> list[GroupFigures]:
    """Of every group, unsorted: from what is counted beforehand where that is exact, else from what is kept of each lead."""
    people = timed(params, user)
    return read_funnel(params, user, counts=counted_funnel(params, user) if people else None, people=people)


@one_snapshot()
def funnel_of_cells(params: ReportParams, user: Somebody | None) -> dict[str, object] | None:
    """The same without times, as of `kpis.cells.counted_at`, of the groups with a lead in the cohort; None where cells do not answer."""
    found = counted_funnel(params, user)
    return None if found is None else _document(params, found)


def _document(params: ReportParams, found: Sequence[GroupFigures]) -> dict[str, object]:
    return {
        **params.heading(),
        "start_stage": params.start_stage,
        "window_days": params.window_days,
        "groups": [_group(params, figures) for figures in sorted(found, key=lambda one: sort_key(one.group))],
    }


def sort_key(group: tuple[str | None, ...]) -> tuple[tuple[bool, str], ...]:
    """Groups in order of their values, "(none)" last."""
    return tuple((value is None, value or "") for value in group)


def group_of(params: ReportParams, values: tuple[str | None, ...]) -> dict[str, str | None]:
    """`{"source": "web"}`."""
    return dict(zip(params.by, values, strict=True))


def stages_from_start(params: ReportParams) -> tuple[StageTerms, ...]:
    """The forward stages that a cohort of the start stage can reach, in order."""
    return params.stages.forward[params.stages.ordinal(params.start_stage) - 1 :]


def _group(params: ReportParams, figures: GroupFigures) -> dict[str, object]:
    stages = []
    before: StageFigures | None = None
    for terms, stage in zip(stages_from_start(params), figures.stages, strict=True):
        stages.append(_stage(terms, stage, before, figures.mature))
        before = stage
    return {
        "group": group_of(params, figures.group),
        "entered": figures.entered,
        "mature": figures.mature,
        "stages": stages,
    }


def _stage(terms: StageTerms, figures: StageFigures, before: StageFigures | None, mature: int) -> dict[str, object]:
    low, high = wilson(figures.mature_in_window, before.mature_in_window) if before else (None, None)
    return {
        "stage": terms.key,
        "title": terms.title,
        "position": terms.position,
        "reached": figures.reached,
        "reached_in_window": figures.in_window,
        "mature_in_window": figures.mature_in_window,
        "conversion_from_start": rate(figures.mature_in_window, mature),
        "conversion_from_previous": rate(figures.mature_in_window, before.mature_in_window) if before else None,
        "wilson_low": low,
        "wilson_high": high,
        **_percentiles("from_start", figures.from_start),
        "step_n": figures.step_n,
        "step_skipped": None if figures.step_n is None else figures.reached - figures.step_n,
        **_percentiles("step", figures.step),
    }


def _percentiles(name: str, values: tuple[int | None, int | None, int | None]) -> dict[str, object]:
    return {f"{name}_p{p}_seconds": value for p, value in zip((50, 75, 90), values, strict=True)}

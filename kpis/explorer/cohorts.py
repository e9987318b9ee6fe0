"""Cohorts: of each month's leads, what share had come how far after one month, two, three …? And which customers came again?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from alignment.people.selectors import Somebody
from alignment.refusals import FieldError, Refused
from alignment.timezones import start_of_day
from kpis.explorer.queries.cohorts import AGE_DAYS, AGES, Month, read_cohorts
from kpis.explorer.queries.customers import Customers, read_customers
from kpis.reports.funnel import group_of, sort_key, stages_from_start
from kpis.reports.params import ReportParams
from kpis.reports.statistics import rate, wilson
from kpis.snapshot import one_snapshot


@one_snapshot()
def cohorts(params: ReportParams, user: Somebody | None = None) -> dict[str, object]:
    """The cohorts report as contracted: one group a month (and value of the other cuts), each stage after the start at each age.

    A share is there only where the whole cohort is old enough: its youngest possible lead has had the age by `as_of`.
    """
    asked = by_month(params)
    found = sorted(read_cohorts(asked, user), key=lambda month: sort_key(month.group))
    return {
        **params.heading(),
        "start_stage": params.start_stage,
        "to_stage": params.to_stage,
        "age_days": AGE_DAYS,
        "groups": [_group(asked, month) for month in found],
        "retention": [_kept(params, month) for month in read_customers(params, user)],
    }


def by_month(params: ReportParams) -> ReportParams:
    """The same question cut by month first; `Refused` by week, which cohorts do not have."""
    if "week" in params.by:
        detail = "Cohorts are months; ask by month, or by something else besides."
        raise Refused("invalid_options", detail, [FieldError("by", "not_cut", detail)])
    return replace(params, by=("month", *(name for name in params.by if name != "month")))


def old_enough(params: ReportParams, month: str, age: int) -> bool:
    """Whether the last lead that the month of the period may have has had so many months of age."""
    return _end_of(params, month) + timedelta(days=AGE_DAYS * age) <= params.as_of


def _end_of(params: ReportParams, month: str) -> datetime:
    year, number = map(int, month.split("-"))
    following = date(year + number // 12, number % 12 + 1, 1)
    return min(start_of_day(following, params.zone), params.end)


def _group(asked: ReportParams, month: Month) -> dict[str, object]:
    group = group_of(asked, month.group)
    stages = stages_from_start(asked)[1:]
    return {
        "group": group,
        "leads": month.leads,
        "stages": [
            {
                "stage": terms.key,
                "title": terms.title,
                "ages": _ages(asked, month.group[0] or "", month.leads, reached),
            }
            for terms, reached in zip(stages, month.reached, strict=True)
            if asked.to_stage in (None, terms.key)
        ],
    }


def _ages(params: ReportParams, month: str, leads: int, reached: tuple[int, ...]) -> list[dict[str, object]]:
    ages: list[dict[str, object]] = []
    for age, count in zip(AGES, reached, strict=True):
        told = old_enough(params, month, age)
        low, high = wilson(count, leads) if told else (None, None)
        share = rate(count, leads) if told else None
        ages.append(
            {"months": age, "reached": count if told else None, "share": share, "wilson_low": low, "wilson_high": high}
        )
    return ages


def _kept(params: ReportParams, month: Customers) -> dict[str, object]:
    low, high = wilson(month.kept, month.whole_year)
    return {
        "month": month.month,
        "customers": month.customers,
        "whole_year": month.whole_year,
        "kept": month.kept,
        "share": rate(month.kept, month.whole_year),
        "wilson_low": low,
        "wilson_high": high,
        "ages": _ages(params, month.month, month.customers, month.again),
    }

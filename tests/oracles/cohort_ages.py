"""Of each month's leads, how many had come to each stage after so many months of 30 days?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.oracles.cohort import cohorts
from tests.oracles.facts import World
from tests.oracles.question import Group, Question
from tests.oracles.stage_set import StageSet

Answer = dict[tuple[tuple[str, str | None], ...], dict[tuple[str, int], int | None]]


def midnight(day: date, zone: str) -> datetime:
    """The first instant of the day there."""
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


def ages(world: World, stages: StageSet, question: Question) -> Answer:
    """By group and by (stage, months): how many had reached it by then; None while the youngest possible lead is too young."""
    asked = replace(question, by=("month", *(name for name in question.by if name != "month")))
    path = [stage.key for stage in stages.from_start(question.start_stage)][1:]
    answer: Answer = {}
    for cohort in cohorts(world, stages, asked):
        counts: dict[tuple[str, int], int | None] = {}
        for months in range(1, 13):
            age = timedelta(days=30 * months)
            told = end_of(cohort.group, question) + age <= question.as_of
            for key in path:
                by_then = sum(key in m.reached and m.reached[key] - m.started <= age for m in cohort.members)
                counts[key, months] = by_then if told else None
        answer[tuple(sorted(cohort.group.items()))] = counts
    return answer


def end_of(group: Group, question: Question) -> datetime:
    """When the month, or the period before it, is over."""
    year, month = map(int, str(group["month"]).split("-"))
    following = date(year + 1, 1, 1) if month == 12 else date(year, month + 1, 1)
    return midnight(min(following, question.end), question.timezone)

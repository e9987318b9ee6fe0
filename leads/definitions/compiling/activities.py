"""Which activities count at a moment, and for how much? Conditions over one row `a` of the log."""

from __future__ import annotations

import math
from dataclasses import dataclass

from psycopg2 import sql

from leads.activities.kinds import BY_KEY, TOUCHES
from leads.definitions.compiling import texts
from leads.definitions.compiling.statements import Values, every, part
from leads.definitions.terms import ActivityFilter, EngagementRule

TOUCH = "touch"
HOURS_A_DAY = 24
SMALLEST = 0.005
"""Points that have faded below this are rounded to none."""

CAMPAIGNS = "a.campaign_id = ANY(ARRAY(SELECT id FROM programs_campaign p WHERE {}))"

FADED = "{}::float8 * power(0.5::float8, date_part('epoch', {} - a.at) / {}::float8)"
"""Points × 0.5 ^ (age / half-life), as doubles."""

CENTS = """CASE WHEN abs(q.x * 100 - round(q.x * 100)) < 0.499999 THEN round(q.x * 100)::bigint
    ELSE (round(q.x::numeric, 2) * 100)::bigint END"""
"""Rounded to the cent as the double's 15 significant digits are, half away from zero. Only near a half does that need decimals."""

ROWS = "(SELECT {} FROM leads_activity a WHERE {} OFFSET 0) q"


@dataclass(frozen=True)
class Knowledge:
    """What was known when: `imported_at_once` takes an imported activity or consent as known at its own `at`, and a lead's fields
    as known when it was created (a backtest); otherwise everything is known from its recording on, and with `past_fields`
    a field is what it was at that moment.
    """

    imported_at_once: bool = False
    past_fields: bool = False


LIVE = Knowledge()
JUDGED = Knowledge(past_fields=True)
"""For the job, which judges earlier moments than now."""
BACKTEST = Knowledge(imported_at_once=True)


def kinds_of(wanted: ActivityFilter) -> list[str]:
    """The kinds meant: `touch` is every touch; what is no kind at all is nothing."""
    named = set(wanted.kinds)
    return sorted((named & BY_KEY.keys()) | (TOUCHES if TOUCH in named else frozenset()))


def fits(wanted: ActivityFilter, values: Values) -> sql.Composable:
    """The activity is of these kinds and matches the patterns given."""
    return every([is_of_kind(wanted, values), *patterns(wanted, values)])


def is_of_kind(wanted: ActivityFilter, values: Values) -> sql.Composable:
    """It is of these kinds: the index activity_by_kind finds it."""
    return part("a.kind = ANY({}::text[])", values.add(kinds_of(wanted)))


def patterns(wanted: ActivityFilter, values: Values) -> list[sql.Composable]:
    """It matches these patterns: its row must be read."""
    parts = [
        texts.matches(sql.Identifier("a", column), pattern, values)
        for column, pattern in (("asset", wanted.asset), ("channel", wanted.channel), ("outcome", wanted.outcome))
        if pattern is not None
    ]
    if wanted.campaign is not None:
        parts.append(part(CAMPAIGNS, texts.matches(sql.SQL("p.name"), wanted.campaign, values)))
    if wanted.url is not None:
        parts.append(texts.address_matches(sql.SQL("a.url"), wanted.url, values))
    return parts


def known_by(moment: sql.Composable, knowledge: Knowledge, row: str) -> sql.Composable:
    """It had happened, and we knew of it. `row` is the log's alias."""
    text = f"({row}.at <= {{0}} AND {row}.recorded_at <= {{0}})"
    if knowledge.imported_at_once:
        text = f"({row}.at <= {{0}} AND ({row}.import_id IS NOT NULL OR {row}.recorded_at <= {{0}}))"
    return part(text, moment)


def known_from(knowledge: Knowledge, row: str) -> sql.Composable:
    """From which moment on it counts."""
    if knowledge.imported_at_once:
        text = f"CASE WHEN {row}.import_id IS NOT NULL THEN {row}.at ELSE greatest({row}.at, {row}.recorded_at) END"
        return sql.SQL(text)
    return sql.SQL(f"greatest({row}.at, {row}.recorded_at)")


def within(moment: sql.Composable, days: float | None, values: Values) -> sql.Composable | None:
    """It is less than so many days of 24 hours old."""
    return None if days is None else part("a.at > {} - {}", moment, values.hours(days))


def longest_use(rule: EngagementRule) -> float | None:
    """After how many days an activity gives nothing any more: its window's, or when its points have faded; None: never."""
    days = [float(rule.within_days)] if rule.within_days is not None else []
    if rule.half_life_days is not None:
        halvings = math.log2(max(abs(rule.points), 1) / SMALLEST)
        days.append(math.ceil(rule.half_life_days * halvings * HOURS_A_DAY + 1) / HOURS_A_DAY)
    return min(days, default=None)


def points_of(rule: EngagementRule, moment: sql.Composable, values: Values) -> sql.Composable:
    """What one activity gives at that moment, before it is rounded. Asked only of those that still give something."""
    points = values.add(rule.points)
    if rule.half_life_days is None:
        return part("{}::float8", points)
    return part(FADED, points, moment, values.add(rule.half_life_days * HOURS_A_DAY * 3600))


def total_of_points() -> sql.Composable:
    """The sum over rows `q` of points `x`, each rounded to the cent."""
    return part("(sum({}) * 0.01)", sql.SQL(CENTS))

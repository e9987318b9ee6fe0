"""What the logs say of one lead, as rows of the streams are put together, and what is the same for all leads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import connection

from alignment.agreements.in_force import in_force
from alignment.agreements.kinds import ONLY_KEY
from kpis.leaks.kinds import KINDS as LEAK_KINDS
from kpis.leaks.limits import KIND as LIMITS
from kpis.verify.conditions import Life, PersonTimeline, Rules, Timeline, Touch, outreach, work
from kpis.verify.handed import Dealings
from kpis.verify.streams import Row
from kpis.verify.walk import LogRow, Walk
from kpis.verify.working_time import Calendars
from leads.activities.kinds import KINDS as ACTIVITY_KINDS
from leads.funnel.stage_sets import StageSet, StageTerms, stage_set
from leads.funnel.terms import KIND as FUNNEL

SIDES = ("marketing", "sales")

BORDERS = """
SELECT DISTINCT border.at FROM agreements_period p JOIN agreements_agreement a ON a.id = p.agreement_id
CROSS JOIN LATERAL (VALUES (lower(p.during)), (upper(p.during))) AS border(at)
WHERE a.kind = ANY(%(kinds)s) AND NOT isempty(p.during) AND border.at IS NOT NULL ORDER BY 1
"""

PEOPLE = """
SELECT c.user_id, c.at, c.active, t.side, c.team_id FROM people_personchange c LEFT JOIN people_team t ON t.id = c.team_id
ORDER BY c.user_id, c.at, c.id
"""


@dataclass(frozen=True)
class Era:
    """[since, until) with the stages and rules that leaks are judged by in that time."""

    since: datetime | None
    until: datetime | None
    stages: StageSet
    rules: Rules


def eras() -> list[Era]:
    """What was, is and will be agreed, asked at every instant at which something comes into force or ends; and who is who."""
    replies = frozenset(kind.key for kind in ACTIVITY_KINDS if kind.is_reply)
    people, calendars = _people(), Calendars()
    with connection.cursor() as cursor:
        cursor.execute(BORDERS, {"kinds": [FUNNEL, LIMITS]})
        borders = [row[0] for row in cursor.fetchall()]
    found: list[tuple[datetime, StageSet, Rules]] = []
    for border in borders:
        stages, rules = (
            stage_set(at=border),
            Rules(*_limits(border), replies, people, _in_working_time(border), calendars),
        )
        if not found or _rest(found[-1][1]) != _rest(stages) or found[-1][2] != rules:
            found.append((border, stages, rules))
    ends = [*(border for border, *_terms in found[1:]), None]
    return [Era(None if n == 0 else border, ends[n], stages, rules) for n, (border, stages, rules) in enumerate(found)]


def _rest(stages: StageSet) -> list[StageTerms]:
    """All that is agreed of stages but their titles."""
    return [replace(term, title="") for term in sorted(stages.terms, key=lambda term: term.key)]


def _limits(at: datetime) -> tuple[dict[str, timedelta], dict[str, int]]:
    """How long and how often, as agreed for that instant, or as the kinds declare."""
    agreed = in_force(LIMITS, ONLY_KEY, at)
    spans: dict[str, timedelta] = {}
    times: dict[str, int] = {}
    for kind in LEAK_KINDS:
        said = agreed.terms.model_dump().get(kind.key, {}) if agreed else {}
        for name, default in (("limit", kind.limit), ("quiet", kind.quiet)):
            if default is not None:
                days = said.get(f"{name}_days")
                spans[f"{kind.key}_{name}"] = default if days is None else timedelta(days=days)
        if kind.times is not None:
            times[f"{kind.key}_times"] = said.get("times", kind.times)
    return spans, times


def _in_working_time(at: datetime) -> frozenset[str]:
    """The kinds whose limits count working time."""
    agreed = in_force(LIMITS, ONLY_KEY, at)
    said = agreed.terms.model_dump() if agreed else {}
    return frozenset(kind for kind, of_kind in said.items() if of_kind.get("business"))


def _people() -> dict[int, PersonTimeline]:
    said: dict[int, list[tuple[datetime, object]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE)
        for user, at, active, side, team in cursor.fetchall():
            said[user].append((at, (active, "sales" if side == "partner" else side, team)))
    return {user: PersonTimeline(rows) for user, rows in said.items()}


def walk_of(changes: Sequence[Row], stages: StageSet) -> Walk:
    """The log of stages, without the rows taken back."""
    return Walk(
        (LogRow(id_, to, at, cause, reason) for id_, to, at, cause, reason, void in changes if not void), stages
    )


def said_of(values: Sequence[Row]) -> dict[str, Timeline]:
    """What was logged of each field, without what fell with a stage change."""
    said: dict[str, list[tuple[datetime, object]]] = defaultdict(list)
    for field, ref, text, at, void in values:
        if not void:
            said[field].append((at, text if ref is None else ref))
    return {field: Timeline(rows) for field, rows in said.items()}


def life_of(
    walk: Walk,
    said: dict[str, Timeline],
    activities: Sequence[Row],
    consents: Sequence[Row],
    replies: frozenset[str],
    dealings: Dealings,
) -> Life:
    """Everything that decides about leaks of one lead."""
    nothing = Timeline(())
    touches = [
        Touch(at, kind, direction, side, automated) for kind, direction, side, automated, at, _typed in activities
    ]
    return Life(
        stays=walk.stays,
        outreach={side: outreach(touches, side) for side in SIDES},
        work={side: work(touches, side, replies) for side in SIDES},
        consent=Timeline([(at, state) for purpose, state, at in consents if purpose == "marketing"]),
        owner=said.get("owner", nothing),
        team=said.get("team", nothing),
        email=said.get("email_usable", nothing),
        phone=said.get("phone_usable", nothing),
        dealings=dealings,
    )

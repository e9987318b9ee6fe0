"""What the logs say of one lead, as rows of the streams are put together, and what is the same for all leads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from kpis.leaks.limits import limits
from kpis.verify.conditions import Life, PersonTimeline, Rules, Timeline, Touch, outreach, work
from kpis.verify.streams import Row
from kpis.verify.walk import LogRow, Walk
from leads.activities.kinds import KINDS as ACTIVITY_KINDS
from leads.funnel.stage_sets import StageSet

SIDES = ("marketing", "sales")

PEOPLE = """
SELECT c.user_id, c.at, c.active, t.side FROM people_personchange c LEFT JOIN people_team t ON t.id = c.team_id
ORDER BY c.user_id, c.at, c.id
"""


def rules() -> Rules:
    """What is agreed and who is who, read once."""
    said: dict[int, list[tuple[datetime, object]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE)
        for user, at, active, side in cursor.fetchall():
            said[user].append((at, (active, "sales" if side == "partner" else side)))
    replies = frozenset(kind.key for kind in ACTIVITY_KINDS if kind.is_reply)
    return Rules(limits(), replies, {user: PersonTimeline(rows) for user, rows in said.items()})


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
    walk: Walk, said: dict[str, Timeline], activities: Sequence[Row], consents: Sequence[Row], replies: frozenset[str]
) -> Life:
    """Everything that decides about leaks of one lead."""
    nothing = Timeline(())
    touches = [Touch(at, kind, direction, side, automated) for kind, direction, side, automated, at in activities]
    return Life(
        stays=walk.stays,
        outreach={side: outreach(touches, side) for side in SIDES},
        work={side: work(touches, side, replies) for side in SIDES},
        consent=Timeline([(at, state) for purpose, state, at in consents if purpose == "marketing"]),
        owner=said.get("owner", nothing),
        email=said.get("email_usable", nothing),
        phone=said.get("phone_usable", nothing),
    )

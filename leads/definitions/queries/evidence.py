"""What was known of one lead at a moment about each part of a definition? Grain: one row. Clock: facts known by then, fields as
they are now. Uses activity_order and consent_order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import orjson
from django.db import connection
from psycopg2 import sql

from leads.definitions.compiling.activities import (
    LIVE,
    ROWS,
    fits,
    known_by,
    longest_use,
    points_of,
    total_of_points,
    within,
)
from leads.definitions.compiling.asking import field_of
from leads.definitions.compiling.conditions import Writer
from leads.definitions.compiling.sources import Moments
from leads.definitions.compiling.statements import TRUE, Values, every, part
from leads.definitions.terms import (
    ActivityCondition,
    ActivityFilter,
    ConsentCondition,
    EngagementRule,
    FieldCondition,
    LeadDefinition,
    ScoreCondition,
)

Leaf = FieldCondition | ActivityCondition | ConsentCondition | ScoreCondition

ONE_LEAD = """SELECT {} FROM leads_lead l {}
CROSS JOIN LATERAL (SELECT {} AS fit, {} AS engagement OFFSET 0) score WHERE l.id = {}"""
NO_SCORE = sql.SQL("NULL")
LEAF = "jsonb_build_object('held', {}, 'found', {})"
ACTIVITIES = """(SELECT jsonb_build_object('count', count(*), 'last', max(a.at))
    FROM leads_activity a WHERE a.lead_id = l.id AND {})"""
POINTS = "(SELECT jsonb_build_object('count', count(*), 'points', coalesce({}, 0)::text) FROM {})"


@dataclass(frozen=True)
class Fact:
    """Whether a leaf held, and what was found: a field's value or the latest word on a purpose (None: unknown), or how many
    activities and the moment of the last.
    """

    held: bool
    value: str | None = None
    count: int | None = None
    last_at: datetime | None = None


@dataclass(frozen=True)
class Given:
    """How many points a rule of a score gave, and of engagement for how many activities."""

    points: Decimal
    count: int | None = None


@dataclass(frozen=True)
class Evidence:
    """`facts` are those of the leaves asked about, in their order, `fit` and `engagement` what each rule gave; the scores are
    as the criteria saw them, None where the definition has none.
    """

    held: bool
    facts: tuple[Fact, ...]
    fit: tuple[Given, ...]
    engagement: tuple[Given, ...]
    fit_score: Decimal | None
    engagement_score: Decimal | None


def evidence(definition: LeadDefinition, leaves: Sequence[Leaf], lead_id: int, at: datetime) -> Evidence | None:
    """What was known at that moment; None where there is no such lead."""
    values = Values()
    source = Moments(part("{}::timestamptz", values.add(at)), values)
    computing = Writer(definition, source)
    fit_score, engagement_score = computing.fit(), computing.engagement()
    there = {"fit": fit_score, "engagement": engagement_score}
    read = {name: sql.Identifier("score", name) for name, score in there.items() if score is not None}
    writer = Writer(definition, source, read)
    fit = definition.fit.rules if definition.fit else []
    engagement = definition.engagement.rules if definition.engagement else []
    columns = [
        writer.verdict(),
        sql.SQL("score.fit, score.engagement"),
        *(part(LEAF, writer.condition(leaf), _found(leaf, source)) for leaf in leaves),
        *(writer.fit_points(rule) for rule in fit),
        *(_given(rule, source) for rule in engagement),
    ]
    text = part(
        ONE_LEAD,
        sql.SQL(",\n").join(columns),
        source.joins(),
        fit_score or NO_SCORE,
        engagement_score or NO_SCORE,
        values.add(lead_id),
    )
    with connection.cursor() as cursor:
        cursor.execute(text, values.given)
        row = cursor.fetchone()
    if row is None:
        return None
    held, fit_total, engagement_total, *rest = row
    split = len(leaves), len(leaves) + len(fit)
    return Evidence(
        held,
        tuple(_fact(document) for document in rest[: split[0]]),
        tuple(Given(Decimal(points)) for points in rest[split[0] : split[1]]),
        tuple(_read_given(document) for document in rest[split[1] :]),
        None if definition.fit is None else Decimal(fit_total),
        None if definition.engagement is None else Decimal(engagement_total),
    )


def _found(leaf: Leaf, source: Moments) -> sql.Composable:
    match leaf:
        case FieldCondition():
            return part("jsonb_build_object('value', ({}))", source.field(field_of(leaf)))
        case ConsentCondition():
            return part("jsonb_build_object('value', {})", source.consent(leaf.consent))
        case ActivityCondition():
            return part(ACTIVITIES, every(_counted(leaf.activity, leaf.within_days, source)))
        case _:
            return sql.SQL("'{}'::jsonb")


def _given(rule: EngagementRule, source: Moments) -> sql.Composable:
    """All of the rule's activities are counted, also those whose points have faded."""
    still_gives = within(source.moment, longest_use(rule), source.values) or TRUE
    points = part("CASE WHEN {} THEN {} ELSE 0 END AS x", still_gives, points_of(rule, source.moment, source.values))
    counted = every([sql.SQL("a.lead_id = l.id"), *_counted(rule.activity, rule.within_days, source)])
    return part(POINTS, total_of_points(), part(ROWS, points, counted))


def _counted(wanted: ActivityFilter, days: int | None, source: Moments) -> list[sql.Composable]:
    window = within(source.moment, days, source.values)
    known = known_by(source.moment, LIVE, "a")
    return [fits(wanted, source.values), known, *([] if window is None else [window])]


def _fact(document: str) -> Fact:
    read = orjson.loads(document)
    found, last = read["found"], read["found"].get("last")
    value = found.get("value")
    text = value if value is None or isinstance(value, str) else orjson.dumps(value).decode()
    return Fact(read["held"], text, found.get("count"), datetime.fromisoformat(last) if last else None)


def _read_given(document: str) -> Given:
    read = orjson.loads(document)
    return Given(Decimal(read["points"]), read["count"])

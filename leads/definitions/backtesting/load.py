"""Who would receive those who would have qualified, and is there room for them? Asked by the backtest of a definition.

Each lead is taken to come into the stage at the moment at which it would have qualified, and to stay there. Of the handoff rules in
force from that stage the one whose criteria it meets first has it, of the same moment the one tried earlier. To whom goes as in the
backtest of a rule (`leads.handoffs.backtesting.receiving`): each rule by itself, from a desk on which nobody has anything yet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from alignment.agreements.kinds import Document
from alignment.people.models import Team
from leads.definitions.backtesting.span import Span
from leads.definitions.terms import LeadDefinition
from leads.funnel.stage_sets import StageSet
from leads.handoffs.backtesting.figures import Load, loads
from leads.handoffs.backtesting.lists import Row, micros
from leads.handoffs.backtesting.offering import Offer
from leads.handoffs.backtesting.queries.stays import Stay, first_met
from leads.handoffs.backtesting.receiving import receive
from leads.handoffs.routing.agreed import Rule, rules_at
from leads.handoffs.routing.availability import Person

BATCH = 20_000
WEEK, INSTANT = timedelta(days=7), timedelta(microseconds=1)

Qualified = Sequence[tuple[int, datetime]]
"""Each lead once, with the moment."""


def load(qualified: Qualified, stage: str, stages: StageSet, span: Span, zone: ZoneInfo) -> Document | None:
    """As docs/backtest.md tells it; None where no rule hands over from the stage at the end of the span."""
    begins = stages.alike(stage)
    rules = [rule for rule in rules_at(span.end) if rule.terms.from_.stage in begins]
    if not rules:
        return None
    shared = _shared(qualified, rules, span.end)
    rows: list[Row] = []
    people: dict[int, Person] = {}
    why: Counter[str] = Counter()
    for rule in rules:
        offers = shared[rule.key]
        with transaction.atomic():
            steps, asked = receive(offers, rule.terms, stages, end=span.end, zone=zone)
        people.update(asked)
        for offer, step in zip(offers, steps, strict=True):
            if step.passed:
                rows.append(Row(offer.lead_id, micros(offer.at), "this", step.user_id, step.team_id))
            else:
                why[step.sentence] += 1
    named = {one.team_id for one in people.values()} | {row.team for row in rows}
    teams = dict(Team.objects.filter(pk__in=[team for team in named if team]).values_list("pk", "name"))
    return {
        "rules": [{"key": rule.key, "title": rule.terms.title, "leads": len(shared[rule.key])} for rule in rules],
        "offered": len(rows),
        "nobody": why.total(),
        "unmatched": len(qualified) - sum(len(offers) for offers in shared.values()),
        "why_nobody": [{"reason": reason, "leads": n} for reason, n in why.most_common(10)],
        "receivers": [_told(one, span, zone) for one in loads(rows, people, teams, span.start, span.end, zone)],
    }


def _shared(qualified: Qualified, rules: Sequence[Rule], end: datetime) -> Mapping[str, list[Offer]]:
    """By rule, whom it would offer, in order of time, then of the lead."""
    stays = [Stay(n, lead, at, None, 1, 1) for n, (lead, at) in enumerate(qualified)]
    met: dict[int, tuple[datetime, int]] = {}
    for place, rule in enumerate(rules):
        definition = LeadDefinition(criteria=rule.terms.criteria)
        for first in range(0, len(stays), BATCH):
            for stay, at in first_met(definition, stays[first : first + BATCH], end).items():
                met[stay] = min((at, place), met.get(stay, (at, place)))
    shared: dict[str, list[Offer]] = {rule.key: [] for rule in rules}
    for stay, (at, place) in met.items():
        shared[rules[place].key].append(Offer(stays[stay].lead_id, at, stays[stay].pass_number))
    return {key: sorted(offers, key=lambda one: (one.at, one.lead_id)) for key, offers in shared.items()}


def _told(one: Load, span: Span, zone: ZoneInfo) -> Document:
    first, last = (moment.astimezone(zone).date() for moment in (span.start, span.end - INSTANT))
    return {
        "key": one.key,
        "name": one.name,
        "user": one.user,
        "team": one.team,
        "offered": one.offered,
        "a_week": round(one.offered * WEEK / (span.end - span.start), 1),
        "most_a_day": one.most_a_day,
        "capacity_a_week": None if one.capacity is None else round(one.capacity * 7 / ((last - first).days + 1), 1),
    }

"""Whom should a salesperson act on first, and why? Facts per lead from the logs, judged by pure rules in plain words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from alignment.people.models import Side, User
from alignment.ui.words import since
from kpis.leaks.kinds import BY_KEY
from kpis.queries.acting import most_urgent
from leads.funnel.stage_sets import StageTerms, stage_set
from leads.models import Lead

WARM = timedelta(days=3)
REST = timedelta(hours=20)
"""Whom we have just contacted rests until the next working day, unless they answer."""


@dataclass(frozen=True)
class Facts:
    """What is known of one lead. `handed_over` is when it first came to sales, before that when it came into its stage; `spoke` is our
    last outbound touch in person, `answered` their last reply, `came_by` their last touch."""

    stage: StageTerms
    handed_over: datetime | None
    spoke: datetime | None
    answered: datetime | None
    came_by: datetime | None
    leaks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reason:
    """Why to act now: the smaller `rank`, the sooner; `at` orders within a rank, `newest` says which way."""

    rank: int
    code: str
    text: str
    at: datetime
    newest: bool = True


@dataclass(frozen=True)
class Next:
    """One person to act on."""

    lead: Lead
    stage: StageTerms
    reason: Reason
    spoke: datetime | None


def judge(facts: Facts, *, now: datetime) -> Reason | None:
    """The most urgent reason to act on this lead now, or None where there is none."""
    came, spoke = facts.handed_over or now, facts.spoke
    if facts.answered and (spoke is None or spoke < facts.answered):
        return Reason(
            1, "answered", f"They answered {since(facts.answered, now)}. Nobody has replied yet.", facts.answered
        )
    if spoke is not None and now - spoke < REST:
        return None
    if spoke is None or (facts.stage.side == Side.SALES and spoke < came and "stalled" not in facts.leaks):
        return Reason(2, "new", f"Came to us {since(came, now)}. Nobody has spoken to them yet.", came)
    if facts.came_by and facts.came_by > spoke and now - facts.came_by < WARM:
        return Reason(3, "warm", f"They came by again {since(facts.came_by, now)}.", facts.came_by)
    for leak in facts.leaks:
        return Reason(4, leak, f"{BY_KEY[leak].sentence} Last contact {since(spoke, now)}.", spoke, newest=False)
    return None


def next_people(user: User, *, now: datetime, limit: int, besides: Collection[int] = ()) -> list[Next]:
    """The few leads of `user` to act on first, most urgent first; not those `besides` which they are asked for."""
    stages = stage_set()
    known = most_urgent(user, stages, now=now, warm=WARM, rest=REST, besides=besides, limit=limit)
    leads = Lead.objects.select_related("company").in_bulk([one.lead_id for one in known])
    found = []
    for one in known:
        terms = stages.by_key[leads[one.lead_id].stage_id or ""]
        facts = Facts(terms, one.handed_over, one.spoke, one.answered, one.came_by, tuple(one.leaks))
        reason = judge(facts, now=now)
        if reason:
            found.append(Next(leads[one.lead_id], terms, reason, one.spoke))
    return sorted(found, key=urgency)


def urgency(one: Next) -> tuple[int, int, float, int]:
    """By rank; then what is fresh newest first, and what has gone quiet nearest to the deal first, oldest first."""
    at = one.reason.at.timestamp()
    return (
        (one.reason.rank, 0, -at, one.lead.pk)
        if one.reason.newest
        else (one.reason.rank, -(one.stage.position or 0), at, one.lead.pk)
    )

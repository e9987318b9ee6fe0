"""Whom should a salesperson act on first, and why? Facts per lead from the logs, judged by pure rules in plain words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, Q, QuerySet

from alignment.people.models import Side, User
from alignment.ui.words import since
from kpis.leaks.kinds import BY_KEY
from kpis.leaks.selectors import open_at
from leads.activities.kinds import REPLIES, TOUCHES
from leads.funnel.stage_sets import StageSet, StageTerms, stage_set
from leads.models import Lead

WARM = timedelta(days=3)
REST = timedelta(hours=20)
"""Whom we have just contacted rests until the next working day, unless they answer."""


@dataclass(frozen=True)
class Facts:
    """What is known of one lead. `handed_over` is when it came to sales, before that when it came into its stage; `spoke` is our
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
    leads = list(_held_by(user, stages, now).exclude(pk__in=besides))
    leaks = _open_leaks(leads, now)
    found = []
    for lead in leads:
        terms = stages.by_key[lead.stage_id or ""]
        facts = _facts(lead, terms, stages, leaks.get(lead.pk, ()))
        reason = judge(facts, now=now)
        if reason:
            found.append(Next(lead, terms, reason, facts.spoke))
    found.sort(key=_urgency)
    return found[:limit]


def _urgency(one: Next) -> tuple[int, int, float, int]:
    """By rank; then what is fresh newest first, and what has gone quiet nearest to the deal first, oldest first."""
    at = one.reason.at.timestamp()
    return (
        (one.reason.rank, 0, -at, one.lead.pk)
        if one.reason.newest
        else (one.reason.rank, -(one.stage.position or 0), at, one.lead.pk)
    )


def _facts(lead: Any, terms: StageTerms, stages: StageSet, leaks: tuple[str, ...]) -> Facts:
    """`lead` carries what `_held_by` adds to it. It was handed over when it first came to a stage of sales."""
    handed_over = lead.progress.stage_since
    if terms.side == Side.SALES and lead.progress.version_id == stages.version_id:
        first = next(at for at, forward in enumerate(stages.forward) if forward.side == Side.SALES)
        handed_over = lead.progress.reached[first] or handed_over
    return Facts(terms, handed_over, lead.spoke, lead.answered, lead.came_by, leaks)


def _held_by(user: User, stages: StageSet, now: datetime) -> QuerySet[Lead]:
    """Open leads that this person owns, or that wait in their team for anybody."""
    mine = Q(owner=user) | (Q(owner=None, team=user.team_id) if user.team_id else Q(pk=None))
    keys = [terms.key for terms in stages.stages if terms.category == "open"]
    known = Q(activities__at__lte=now)
    ours = Q(activities__direction="outbound", activities__automated=False, activities__side="sales")
    leads = Lead.objects.visible_to(user).counted().filter(mine, erased_at=None, stage__in=keys, progress__isnull=False)
    return leads.select_related("company", "progress").annotate(
        spoke=Max("activities__at", filter=known & ours),
        answered=Max("activities__at", filter=known & Q(activities__kind__in=REPLIES)),
        came_by=Max("activities__at", filter=known & Q(activities__kind__in=TOUCHES)),
    )


def _open_leaks(leads: Sequence[Lead], now: datetime) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    rows = open_at(now).filter(lead__in=[lead.pk for lead in leads]).order_by("since")
    for lead_id, kind in rows.values_list("lead_id", "kind"):
        found[lead_id] = (*found.get(lead_id, ()), kind)
    return found

"""Which leads do the definitions in force move on, and when did each meet them? The qualification job.

Called by the worker every few seconds, by commands when they are done, by runs over all leads. Safe twice, in parallel, and
killed at any instant: a lead leaves the queue in the transaction that judges it, and is marked for routing there. An automatic
move lies at the earliest instant at which the criteria held on what was recorded by then: when the job ran changes nothing.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter

from django.db import transaction

from alignment.agreements.in_force import InForce, periods_of
from alignment.agreements.models import Agreement
from alignment.attempts import again_after_deadlock
from leads.definitions.failing import LATER, Failed, patience, tell_operators
from leads.definitions.models import DefinitionRun
from leads.definitions.queries import evaluations, waiting
from leads.definitions.stages import definable
from leads.definitions.terms import KIND
from leads.funnel.models import Category
from leads.funnel.stage_sets import StageSet, StageTerms, stage_set
from leads.funnel.turns import use_funnel
from leads.handoffs.routing.agreed import mark_judged
from leads.lifecycle.changes import NewChange, append_changes, bring_up_to_date, void_changes
from leads.lifecycle.recording import moved_by_definitions
from leads.records.models import Lead

BATCH = 500
"""Marks taken at a time at most, many of which may be of one lead."""

FIRST, FEWEST = 250, 64
LONGEST = timedelta(milliseconds=40)
"""Nobody else can move the leads of a batch meanwhile: after the first, each takes as many as would have been judged in so long."""

CAUSE = "definition"
INSTANT = timedelta(microseconds=1)
log = logging.getLogger(__name__)

MOST_ROUNDS = 1_000
"""A round takes each lead one window between two of its moves further."""

Clock = Callable[[], datetime]
"""Asked anew for each batch: what was recorded before it must not lie in its future."""


class Endless(RuntimeError):
    """Judging does not come to an end."""


@dataclass(frozen=True)
class Judged:
    """What a run did. A lead that changed again meanwhile counts again."""

    leads: int = 0
    moved: int = 0

    def __add__(self, other: Judged) -> Judged:
        return Judged(self.leads + other.leads, self.moved + other.moved)


@dataclass(frozen=True)
class Standard:
    """A definition that may move leads: the stage it qualifies into, those below, and the periods to judge by, in order."""

    stage: StageTerms
    lower: tuple[str, ...]
    periods: tuple[InForce, ...]


@dataclass(frozen=True)
class Found:
    """What was found of a lead by one definition: when it met it, if it did, how far it was judged, whether there is more to judge."""

    lead_id: int
    at: datetime | None
    through: datetime
    more: bool
    stage: StageTerms
    version_id: int


@dataclass(frozen=True)
class Move:
    """A lead met a definition at a moment."""

    lead_id: int
    at: datetime
    stage: StageTerms
    version_id: int


def judge(*, now: Clock, batch: int = BATCH) -> Judged:
    """Work off what waits as this begins, then those whose time has come by then, but what somebody else has taken. Who is put
    back, since there is more to judge, waits for the next time.
    """
    done, failing, began, last = Judged(), set[str](), now(), waiting.last_mark()
    takes = (lambda limit: waiting.take(last, limit), lambda limit: waiting.take_due(began, limit))
    size = min(FIRST, batch)
    for take in takes:
        while True:
            before = perf_counter()
            some = _judge_batch(take, now(), size, failing)
            if some is None:
                break
            done += some
            size = _next_size(size, perf_counter() - before, batch)
    evaluations.forget_companies(now())
    return done


def _next_size(size: int, seconds: float, most: int) -> int:
    """How many to take next, after so many took so long."""
    in_time = int(size * LONGEST.total_seconds() / seconds)
    return min(most, 2 * size, max(FEWEST, in_time))


def drain(*, now: Clock) -> Judged:
    """Work off the queue until nothing waits, what others have taken included: for commands, whose work is done when they return.

    `Endless` if leads still wait after as many rounds as no history of a lead needs.
    """
    done = judge(now=now)
    for _round in range(MOST_ROUNDS):
        if not waiting.somebody_waits():
            return done
        done += judge(now=now)
    raise Endless(f"Leads still wait to be judged after {MOST_ROUNDS:,} rounds. Look which: leads_toqualify.")


@again_after_deadlock
@transaction.atomic
def _judge_batch(take: Callable[[int], list[int]], now: datetime, batch: int, failing: set[str]) -> Judged | None:
    use_funnel()
    lead_ids = take(batch)
    return judge_leads(lead_ids, now=now, failing=failing) if lead_ids else None


def judge_leads(lead_ids: Sequence[int], *, now: datetime, failing: set[str] | None = None) -> Judged:
    """Judge these leads by every definition up to `now` and move those who qualify. The caller holds their locks.

    `failing` are the definitions by which nobody could be judged since the caller began; they are left out, and more are added.
    """
    failing = set() if failing is None else failing
    agreed = standards(stage_set(), now)
    _take_back(agreed, lead_ids, now)
    found = [one for standard in agreed for one in _judge_or_postpone(standard, lead_ids, now, failing)]
    moves = _earliest(found)
    several = {lead_id for lead_id, count in Counter(one.lead_id for one in found).items() if count > 1}
    unfinished = {one.lead_id for one in found if one.more} | several | _move(moves, now)
    waiting.again(sorted(unfinished))
    mark_judged(set(lead_ids) - unfinished, now=now)
    evaluations.tidy(lead_ids, unfinished=lead_ids if failing else sorted(unfinished), now=now)
    return Judged(len(lead_ids), len(moves))


def standards(stages: StageSet, now: datetime) -> list[Standard]:
    """Every definition to judge by, the lowest stage first. One of a stage that the funnel dropped moves nobody."""
    targets = {stage.key: stage for stage in definable()}
    found = []
    for key in Agreement.objects.filter(kind=KIND).order_by("key").values_list("key", flat=True):
        periods = [period for period in periods_of(KIND, key) if period.since <= now]
        if periods and key not in targets:
            log.warning("The definition of %s moves nobody: the funnel has no such step any more.", key)
        elif periods:
            found.append(Standard(targets[key], _below(targets[key], stages), _unfinished(periods)))
    return sorted(found, key=lambda standard: standard.stage.position or 0)


def _below(stage: StageTerms, stages: StageSet) -> tuple[str, ...]:
    """Keys of the open forward stages out of which a lead may be moved to this one."""
    return tuple(
        term.key
        for term in stages.terms
        if term.category == Category.OPEN and term.position is not None and term.position < (stage.position or 0)
    )


def _unfinished(periods: Sequence[InForce]) -> tuple[InForce, ...]:
    """The last period; those before it as well until all leads have been judged once since it began."""
    last = periods[-1]
    through = DefinitionRun.objects.filter(version=last.version_id, finished_at__gte=last.since).exists()
    return (last,) if through else tuple(periods)


def _take_back(agreed: Sequence[Standard], lead_ids: Sequence[int], now: datetime) -> None:
    """Take back moves that were none, as we know by now: somebody had moved the lead before, and we learnt of it later."""
    for standard in agreed:
        overtaken = evaluations.overtaken(lead_ids, key=standard.stage.key, lower=standard.lower)
        if overtaken:
            void_changes(overtaken, reason=evaluations.OVERTAKEN_REASON, now=now)


def _judge_or_postpone(standard: Standard, lead_ids: Sequence[int], now: datetime, failing: set[str]) -> list[Found]:
    """What was found by this definition; if it fails or takes too long, the others go on, and these leads' time comes later."""
    key = standard.stage.key
    if key not in failing:
        try:
            with patience():
                return _judge_by(standard, lead_ids, now)
        except Failed as failed:
            failing.add(key)
            log.exception("Nobody could be judged by the definition of %s; it is tried again later.", key)
            tell_operators(standard.stage, standard.periods[-1], failed, now=now)
    evaluations.postpone(lead_ids, standard.periods[-1], since=standard.periods[0].since, until=now + LATER)
    return []


def _judge_by(standard: Standard, lead_ids: Sequence[int], now: datetime) -> list[Found]:
    """Who meets this definition, each by the version in force at the moment, and of whom there is more to judge."""
    found: list[Found] = []
    for period in standard.periods:
        until = now if period.until is None else min(now, period.until - INSTANT)
        last = period is standard.periods[-1]
        done = [one.lead_id for one in found]
        findings = evaluations.judge(period, lead_ids, lower=standard.lower, done=done, until=until, last=last)
        found += [
            Found(one.lead_id, one.at, one.through, one.more, standard.stage, period.version_id) for one in findings
        ]
    return found


def _earliest(found: Sequence[Found]) -> list[Move]:
    """Of each lead the earliest move, unless there is more to judge before it; whatever comes later is found again once this one is in
    the log, as it would have been by a job that never sleeps.
    """
    horizon: dict[int, datetime] = {}
    for one in found:
        if one.more:
            horizon[one.lead_id] = min(one.through, horizon.get(one.lead_id, one.through))
    met = [Move(one.lead_id, one.at, one.stage, one.version_id) for one in found if one.at is not None]
    first: dict[int, Move] = {}
    for move in sorted(met, key=lambda move: (move.lead_id, move.at, move.stage.position)):
        if move.at <= horizon.get(move.lead_id, move.at):
            first.setdefault(move.lead_id, move)
    return list(first.values())


def _move(moves: Sequence[Move], now: datetime) -> set[int]:
    """Log the moves; those who stand below still, since somebody moved them after that moment, and are to be judged again."""
    if not moves:
        return set()
    changes = [
        NewChange(move.lead_id, move.stage.key, move.at, CAUSE, agreement_version_id=move.version_id) for move in moves
    ]
    last = {move.lead_id: move.stage.key for move in moves}
    with moved_by_definitions():
        append_changes(changes, recorded_at=now)
        bring_up_to_date(last)
    stands = Lead.objects.filter(pk__in=last).values_list("pk", "stage_id")
    return {lead_id for lead_id, stage in stands if stage != last[lead_id]}

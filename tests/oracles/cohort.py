"""Which leads make up the cohorts of a question, and how far did each get?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.oracles.cuts import Cuts, Key, in_order
from tests.oracles.facts import LeadFact, World
from tests.oracles.log import History, read_log
from tests.oracles.question import Group, Question
from tests.oracles.stage_set import StageDef, StageSet


@dataclass(frozen=True)
class Member:
    """A lead of a cohort, with the instants of its first steps by stage key."""

    lead: LeadFact
    started: datetime
    reached: dict[str, datetime]
    entered: dict[str, datetime]


@dataclass(frozen=True)
class Cohort:
    group: Group
    members: tuple[Member, ...]


def cohorts(world: World, stages: StageSet, question: Question) -> list[Cohort]:
    """One cohort a group; a group without members is there if such a lead exists by `as_of`."""
    path = stages.from_start(question.start_stage)
    cuts = Cuts(world, question)
    histories = read_log(world, stages, question.clock)
    found: dict[Key, list[Member]] = {} if question.by else {(): []}
    for lead in world.counted_leads():
        history = histories[lead.id]
        started = history.reached(path[0])
        moment = started if started is not None else question.as_of
        if not exists(lead, history, question) or not cuts.admits(lead, moment):
            continue
        counts = started is not None and question.covers(started)
        if counts or not cuts.only_with_rows:
            members = found.setdefault(cuts.key(lead, moment), [])
            if started is not None and counts:
                members.append(follow(lead, history, started, path))
    return [Cohort(cuts.named(key), tuple(found[key])) for key in in_order(set(found))]


def exists(lead: LeadFact, history: History, question: Question) -> bool:
    """A lead is there from its creation on, or from its first row if that comes before."""
    return question.clock.knows(lead.created_at, lead.recorded_at) or bool(history.readings)


def follow(lead: LeadFact, history: History, started: datetime, path: tuple[StageDef, ...]) -> Member:
    reached = {stage.key: history.reached(stage) for stage in path}
    entered = {stage.key: history.entered(stage) for stage in path}
    return Member(
        lead,
        started,
        {key: at for key, at in reached.items() if at is not None},
        {key: at for key, at in entered.items() if at is not None},
    )


def window(question: Question) -> timedelta:
    return timedelta(hours=24 * question.window_days)

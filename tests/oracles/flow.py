"""How many changes led into each stage in a period, how many out of it, and where to?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict

from tests.oracles.cohort import exists
from tests.oracles.cuts import Cuts, Key, in_order
from tests.oracles.facts import World
from tests.oracles.log import History, read_log
from tests.oracles.question import Group, Heading, Question, heading
from tests.oracles.stage_set import StageSet

# "in" is a keyword, so this one cannot be written as a class.
FlowStage = TypedDict("FlowStage", {"stage": str, "in": int, "out": int, "out_to": dict[str, int]})


class FlowGroup(TypedDict):
    group: Group
    stages: list[FlowStage]


class Flow(Heading):
    groups: list[FlowGroup]


@dataclass
class Tally:
    """Changes by stage: how many came in, and how many went from one to another."""

    came: Counter[str] = field(default_factory=Counter)
    went: Counter[tuple[str, str]] = field(default_factory=Counter)


def flow(world: World, stages: StageSet, question: Question) -> Flow:
    """The whole answer of `report flow`; cuts are those at each change."""
    tallies: dict[Key, Tally] = {} if question.by else {(): Tally()}
    cuts = Cuts(world, question)
    histories = read_log(world, stages, question.clock)
    for lead in world.counted_leads():
        history = histories[lead.id]
        changes = [change for change in history.changes() if question.covers(change.at)]
        for change in changes:
            if cuts.admits(lead, change.at):
                tally = tallies.setdefault(cuts.key(lead, change.at), Tally())
                tally.came[change.to.key] += 1
                if change.previous is not None:
                    tally.went[change.previous.key, change.to.key] += 1
        still = not changes and not cuts.only_with_rows and exists(lead, history, question)
        if still and cuts.admits(lead, question.as_of):
            tallies.setdefault(cuts.key(lead, question.as_of), Tally())
    groups = [flow_group(cuts.named(key), tallies[key], stages) for key in in_order(set(tallies))]
    return {**heading(question, stages), "groups": groups}


def flow_group(group: Group, tally: Tally, stages: StageSet) -> FlowGroup:
    rows: list[FlowStage] = []
    for stage in (*stages.forward(), *stages.off_path()):
        out_to = {to: n for (source, to), n in sorted(tally.went.items()) if source == stage.key}
        rows.append(
            {
                "stage": stage.key,
                "in": tally.came[stage.key],
                "out": sum(out_to.values()),
                "out_to": out_to,
            }
        )
    return {"group": group, "stages": rows}


def stock(world: World, stages: StageSet, question: Question, instant: datetime) -> Counter[str]:
    """How many leads are in each stage just before an instant, as the question knows it."""
    found: Counter[str] = Counter()
    for history in read_log(world, stages, question.clock).values():
        before = History(history.lead, tuple(r for r in history.readings if r.at < instant))
        stage = before.present_stage()
        if stage is not None:
            found[stage.key] += 1
    return found

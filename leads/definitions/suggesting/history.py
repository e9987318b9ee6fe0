"""What does history suggest a definition could start from? `suggest` answers; jobs and tests call it.

Leads that have had the time to be won are looked at a few days after their first stage, with what was known of them then, and a
small tree learns what told the won ones from the others. What it says are ordinary conditions, for people to argue about.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import transaction

from alignment.agreements.kinds import Document
from alignment.refusals import Refused
from alignment.ui.words import count, percent, span
from leads.definitions.backtesting.computing import moment
from leads.definitions.backtesting.figures import Rate, rate
from leads.definitions.backtesting.queries import sampling, winners
from leads.definitions.checks import check_terms
from leads.definitions.stages import stage_title
from leads.definitions.suggesting.learning import learn
from leads.definitions.suggesting.queries.answers import answers
from leads.definitions.suggesting.queries.people import People, people
from leads.definitions.suggesting.queries.traits import Trait, traits
from leads.definitions.terms import Condition, LeadDefinition
from leads.funnel.stage_sets import stage_set

LOOKED_AT_AFTER = timedelta(days=7)
"""How long after its first stage a lead is looked at; at most a quarter of the time it takes to win one."""

WITHIN_DAYS = 30
ENOUGH_WON, ENOUGH_OTHERS = 30, 100
MOST_LEADS, BATCH = 20_000, 2_000
COUNTS = (1, 2, 3, 5)
RAREST = 50
"""What fewer than one in so many leads have is not learned from."""

Report = Callable[[float], None]


@dataclass(frozen=True)
class Evidence:
    """What it was learned from and how well it does, each lead judged by what was learned without it.

    `precision`: of those it picks, won; `recall`: of the won, picked. `base_rate` is the share won among all.
    """

    leads: int
    won: int
    won_at_once: int
    wait_seconds: int
    delay_seconds: int
    until: str
    conditions_tried: int
    base_rate: float
    precision: Rate
    recall: Rate
    sentences: tuple[str, ...] = ()

    def document(self) -> Document:
        """As JSON."""
        return asdict(self)


@dataclass(frozen=True)
class Suggestion:
    """A definition's document, and what speaks for it."""

    document: Document
    evidence: Evidence


def suggest(stage_key: str, *, now: datetime, report: Report = lambda _share: None) -> Suggestion:
    """A definition learned from history. `Refused`: `too_little_history`, or `nothing_learned` where nothing tells won leads apart."""
    stages = stage_set(at=now)
    horizon = winners.horizon(stages, now)
    if horizon.seconds is None:
        raise _too_little(stage_key, 0, 0)
    wait = timedelta(seconds=horizon.seconds)
    delay = min(LOOKED_AT_AFTER, wait / 4)
    all_leads = sampling.count_leads(now)
    per_million = None if all_leads <= MOST_LEADS else MOST_LEADS * sampling.MILLION // all_leads
    found = people(stages, wait=wait, delay=delay, now=now, per_million=per_million)
    won = sum(one.won for one in found.people)
    if won < ENOUGH_WON or len(found.people) - won < ENOUGH_OTHERS:
        raise _too_little(stage_key, won, len(found.people) - won)
    report(0.1)
    return _learned(stage_key, found, wait, delay, now, report)


def _learned(
    stage_key: str, found: People, wait: timedelta, delay: timedelta, now: datetime, report: Report
) -> Suggestion:
    seen = found.people
    with transaction.atomic():
        there = traits(seen, least=max(10, len(seen) // RAREST), days=WITHIN_DAYS)
    candidates = conditions_of(there)
    if not candidates:
        raise _nothing(stage_key)
    table: list[list[bool]] = []
    for first in range(0, len(seen), BATCH):
        table += answers([_condition(one) for one in candidates], seen[first : first + BATCH])
        report(0.1 + 0.7 * min(1.0, (first + BATCH) / len(seen)))
    learned = learn(candidates, table, [one.won for one in seen])
    won = sum(one.won for one in seen)
    precision = rate(learned.picked_won, learned.picked)
    if learned.criteria is None or precision.low is None or precision.low <= won / len(seen):
        raise _nothing(stage_key)
    document = {"criteria": learned.criteria}
    if trouble := check_terms(LeadDefinition.model_validate(document)):
        raise Refused("nothing_learned", trouble[0].detail, trouble)
    evidence = Evidence(
        leads=len(seen),
        won=won,
        won_at_once=found.at_once,
        wait_seconds=round(wait.total_seconds()),
        delay_seconds=round(delay.total_seconds()),
        until=moment(now),
        conditions_tried=len(candidates),
        base_rate=won / len(seen),
        precision=precision,
        recall=rate(learned.picked_won, won),
    )
    return Suggestion(document, Evidence(**{**vars(evidence), "sentences": tuple(_sentences(evidence))}))


def conditions_of(there: Sequence[Trait]) -> list[Document]:
    """The conditions that could be asked of these traits."""
    said: list[Document] = []
    for trait in there:
        if trait.name == "activity":
            said += [_done({"kinds": [trait.value]}, count) for count in COUNTS]
        elif trait.name == "url":
            said += [_done({"kinds": ["touch"], "url": f"{trait.value}*"}, count) for count in COUNTS[:2]]
        else:
            op = {"lead.title": "contains", "company.employees": "at_least"}.get(trait.name, "is")
            said.append({"field": trait.name, "op": op, "value": trait.value})
    if any(trait.name == "activity" for trait in there):
        said += [_done({"kinds": ["touch"]}, count) for count in (3, 5, 10)]
    return said


def _done(wanted: Document, times: int) -> Document:
    return {"activity": wanted, "op": "at_least", "count": times, "within_days": WITHIN_DAYS}


def _condition(document: Document) -> Condition:
    return LeadDefinition.model_validate({"criteria": document}).criteria


def _sentences(evidence: Evidence) -> list[str]:
    """What both sides should know of where it comes from, in words."""
    said = [
        f"Learned from {count(evidence.leads)} leads that have had {span(evidence.wait_seconds)} to be won, of which "
        f"{count(evidence.won)} ({percent(evidence.base_rate)}) were: each was looked at {span(evidence.delay_seconds)} after its "
        f"first stage, with what was known of it then, and {count(evidence.conditions_tried)} conditions were tried.",
        f"Of {count(evidence.precision.n)} leads that it picks, {percent(evidence.precision.rate)} were won "
        f"({percent(evidence.precision.low)} to {percent(evidence.precision.high)}); it picks {percent(evidence.recall.rate)} of "
        "the won ones. Each lead was judged by what was learned without it.",
    ]
    if evidence.won_at_once:
        said.append(f"{count(evidence.won_at_once)} leads were won sooner than that, and taught nothing.")
    said.append(
        "These figures are a little friendly: the conditions to try were chosen with all of these leads in sight. Fields and attributes "
        "are taken as they are now: look whether they were filled in only after the win. It tells what went together with winning, "
        "not what causes it."
    )
    return said


def _too_little(stage_key: str, won: int, others: int) -> Refused:
    return Refused(
        "too_little_history",
        f"There is too little history to learn a definition of {stage_title(stage_key)} from: it takes {ENOUGH_WON} won and "
        f"{ENOUGH_OTHERS} other leads that have had the time to be won; there are {count(won)} and {count(others)}. Start from "
        "what you know, and try it on the past.",
        status=409,
    )


def _nothing(stage_key: str) -> Refused:
    return Refused(
        "nothing_learned",
        f"Nothing that is known of leads in their first days tells the won ones from the others well enough to suggest a "
        f"definition of {stage_title(stage_key)}. Start from what you know, and try it on the past.",
        status=409,
    )

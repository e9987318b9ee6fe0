"""How is a lead definition tried on the past? The `backtest` of its kind, called by the worker and by the command.

Only leads of which something happened in the span that the criteria ask about are judged; those who met it in the span, and those
won in it, are judged anew from their creation on, since a lead qualifies for the first time once. Ids go by batches of the base.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from alignment.agreements.kinds import BacktestQuestion, Document, Report
from alignment.clock import now
from alignment.people.selectors import reporting_zone
from leads.definitions.backtesting import figures
from leads.definitions.backtesting.figures import Sample
from leads.definitions.backtesting.lists import LISTS, rows_of
from leads.definitions.backtesting.load import load
from leads.definitions.backtesting.models import BacktestLead
from leads.definitions.backtesting.queries import lives, sampling, winners
from leads.definitions.backtesting.queries.stirred import drawn, stirred
from leads.definitions.backtesting.saying import sentences, what_was_not_known
from leads.definitions.backtesting.span import DAY, Span
from leads.definitions.compiling.watching import watched_by
from leads.definitions.terms import LeadDefinition
from leads.funnel.stage_sets import StageSet, stage_set

BATCH = 20_000
SAMPLE = 50_000
"""Leads that a quick look takes; where there are no more, it looks at all."""

SCHEMA = 1
LOOKED, MET, LIVED = 0.1, 0.6, 0.95
"""How far it is once each part of the work is done."""


@dataclass(frozen=True)
class Trial:
    """What is tried, on what. `per_million`: how many of a million leads are looked at, None: all."""

    question: BacktestQuestion
    terms: LeadDefinition
    against: LeadDefinition | None
    span: Span
    stages: StageSet
    per_million: int | None
    report: Report


def backtest(question: BacktestQuestion, report: Report) -> Document:
    """The evidence, as docs/backtest.md tells it. The leads behind it are kept with the backtest."""
    stages = stage_set(at=question.ends_at)
    wait = winners.horizon(stages, question.ends_at)
    start = question.ends_at - question.days * DAY
    span = Span(start, question.ends_at, None if wait.seconds is None else timedelta(seconds=wait.seconds))
    of = sampling.count_leads(span.end)
    per_million = _share(of) if question.sampled else None
    trial = Trial(question, question.terms, question.against, span, stages, per_million, report)
    sample = None if per_million is None else Sample(sampling.count_leads(span.end, per_million), of)
    erased = _judge(trial)
    return _told(trial, wait, erased, sample, of)


def _share(leads: int) -> int | None:
    """How many of a million; None where all are few enough."""
    return None if leads <= SAMPLE else -(-SAMPLE * sampling.MILLION // leads)


def _judge(trial: Trial) -> int:
    """Write down everything that a list may name; how many leads won in the span were erased and cannot be judged."""
    BacktestLead.objects.filter(backtest=trial.question.backtest_id).delete()
    definitions = [trial.terms, *([trial.against] if trial.against else [])]
    with transaction.atomic():
        candidates = [_candidates(trial, one) for one in definitions]
    trial.report(LOOKED)
    met: set[int] = set()
    for n, (definition, ids) in enumerate(zip(definitions, candidates, strict=True)):
        done, whole = LOOKED + n * (MET - LOOKED) / len(definitions), (MET - LOOKED) / len(definitions)
        for batch, share in _batches(ids):
            met.update(lives.meeting(definition, batch, trial.span.start, trial.span.end))
            trial.report(done + share * whole)
    won, erased = winners.won_in(trial.stages, trial.span.start, trial.span.end, trial.per_million)
    for batch, share in _batches(sorted(met.union(won))):
        lives.keep(
            trial.question.backtest_id,
            trial.terms,
            trial.against,
            batch,
            trial.stages,
            trial.span.start,
            trial.span.end,
        )
        trial.report(MET + share * (LIVED - MET))
    return erased


def _candidates(trial: Trial, definition: LeadDefinition) -> list[int]:
    """Ids of the leads that can have met it for the first time in the span, as far as they are looked at."""
    if trial.per_million is not None:
        return drawn(definition, trial.span.end, trial.per_million)
    return stirred(definition, trial.span.start, trial.span.end)


def _batches(ids: Sequence[int]) -> Iterator[tuple[list[int], float]]:
    """The ids batch by batch, each with how far one is after it."""
    for first in range(0, len(ids), BATCH):
        yield list(ids[first : first + BATCH]), min(1.0, (first + BATCH) / len(ids))


def _told(trial: Trial, wait: winners.Horizon, erased: int, sample: Sample | None, of: int) -> Document:
    """The result, from what was written down."""
    backtest_id, span, compares = trial.question.backtest_id, trial.span, trial.against is not None
    zone: ZoneInfo = reporting_zone()
    lengths = figures.counts(backtest_id, span, compares=compares)
    told: Document = {
        "schema": SCHEMA,
        "start": moment(span.start),
        "end": moment(span.end),
        "days": trial.question.days,
        "timezone": zone.key,
        "stage": trial.question.key,
        "funnel_version": trial.stages.number,
        "computed_at": moment(now()),
        "exact": sample is None,
        "sample": None if sample is None else asdict(sample),
        "leads": of,
        "horizon_seconds": wait.seconds,
        "horizon_leads": wait.leads,
        "needed_days": span.needed_days,
        "weeks": [asdict(week) for week in figures.weeks(backtest_id, span, zone, compares=compares)],
        "counts": {key: asdict(figures.figure(length, sample)) for key, length in lengths.items()},
        "precision": {
            "this": asdict(figures.precision(lengths)),
            "in_force": asdict(figures.precision(lengths, "_in_force")) if compares else None,
        },
        "recall": {
            "this": asdict(figures.rate(lengths["won_found"], lengths["won"])),
            "in_force": asdict(figures.rate(lengths["won_found_in_force"], lengths["won"])) if compares else None,
        },
        "known": {
            "fields_as_now": lengths["qualified"] if watched_by(trial.terms).owners else 0,
            "imported_as_happened": figures.imported(backtest_id, span),
            "erased_winners": erased,
        },
        "load": None if sample else _load(trial, zone),
    }
    return {**told, "sentences": sentences(told), "not_known": what_was_not_known(told)}


def _load(trial: Trial, zone: ZoneInfo) -> Document | None:
    """Who would receive those who would have qualified; of a part of the leads nobody could tell."""
    rows = rows_of(LISTS["qualified"], trial.question.backtest_id, trial.span).order_by("this_at", "lead_id")
    qualified = [(lead_id, at) for lead_id, at in rows.values_list("lead_id", "this_at") if at is not None]
    return load(qualified, trial.question.key, trial.stages, trial.span, zone)


def moment(at: datetime) -> str:
    """`2024-01-31T09:30:00Z`."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")

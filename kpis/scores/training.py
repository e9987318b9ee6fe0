"""Can the past tell which leads are won, and how well? `train` answers with a model and its figures, or refuses. Called by the worker.

Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from alignment.refusals import Refused
from alignment.ui.words import count, span
from kpis.reports.params import rfc3339
from kpis.scores.encoding import Encoding, Numbers
from kpis.scores.features import FEATURES
from kpis.scores.fitted import Fitted
from kpis.scores.learning import LEAVES, RATE, ROUNDS, SEED, Flags, learn
from kpis.scores.measuring import bins, measured
from kpis.scores.queries import rows as past
from kpis.scores.queries.rows import Row
from kpis.scores.reasons import effects
from kpis.scores.splitting import CALIBRATE, LEARN, MOMENTS, PARTS, TEST, moments, once
from leads.definitions.backtesting.queries.winners import horizon
from leads.funnel.stage_sets import StageSet, stage_set

MOST_ROWS = 120_000
ENOUGH = ((40, 100), (20, 50), (20, 50))
"""How many won and other leads it takes to learn, to calibrate and to test."""

CODE = "too_little_history"
TELLS_NOTHING = 0.5
"""The AUC of what cannot tell leads apart."""


@dataclass(frozen=True)
class Trained:
    """A model that did best, with everything that is said of it."""

    fitted: Fitted
    kind: str
    terms: dict[str, Any]
    trained_on: dict[str, Any]
    features: list[dict[str, Any]]
    figures: dict[str, Any]
    reliability: list[dict[str, Any]]


@dataclass(frozen=True)
class Past:
    """The rows that are used, with their weights and labels."""

    rows: Sequence[Row]
    parts: np.ndarray[Any, np.dtype[np.int64]]
    weights: Numbers
    won: Flags
    leads: np.ndarray[Any, np.dtype[np.int64]]

    def of(self, encoding: Encoding, *parts: int) -> tuple[Numbers, Flags, Numbers]:
        """The rows of these parts: as a table, whether won, weights."""
        here = np.isin(self.parts, parts)
        return encoding.table(self.values(*parts)), self.won[here], self.weights[here]

    def values(self, *parts: int) -> list[Any]:
        """The values of these parts, row by row."""
        return [row.values for row in self.rows if row.part in parts]


def train(*, now: datetime) -> Trained:
    """A model worth using. `Refused`: `too_little_history`, or `nothing_learned` where it does no better than one chance for all."""
    found = attempt(now=now)
    better, base = found.figures[found.kind], found.figures["base"]["brier"]["value"]
    if better["brier"]["value"] >= base or better["auc"]["low"] <= TELLS_NOTHING:
        raise Refused(
            "nothing_learned",
            f"What was learned does not hold: on {count(found.trained_on['test']['leads'])} later leads its chances came no nearer to what "
            f"happened than the same chance for everybody (Brier {better['brier']['value']:.4f} and {base:.4f}, AUC "
            f"{better['auc']['value']:.3f}). It is not used.",
            status=409,
        )
    return found


def attempt(*, now: datetime, wait: timedelta | None = None, most_rows: int = MOST_ROWS) -> Trained:
    """Learn, calibrate and test on the past as it was known then, with the usual horizon unless another is given, however well it
    does. `Refused` with `too_little_history`.
    """
    stages = stage_set(at=now)
    found = horizon(stages, now)
    if found.seconds is None:
        raise Refused(CODE, f"Nothing has been won yet, so nothing can be learned from it. {_needs()}", status=409)
    wait = wait or timedelta(seconds=max(found.seconds, 86_400))
    first = past.first_arrivals(now)
    asked = moments(first, now, wait) if first else []
    if not asked:
        raise Refused(
            CODE,
            f"The history is too short: nine of ten won leads were won within {span(wait.total_seconds())}, and it takes more than "
            "twice that to learn from one part of the past and to test on a later one.",
            status=409,
        )
    rows = past.in_the_past(stages, asked, wait=wait, most=most_rows)
    seen = _past(rows)
    _must_suffice(seen, wait)
    return _learned(seen, asked, wait, stages, now)


def _past(rows: Sequence[Row]) -> Past:
    used, weights = once(rows) if rows else (np.zeros(0, bool), np.zeros(0))
    kept = [row for row, use in zip(rows, used, strict=True) if use]
    return Past(
        kept,
        np.array([row.part for row in kept], dtype=np.int64),
        weights[used],
        np.array([row.won for row in kept], dtype=bool),
        np.array([row.lead_id for row in kept], dtype=np.int64),
    )


def _must_suffice(seen: Past, wait: timedelta) -> None:
    there = []
    for part in (LEARN, CALIBRATE, TEST):
        here = seen.parts == part
        there.append((len(set(seen.leads[here & seen.won])), len(set(seen.leads[here & ~seen.won]))))
    if any(
        have < need for pair, wanted in zip(there, ENOUGH, strict=True) for have, need in zip(pair, wanted, strict=True)
    ):
        told = ", ".join(
            f"{count(won)} and {count(others)} to {part}" for part, (won, others) in zip(PARTS, there, strict=True)
        )
        raise Refused(
            CODE,
            f"There is too little history. {_needs()} Of open leads of which it is known whether they were won within "
            f"{span(wait.total_seconds())}, there are {told}.",
            status=409,
        )


def _needs() -> str:
    (won, others), (later_won, later_others), _test = ENOUGH
    return (
        f"It takes {won} won and {others} other leads to learn from, and {later_won} and {later_others} later ones each to calibrate "
        "and to test."
    )


def _learned(
    seen: Past, asked: Sequence[tuple[datetime, int]], wait: timedelta, stages: StageSet, now: datetime
) -> Trained:
    encoding = Encoding.learn(seen.values(LEARN))
    models = {
        kind: learn(kind, encoding, seen.of(encoding, LEARN), seen.of(encoding, CALIBRATE))
        for kind in ("trees", "logistic")
    }
    table, won, _weights = seen.of(encoding, TEST)
    leads = seen.leads[seen.parts == TEST]
    said = {kind: model.chances(table) for kind, model in models.items()}
    figures = measured(said, won, leads)
    kind = min(models, key=lambda one: figures[one]["brier"]["value"])
    newest = Encoding.learn(seen.values(LEARN, CALIBRATE))
    return Trained(
        fitted=learn(kind, newest, seen.of(newest, LEARN, CALIBRATE), seen.of(newest, TEST)),
        kind=kind,
        terms={
            "horizon_seconds": round(wait.total_seconds()),
            "funnel_version": stages.number,
            "as_of": rfc3339(now),
            "seed": SEED,
            "moments": list(MOMENTS),
            "trees": {"rounds": ROUNDS, "rate": RATE, "leaves": LEAVES},
        },
        trained_on={name: _part(seen, asked, part) for part, name in enumerate(PARTS)},
        features=_importance(models[kind], table),
        figures=figures | {"better": kind, "calibration": models[kind].calibration.method},
        reliability=[one.document() for one in bins(said[kind], won, leads)],
    )


def _part(seen: Past, asked: Sequence[tuple[datetime, int]], part: int) -> dict[str, Any]:
    here = seen.parts == part
    at = [moment for moment, of in asked if of == part]
    return {
        "since": rfc3339(at[0]),
        "until": rfc3339(at[-1]),
        "rows": int(here.sum()),
        "leads": len(set(seen.leads[here])),
        "won": len(set(seen.leads[here & seen.won])),
    }


def _importance(model: Fitted, table: Numbers) -> list[dict[str, Any]]:
    """By how many points each feature moves a chance on average; the most first."""
    moved = np.abs(effects(model, table)).mean(axis=0)
    order = np.argsort(-moved, kind="stable")
    return [{"feature": FEATURES[place].key, "points": round(float(moved[place]), 2)} for place in order]

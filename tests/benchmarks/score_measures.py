"""Scores: the chance of winning each open lead

One model learned from the past, calibrated and tested beside a second; everybody scored by it with reasons; a thousand touched leads
scored anew; and the memory that it took.
"""

from __future__ import annotations

import resource
from collections.abc import Iterator
from typing import TYPE_CHECKING

from tests.benchmarks.figures import Figure

if TYPE_CHECKING:
    from tests.benchmarks.bench import Bench

SIZES = (100_000, 1_000_000)
WRITES = True
WHY = {
    "score_all": (
        "the target was set for a hundred thousand leads, and it grows as they do: a third each is reading the log of every open lead, "
        "asking the model with and without each thing that speaks for or against it, and writing."
    ),
}


def measure(bench: Bench) -> Iterator[Figure]:
    """As of the base's end."""
    from kpis.scores import asking, scoring
    from kpis.scores.models import ModelVersion, Score
    from kpis.scores.training import train
    from leads.lifecycle.changes import touch
    from leads.records.models import Lead

    learned = bench.timed(lambda: train(now=bench.now))
    yield Figure(
        "score_learn", "Learn, calibrate and test two models", learned.seconds, "s", target=60.0, cpu=learned.cpu
    )
    version = asking.ask(by=None, now=bench.now)
    ModelVersion.objects.filter(pk=version.pk).update(
        state=ModelVersion.State.IN_USE,
        trained_at=bench.now,
        kind=learned.found.kind,
        terms=learned.found.terms,
        fitted=learned.found.fitted.document(),
    )
    scored = bench.timed(lambda: scoring.score_everybody(now=bench.now))
    if Score.objects.count() != scored.found:
        raise SystemExit(f"{scored.found:,} leads were scored, {Score.objects.count():,} have a score.")
    size = f"{scored.found:,} open leads"
    yield Figure(
        "score_all",
        "Chances with reasons of all open leads",
        scored.seconds,
        "s",
        target=10.0,
        cpu=scored.cpu,
        size=size,
    )
    touch(Lead.objects.order_by("-pk").values_list("pk", flat=True)[:1_000])
    soon = bench.timed(lambda: scoring.score_due(now=bench.now))
    yield Figure(
        "score_touched", "1,000 touched leads scored anew", soon.seconds, "s", target=2.0, growth=1.5, cpu=soon.cpu
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield Figure("score_memory", "Most memory of the process, learning and scoring", peak, "MB", target=700)

"""The measurements of scores: one model learned, everybody scored by it, a thousand touched leads scored anew, and the memory it took."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from kpis.scores import asking, scoring
from kpis.scores.models import ModelVersion, Score
from kpis.scores.training import train
from leads.lifecycle.changes import touch
from leads.records.models import Lead
from tests.benchmarks.figures import Figure
from tests.benchmarks.population import END, grow

_figure = partial(Figure, part="scores")
Found = TypeVar("Found")
Said = Callable[[str], None]


def measure(leads: int, say: Said) -> list[Figure]:
    """On a base of so many leads, as of its end."""
    size = f"{leads:,} leads, {8 * leads:,} activities"
    grow(0, leads)
    say("grown")
    before = _peak()
    learning, found = _timed(lambda: train(now=END))
    say(f"learned in {learning:.1f} s: {found.figures} {found.trained_on}")
    version = asking.ask(by=None, now=END)
    ModelVersion.objects.filter(pk=version.pk).update(
        state=ModelVersion.State.IN_USE,
        trained_at=END,
        kind=found.kind,
        terms=found.terms,
        fitted=found.fitted.document(),
    )
    scored, open_leads = _timed(lambda: scoring.score_everybody(now=END))
    say(f"scored {open_leads} in {scored:.1f} s")
    assert Score.objects.count() == open_leads
    touch(Lead.objects.values_list("pk", flat=True)[:1_000])
    soon, _looked_at = _timed(lambda: scoring.score_due(now=END))
    return [
        _figure("score_learn", "Score: learn, calibrate and test two models", learning, "s", size, target=60.0),
        _figure(
            "score_all", f"Score: chances with reasons of {open_leads:,} open leads", scored, "s", size, target=10.0
        ),
        _figure("score_touched", "Score: 1,000 touched leads", soon, "s", size, target=2.0),
        _figure(
            "score_memory",
            "Score: largest memory of the process, learning and scoring",
            _peak(),
            "MB",
            f"{before:.0f} MB before",
        ),
    ]


def _timed(work: Callable[[], Found]) -> tuple[float, Found]:
    begun = time.perf_counter()
    found = work()
    return time.perf_counter() - begun, found


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

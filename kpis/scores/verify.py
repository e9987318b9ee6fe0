"""Are the kept scores what the model in use says? Of some hundred leads a run, others each time, with and without a score.

What was known of a lead is read as of when it was scored; the model is asked in plain Python, node by node, from its document. Leads
that wait, and what another model said, may be behind.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from math import exp
from typing import Any

from django.db import connection

from kpis import freshness
from kpis.scores.fitted import LEAST_DOUBT, Fitted
from kpis.scores.queries.rows import of_now
from kpis.scores.scoring import model_in_use
from kpis.verify.compare import Finding
from leads.funnel.stage_sets import stage_set

TABLE = "scores"
SOME = 300
PLACES = 9
"""Both add up the same numbers, in another order."""

KEPT = """
SELECT lead_id, chance, computed_at FROM kpis_score
WHERE version_id = %(version)s AND lead_id NOT IN (SELECT lead_id FROM kpis_scoredue) ORDER BY random() LIMIT %(some)s
"""
WITHOUT = """
SELECT l.id FROM leads_lead l WHERE NOT EXISTS (SELECT FROM kpis_score s WHERE s.lead_id = l.id)
AND l.id NOT IN (SELECT lead_id FROM kpis_scoredue) ORDER BY random() LIMIT %(some)s
"""
STRAYS = (
    "SELECT lead_id FROM kpis_score s WHERE NOT EXISTS (SELECT FROM leads_lead l WHERE l.id = s.lead_id) ORDER BY 1"
)


def findings(now: datetime) -> Iterator[Finding]:
    """One comparison an instant of scoring, one of those without a score, and one of scores of nobody."""
    version = model_in_use()
    if version is None:
        return
    fitted = Fitted.read(version.fitted)
    scored: dict[datetime, dict[int, float]] = defaultdict(dict)
    for lead, chance, at in _read(KEPT, version.pk):
        scored[at][lead] = round(chance, PLACES)
    for at, kept in scored.items():
        yield Finding(TABLE, kept, _said(fitted, sorted(kept), at))
    noted = freshness.last("scores")
    if noted is not None and noted.detail.get("version") == version.pk:
        yield Finding(TABLE, {}, _said(fitted, [lead for (lead,) in _read(WITHOUT, version.pk)], now))
    yield Finding(TABLE, [lead for (lead,) in _read(STRAYS, version.pk)], [])


def _read(statement: str, version: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"version": version, "some": SOME})
        return list(cursor.fetchall())


def _said(fitted: Fitted, leads: Sequence[int], at: datetime) -> dict[int, float]:
    """By lead that stood open then its chance."""
    rows, document = of_now(stage_set(at=at), leads, now=at), fitted.document()
    lines = fitted.encoding.table([row.values for row in rows]).tolist()
    return {row.lead_id: round(_chance(document, line), PLACES) for row, line in zip(rows, lines, strict=True)}


def _chance(document: Mapping[str, Any], line: Sequence[float]) -> float:
    model, calibration = document["model"], document["calibration"]
    lean = model["base"]
    if model["kind"] == "logistic":
        lean += sum(weight * value for weight, value in zip(model["weights"], line, strict=True))
    else:
        lean += sum(_leaf(tree, line) for tree in model["trees"])
    if calibration["method"] == "isotonic":
        chance = _between(calibration["points"], calibration["chances"], lean)
    else:
        chance = 1 / (1 + exp(-max(-500.0, min(500.0, calibration["slope"] * lean + calibration["shift"]))))
    return max(LEAST_DOUBT, min(1 - LEAST_DOUBT, chance))


def _leaf(tree: Mapping[str, Any], line: Sequence[float]) -> float:
    node = 0
    while (column := tree["column"][node]) >= 0:
        node = tree["left" if line[column] <= tree["limit"][node] else "right"][node]
    return float(tree["value"][node])


def _between(points: Sequence[float], chances: Sequence[float], lean: float) -> float:
    """On the straight line between the two points beside it; outside, as at the outermost."""
    if lean <= points[0]:
        return chances[0]
    for at, chance, to, then in zip(points, chances, points[1:], chances[1:], strict=False):
        if lean < to:
            return chance + (then - chance) * (lean - at) / (to - at)
    return chances[-1]

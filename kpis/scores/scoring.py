"""How likely is each open lead to be won? Scored by the model in use: the touched ones soon, everybody every night and after learning.

Time passes for all, so that a score is never older than a day. Called by the worker and by `manage.py train_score`; killed at any
instant, run twice or by two at once, it ends with the same scores.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import orjson
from django.db import transaction

from kpis.freshness import note
from kpis.scores.fitted import Fitted
from kpis.scores.models import ModelVersion
from kpis.scores.queries import keep
from kpis.scores.queries.rows import of_now
from kpis.scores.reasons import documents
from leads.funnel.models import Category
from leads.funnel.stage_sets import stage_set

BATCH = 10_000


def model_in_use() -> ModelVersion | None:
    """The model that scores, if there is one."""
    return ModelVersion.objects.filter(state=ModelVersion.State.IN_USE).first()


def score_everybody(*, now: datetime, batch: int = BATCH) -> int:
    """Score all open leads; how many there were. Without a model nobody."""
    version = model_in_use()
    if version is None:
        return 0
    fitted, scored, after = Fitted.read(version.fitted), 0, 0
    stages = stage_set(at=now)
    open_keys = [key for stage in stages.forward if stage.category == Category.OPEN for key in stages.alike(stage.key)]
    while lead_ids := keep.may_be_open(after, open_keys, batch, now=now):
        with transaction.atomic():
            scored += _score(lead_ids, fitted, version.pk, now)
        after = lead_ids[-1]
    keep.drop_elsewhere(open_keys, now=now)
    note("scores", now, leads=scored, version=version.pk)
    return scored


def score_due(*, now: datetime, batch: int = BATCH) -> int:
    """Score the leads that wait; how many were looked at."""
    version = model_in_use()
    if version is None:
        return 0
    fitted, looked_at = Fitted.read(version.fitted), 0
    while True:
        with transaction.atomic():
            lead_ids = keep.take(batch)
            if not lead_ids:
                return looked_at
            _score(lead_ids, fitted, version.pk, now)
        looked_at += len(lead_ids)


def _score(lead_ids: Sequence[int], fitted: Fitted, version_id: int, now: datetime) -> int:
    rows = of_now(stage_set(at=now), lead_ids, now=now)
    values = [row.values for row in rows]
    table = fitted.encoding.table(values)
    chances = fitted.chances(table).tolist()
    why = documents(fitted, values, table)
    found = [
        keep.Scored(row.lead_id, chance, orjson.dumps(reasons).decode())
        for row, chance, reasons in zip(rows, chances, why, strict=True)
    ]
    keep.keep(lead_ids, found, version_id=version_id, now=now)
    return len(found)

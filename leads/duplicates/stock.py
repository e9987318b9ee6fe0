"""All leads compared with one another: in the background, batch by batch, with progress.

First everybody's keys are laid out, since only then it is known which of them too many share; then pairs are looked for. The
cursor moves in the transaction of its batch, so that a worker may die at any instant and the next goes on.
"""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from alignment.attempts import again_after_deadlock
from alignment.people.models import User
from leads.duplicates.finding import Clock, Compared, lay_out, pair_up
from leads.duplicates.models import StockRun
from leads.duplicates.queries import waiting
from leads.records.models import Lead

BATCH = 2_000


def begin(*, by: User | None, now: datetime) -> StockRun:
    """A run over all leads; the one that is under way, if one is."""
    try:
        with transaction.atomic():
            run = StockRun.objects.create(total=Lead.objects.count(), started_at=now, by=by)
    except IntegrityError:
        return StockRun.objects.get(finished_at=None)
    from leads.duplicates.tasks import advance_stock

    transaction.on_commit(advance_stock.delay, robust=True)
    return run


def latest() -> StockRun | None:
    """The run under way, else the last one."""
    return StockRun.objects.first()


def advance(*, now: Clock, batch: int = BATCH, wait: bool = False) -> Compared:
    """Bring the run that is under way to its end, unless somebody else is comparing; with `wait` after them."""
    done = Compared()
    while (some := _advance(now(), batch, wait)) is not None:
        done += some
    return done


@again_after_deadlock
@transaction.atomic
def _advance(now: datetime, batch: int, wait: bool) -> Compared | None:
    if not waiting.have_turn(wait=wait):
        return None
    run = StockRun.objects.select_for_update(of=("self",)).filter(finished_at=None).first()
    if run is None:
        return None
    lead_ids = waiting.following(run.cursor, batch)
    if not lead_ids:
        _end_phase(run, now)
        return Compared()
    compared = Compared()
    if run.phase == StockRun.Phase.KEYS:
        lay_out(lead_ids)
    else:
        compared = pair_up(lead_ids, now=now)
    StockRun.objects.filter(pk=run.pk).update(cursor=lead_ids[-1], done=F("done") + len(lead_ids))
    return compared


def _end_phase(run: StockRun, now: datetime) -> None:
    if run.phase == StockRun.Phase.KEYS:
        StockRun.objects.filter(pk=run.pk).update(phase=StockRun.Phase.PAIRS, cursor=0)
    else:
        StockRun.objects.filter(pk=run.pk).update(finished_at=now)

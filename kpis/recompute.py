"""How is what is derived kept right? The leads touched are recomputed, batch by batch, from the queue the database remembers.

Called by the worker every few seconds, by commands and imports when they are done. Safe twice, in parallel, and killed at any
instant: a batch leaves the queue in the transaction that recomputes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from alignment.clock import now as present
from alignment.people.selectors import reporting_zone
from kpis import cells
from kpis.attribution import keeping
from kpis.freshness import note
from kpis.leaks.queries import intervals
from kpis.metrics.kept import counting, marks
from kpis.queries import queue
from leads.definitions import runs
from leads.handoffs.routing import job
from leads.lifecycle import rebuilding
from leads.lifecycle.changes import rebuild_all
from leads.lifecycle.waiting import spread, touch_all

BATCH = 10_000
"""Marks taken at a time. Many may be of one lead."""


@dataclass(frozen=True)
class Recomputed:
    """What a run did. A lead touched again meanwhile counts again."""

    leads: int
    batches: int
    everything: bool = False


def recompute_touched(*, now: datetime, batch: int = BATCH, counted: bool = True) -> Recomputed:
    """Work off the queue: leaks and cells of every lead that waits and that nobody else has taken. `counted`: metrics of theirs, too."""
    zone = reporting_zone().key
    cells.rebuild_if_days_moved(now=now)
    leads = batches = 0
    while spread(batch=batch) | bool(done := _recompute_batch(batch, counted)):
        leads += done
        batches += bool(done)
    keeping.work_off(now=now)
    counting.work_off(now=now)
    note("leaks", now)
    note("cells", now, timezone=zone)
    return Recomputed(leads, batches)


def drain(*, counted: bool = True) -> Recomputed:
    """Work off the queue until nothing waits, what others have taken included: for commands, whose work is done when they return.

    Leads that another version of the funnel left are read anew first. Then those that wait for the definitions in force are judged:
    whoever is moved waits for recomputing, too. Then leads are handed over as the rules in force say. Metrics begin to be kept by
    the worker, or with everything else: until then they are read live. Not `counted`: metrics are counted anew by the caller.
    """
    rebuilding.finish()
    runs.work_off(now=present)
    job.drain(now=present)
    done = recompute_touched(now=present(), counted=counted)
    while queue.somebody_waits():
        more = recompute_touched(now=present(), counted=counted)
        done = Recomputed(done.leads + more.leads, done.batches + more.batches)
    keeping.follow_terms(now=present())
    if counted and counting.has_begun():
        counting.follow_basis(now=present())
        counting.work_off(now=present(), wait=True)
    return done


def recompute_everything(*, now: datetime) -> Recomputed:
    """Build all that is derived anew from the logs, to the same rows. What people changed is counted first: with all leads touched
    it could not be told which periods are due."""
    drain()
    rebuild_all()
    touch_all()
    done = drain(counted=False)
    cells.rebuild(now=now)
    keeping.rebuild(now=now)
    counting.rebuild(now=now)
    return Recomputed(done.leads, done.batches, everything=True)


@transaction.atomic
def _recompute_batch(batch: int, counted: bool) -> int:
    lead_ids = queue.take(batch)
    if lead_ids:
        intervals.keep(lead_ids)
        cells.refresh(lead_ids)
        keeping.note_leads(lead_ids)
        if counted:
            marks.note_leads(lead_ids)
    return len(lead_ids)

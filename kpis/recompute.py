"""How is what is derived kept right? The leads touched are recomputed, batch by batch, from the queue the database remembers.

Called by the worker every few seconds, by commands and imports when they are done. Safe twice, in parallel, and killed at any
instant: a batch leaves the queue in the transaction that recomputes it. Batches take turns, and lock no lead.
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
from kpis.leaks.queries import counts, intervals
from kpis.metrics.kept import counting, marks
from kpis.queries import queue
from leads.definitions import runs
from leads.handoffs.routing import job
from leads.lifecycle import rebuilding
from leads.lifecycle.changes import rebuild_all
from leads.lifecycle.waiting import spread
from leads.records.models import Lead
from leads.records.texts import keep_texts

BATCH = 10_000
"""Marks taken at a time, or leads read anew. Many marks may be of one lead."""


@dataclass(frozen=True)
class Recomputed:
    """What a run did. A lead touched again meanwhile counts again."""

    leads: int
    batches: int
    everything: bool = False


def recompute_touched(*, now: datetime, batch: int = BATCH, counted: bool = True, wait: bool = False) -> Recomputed:
    """Work off the queue: leaks and cells of every lead that waits by now. `counted`: metrics of theirs, too.

    Who begins to wait meanwhile is left to the next run: beside people at work there would be no end. Where somebody else is
    at it, the work is left to them, or with `wait` gone on with when they are done. Days are noted as those of the zone that there was
    when it began: should it become another one meanwhile, the next run counts anew.
    """
    zone = reporting_zone().key
    cells.rebuild_if_days_moved(now=now)
    leads = batches = 0
    last = queue.last_mark()
    while (done := _recompute_batch(batch, last, counted, wait)) is not None:
        leads += done
        batches += bool(done)
        if not done:
            if not spread(batch=batch):
                break
            last = queue.last_mark()
    keeping.work_off(now=now)
    counting.work_off(now=now)
    if done is not None:
        note("leaks", now)
        note("cells", now, timezone=zone)
    return Recomputed(leads, batches)


def drain(*, counted: bool = True) -> Recomputed:
    """Work off all that waits by now, what others have taken included: for commands, whose work is done when they return.

    Leads that another version of the funnel left are read anew first. Then those that wait for the definitions in force are judged:
    whoever is moved waits for recomputing, too. Then leads are handed over as the rules in force say. Metrics begin to be kept by
    the worker, or with everything else: until then they are read live. Not `counted`: metrics are counted anew by the caller.
    """
    rebuilding.finish()
    runs.work_off(now=present)
    job.drain(now=present)
    last = queue.last_mark()
    done = recompute_touched(now=present(), counted=counted, wait=True)
    while queue.somebody_waits(last=last):
        more = recompute_touched(now=present(), counted=counted, wait=True)
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
    keep_texts()
    done = rebuild_leaks()
    cells.rebuild(now=now)
    keeping.rebuild(now=now)
    counting.rebuild(now=now)
    return done


def rebuild_leaks() -> Recomputed:
    """Compute every lead's leaks anew, batch by batch, and write what differs."""
    leads = batches = after = 0
    while ids := list(Lead.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            queue.await_turn()
            intervals.keep(ids)
        leads, batches, after = leads + len(ids), batches + 1, ids[-1]
    with transaction.atomic():
        queue.await_turn()
        intervals.forget_strays()
        counts.recount()
    return Recomputed(leads, batches, everything=True)


@transaction.atomic
def _recompute_batch(batch: int, last: int, counted: bool, wait: bool) -> int | None:
    """How many leads were recomputed; None where somebody else is at it."""
    if wait:
        queue.await_turn()
    elif not queue.take_turn():
        return None
    lead_ids = queue.take(batch, last=last)
    if lead_ids:
        intervals.keep(lead_ids)
        cells.refresh(lead_ids)
        keeping.note_leads(lead_ids)
        if counted:
            marks.note_leads(lead_ids)
    return len(lead_ids)

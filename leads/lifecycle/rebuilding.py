"""How does what is kept of leads follow a new funnel? Batch by batch, in the background; what is not there yet is not read.

What is kept of a lead says by which version of the funnel: what another version left is the work to do, and nothing else has to
be remembered. Killed at any instant, run twice or by several at once, it ends in the same state.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q, QuerySet

from alignment.attempts import again_after_deadlock
from leads.funnel.stage_sets import StageSet, stage_set
from leads.lifecycle.changes import KEEP_BATCH, touch
from leads.lifecycle.models import Progress
from leads.lifecycle.queries.keep import keep
from leads.records.models import Lead


def is_kept(stages: StageSet) -> bool:
    """Whether what is kept of every lead is by this version; within one snapshot what is read after it is, too."""
    return not _kept_by_others(stages).exists()


def leads_behind() -> int:
    """Of how many leads what is kept is by another version than the one in force."""
    return _kept_by_others(stage_set()).count()


def leads_kept() -> int:
    """Of how many leads something is kept."""
    return Progress.objects.count()


def rebuild() -> int:
    """Bring everything kept to the version in force, leads that others are at left to them; how many leads it was."""
    done = 0
    while some := rebuild_batch():
        done += some
    return done


def finish() -> int:
    """The same, waiting for leads that others are at: for commands, whose work is done when they return."""
    done = 0
    while some := rebuild_batch(wait=True):
        done += some
    return done


def hurry() -> None:
    """Have a worker look as soon as this transaction is there for it to see; should that fail, the sweep comes."""
    from leads.lifecycle.tasks import rebuild_kept

    transaction.on_commit(rebuild_kept.delay, robust=True)


@again_after_deadlock
@transaction.atomic
def rebuild_batch(*, wait: bool = False, batch: int = KEEP_BATCH) -> int:
    """Read some leads anew by the funnel in force and let them wait for recomputing; how many. 0: nothing left, or others are at it."""
    stages = stage_set()
    behind = _kept_by_others(stages).order_by("version", "lead")[:batch].values("lead")
    leads = Lead.objects.select_for_update(skip_locked=not wait).filter(pk__in=behind).order_by("pk")
    ids = list(leads.values_list("pk", flat=True))
    if ids:
        keep(ids, stages)
        touch(ids)
    return len(ids)


def _kept_by_others(stages: StageSet) -> QuerySet[Progress]:
    """Two ranges of the index on the version, both empty as a rule."""
    return Progress.objects.filter(Q(version__lt=stages.version_id) | Q(version__gt=stages.version_id))

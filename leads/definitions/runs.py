"""All leads judged anew because a version came into force: in the background, batch by batch, with progress.

The machine of agreements says when one begins; the worker advances it. The cursor moves in the transaction of its batch, so that
a worker may die at any instant; of two workers one finds the run taken and leaves.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from alignment.agreements.kinds import Scope, Work
from alignment.agreements.models import Version
from alignment.agreements.periods import begin_due
from alignment.attempts import again_after_deadlock
from leads.definitions.judging import FIRST, MOST_ROUNDS, Clock, Endless, Judged, drain, judge_leads
from leads.definitions.models import DefinitionRun
from leads.definitions.queries import evaluations, waiting
from leads.definitions.terms import LeadDefinition
from leads.records.models import Lead


def begun(version_id: int, _terms: LeadDefinition, scope: Scope) -> None:
    """A version came into force: every lead is to be judged by it. Twice begins anew; what an earlier version began ends here,
    since this run judges each lead by every version for its time.
    """
    moment = scope.settled_at or scope.now
    key = Version.objects.values_list("agreement_id", flat=True).get(pk=version_id)
    DefinitionRun.objects.filter(version__agreement=key, finished_at=None).exclude(version=version_id).update(
        finished_at=moment
    )
    fresh = {
        "cursor": 0,
        "done": 0,
        "moved": 0,
        "total": Lead.objects.count(),
        "started_at": moment,
        "finished_at": None,
    }
    DefinitionRun.objects.update_or_create(version_id=version_id, defaults=fresh)
    from leads.definitions.tasks import advance_runs

    transaction.on_commit(advance_runs.delay, robust=True)


def work(version_id: int) -> Work | None:
    """What the beginning of this version set going and is not done yet."""
    run = DefinitionRun.objects.filter(version=version_id, finished_at=None).first()
    return None if run is None else Work("Leads judged by this version", run.done, max(run.total, run.done))


def advance(*, now: Clock, batch: int = FIRST) -> Judged:
    """Bring every run that nobody else is at to its end."""
    done, failing = Judged(), set[str]()
    while (some := _advance(now(), batch, failing)) is not None:
        done += some
    evaluations.forget_companies(now())
    return done


def work_off(*, now: Clock) -> Judged:
    """Begin what is due, judge all who wait and all whom runs are yet to come to, what others are at included: for commands, whose
    work is done when they return.
    """
    begin_due(now=now())
    done = drain(now=now)
    for _round in range(MOST_ROUNDS):
        if not _somebody_is_at_it():
            return done
        done += advance(now=now) + drain(now=now)
    raise Endless(f"Runs over all leads are not done after {MOST_ROUNDS:,} rounds. Look which: leads_definitionrun.")


@transaction.atomic
def _somebody_is_at_it() -> bool:
    """Whether a run is not done yet; one that somebody has taken is waited for."""
    return (
        DefinitionRun.objects.select_for_update(of=("self",)).filter(finished_at=None).order_by("pk").first()
        is not None
    )


@again_after_deadlock
@transaction.atomic
def _advance(now: datetime, batch: int, failing: set[str]) -> Judged | None:
    waits = DefinitionRun.objects.select_for_update(skip_locked=True, of=("self",)).filter(finished_at=None)
    run = waits.order_by("pk").first()
    if run is None:
        return None
    lead_ids = waiting.following(run.cursor, batch)
    if not lead_ids:
        DefinitionRun.objects.filter(pk=run.pk).update(finished_at=now)
        return Judged()
    judged = judge_leads(lead_ids, now=now, failing=failing)
    DefinitionRun.objects.filter(pk=run.pk).update(
        cursor=lead_ids[-1], done=F("done") + judged.leads, moved=F("moved") + judged.moved
    )
    return judged


def under_way() -> int:
    """How many runs are not done yet."""
    return DefinitionRun.objects.filter(finished_at=None).count()

"""How is a model asked for, learned and put in use? Remembered in the database, worked off once, safe to kill at any instant."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from alignment.clock import now as present
from alignment.people.models import User
from alignment.refusals import Refused
from kpis.scores import scoring
from kpis.scores.models import ModelVersion
from kpis.scores.training import Trained, train

State = ModelVersion.State
LEASE = timedelta(minutes=15)
WEEK = timedelta(days=7)
log = logging.getLogger(__name__)


@transaction.atomic
def ask(*, by: User | None, now: datetime) -> ModelVersion:
    """Have a model learned anew; asked again while that waits or runs, it is one. Refused `not_operator` for who may not.

    Nobody (`by` None) is the timetable or the command line.
    """
    if by is not None and not by.is_operator:
        raise Refused("not_operator", "Operators have the score learned anew.", status=403)
    at_work = ModelVersion.objects.filter(state__in=(State.QUEUED, State.RUNNING)).first()
    if at_work is not None:
        return at_work
    made, new = ModelVersion.objects.get_or_create(state=State.QUEUED, defaults={"asked_at": now, "asked_by": by})
    if new:
        from kpis.scores.tasks import work_off_training

        transaction.on_commit(work_off_training.delay, robust=True)
    return made


def ask_weekly(*, now: datetime) -> None:
    """Have a model learned where none was asked for within a week."""
    last = ModelVersion.objects.first()
    if last is None or now - last.asked_at >= WEEK:
        ask(by=None, now=now)


def work_off() -> int:
    """Learn what was asked for, also what a worker that is gone has left; how many were taken."""
    taken = 0
    while (version := _take()) is not None:
        learn_now(version)
        taken += 1
    return taken


def learn_now(version: ModelVersion) -> None:
    """Learn one that this worker has taken, put it in use, and score everybody by it."""
    try:
        found = train(now=version.asked_at)
    except Refused as refused:
        _end(version, State.REFUSED, refused.code, refused.detail)
    except Exception as error:
        log.exception("Learning of score model %s stopped", version.pk)
        _end(version, State.FAILED, "unexpected", f"Something unexpected stopped it: {type(error).__name__}.")
    else:
        if _put_in_use(version, found):
            scoring.score_everybody(now=present())


@transaction.atomic
def _take() -> ModelVersion | None:
    moment = present()
    waits = Q(state=State.QUEUED) | Q(state=State.RUNNING, lease_until__lt=moment)
    version = ModelVersion.objects.select_for_update(skip_locked=True).filter(waits).order_by("pk").first()
    if version is not None:
        version.state, version.lease_until = State.RUNNING, moment + LEASE
        version.save(update_fields=["state", "lease_until"])
    return version


@transaction.atomic
def _put_in_use(version: ModelVersion, found: Trained) -> bool:
    """Whether it was still ours to end; the one before is kept."""
    list(ModelVersion.objects.select_for_update().filter(Q(state=State.IN_USE) | Q(pk=version.pk)).order_by("pk"))
    if not _mine(version).exists():
        return False
    ModelVersion.objects.filter(state=State.IN_USE).update(state=State.KEPT)
    return bool(
        _mine(version).update(
            state=State.IN_USE,
            lease_until=None,
            trained_at=present(),
            kind=found.kind,
            terms=found.terms,
            trained_on=found.trained_on,
            features=found.features,
            figures=found.figures,
            reliability=found.reliability,
            fitted=found.fitted.document(),
        )
    )


def _end(version: ModelVersion, state: str, code: str, why: str) -> None:
    _mine(version).update(state=state, lease_until=None, code=code, error=why)


def _mine(version: ModelVersion):  # type: ignore[no-untyped-def]
    return ModelVersion.objects.filter(pk=version.pk, state=State.RUNNING, lease_until=version.lease_until)

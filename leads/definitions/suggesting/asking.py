"""How is a suggestion asked for, and worked off? Remembered in the database, computed once by a worker, safe to kill at any instant."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from alignment.agreements.backtests import DEFAULT_DAYS, MOST_DAYS, ask_backtest
from alignment.agreements.drafts import check_key, start_draft
from alignment.agreements.entitlement import require_writer
from alignment.agreements.kinds import find_kind
from alignment.clock import now as present
from alignment.people.models import User
from alignment.refusals import Refused
from leads.definitions.suggesting.history import Suggestion, suggest
from leads.definitions.suggesting.models import SuggestionRun
from leads.definitions.terms import KIND

LEASE = timedelta(minutes=5)
DAY = timedelta(days=1)
AT_WORK = (SuggestionRun.State.QUEUED, SuggestionRun.State.RUNNING)
log = logging.getLogger(__name__)


class TakenOver(Exception):
    """Somebody else works it off by now."""


@transaction.atomic
def ask_suggestion(key: str, *, by: User, now: datetime) -> SuggestionRun:
    """Have a definition suggested for the stage of that key; asked twice by somebody while it waits, it is one.

    Refused: `invalid_key` where the stage can have no definition, and for who may not draft.
    """
    require_writer(by)
    check_key(find_kind(KIND), key)
    User.objects.select_for_update().get(pk=by.pk)
    waiting = SuggestionRun.objects.filter(key=key, asked_by=by, state__in=AT_WORK).first()
    if waiting is not None:
        return waiting
    made = SuggestionRun.objects.create(key=key, asked_by=by, asked_at=now)
    from leads.definitions.tasks import work_off_suggestions

    transaction.on_commit(work_off_suggestions.delay, robust=True)
    return made


def work_off() -> int:
    """Work off what waits, also what a worker that is gone has left; how many were taken."""
    taken = 0
    while (run := _take()) is not None:
        _work_off(run)
        taken += 1
    return taken


def _work_off(run: SuggestionRun) -> None:
    try:
        found = suggest(run.key, now=run.asked_at, report=lambda share: _note(run, share))
        _finish(run, found)
    except TakenOver:
        pass
    except Refused as refused:
        _fail(run, refused.code, refused.detail)
    except Exception as error:
        log.exception("Suggestion %s stopped", run.pk)
        _fail(run, "unexpected", f"Something unexpected stopped it: {type(error).__name__}.")


@transaction.atomic
def _take() -> SuggestionRun | None:
    moment = present()
    waits = Q(state=SuggestionRun.State.QUEUED) | Q(state=SuggestionRun.State.RUNNING, lease_until__lt=moment)
    run = SuggestionRun.objects.select_for_update(skip_locked=True, of=("self",)).filter(waits).order_by("pk").first()
    if run is not None:
        run.state, run.lease_until = SuggestionRun.State.RUNNING, moment + LEASE
        run.save(update_fields=["state", "lease_until"])
    return run


def _note(run: SuggestionRun, share: float) -> None:
    lease = present() + LEASE
    if not _mine(run).update(progress=share, lease_until=lease):
        raise TakenOver
    run.lease_until = lease


@transaction.atomic
def _finish(run: SuggestionRun, found: Suggestion) -> None:
    """Its draft, the evidence, and its backtest asked for: all of it or nothing."""
    moment = present()
    if not SuggestionRun.objects.select_for_update().filter(pk=run.pk, lease_until=run.lease_until).exists():
        raise TakenOver
    note = " ".join(found.evidence.sentences)
    draft = start_draft(KIND, run.key, found.document, author=run.asked_by, now=moment, note=note)
    wait = timedelta(seconds=found.evidence.wait_seconds)
    ask_backtest(draft, by=run.asked_by, now=moment, days=min(MOST_DAYS, max(DEFAULT_DAYS, -(-2 * wait // DAY))))
    _mine(run).update(
        state=SuggestionRun.State.DONE, progress=1, lease_until=None, finished_at=moment, version=draft,
        evidence=found.evidence.document(),
    )  # fmt: skip


def _fail(run: SuggestionRun, code: str, why: str) -> None:
    _mine(run).update(state=SuggestionRun.State.FAILED, lease_until=None, finished_at=present(), code=code, error=why)


def _mine(run: SuggestionRun):  # type: ignore[no-untyped-def]
    return SuggestionRun.objects.filter(pk=run.pk, state=SuggestionRun.State.RUNNING, lease_until=run.lease_until)

"""What would a version have done with the past? Asked for by people, computed once by a worker, kept with the version."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from alignment.agreements.drafts import lock_version, upgraded
from alignment.agreements.entitlement import as_they_are, require_writer
from alignment.agreements.in_force import in_force
from alignment.agreements.kinds import BacktestQuestion, Document, Kind, Report, find_kind
from alignment.agreements.models import Backtest, Version
from alignment.agreements.terms import parse_terms
from alignment.attempts import again_after_deadlock
from alignment.clock import now as present
from alignment.people.models import User
from alignment.refusals import FieldError, Refused

log = logging.getLogger(__name__)

DEFAULT_DAYS, MOST_DAYS = 90, 1_100
LEASE = timedelta(minutes=5)
"""How long a worker may be silent before another one takes its backtest over."""

MOST_ATTEMPTS = 3
"""A backtest that takes its worker down with it every time is not begun for ever."""


class TakenOver(Exception):
    """Somebody else computes this one by now: the lease was lost."""


def ask_backtest(
    version: Version,
    *,
    by: User | None,
    now: datetime,
    days: int = DEFAULT_DAYS,
    ends_at: datetime | None = None,
    sampled: bool = False,
) -> Backtest:
    """Have a version tried on the past; the same question about the same wording, asked while it waits, is one.

    `sampled` asks for a quick look, where the kind takes any. Refused: `no_backtest` where the kind has none, `invalid_number`,
    `in_the_future`.
    """
    if by is not None:
        require_writer(by)
    kind = find_kind(version.agreement.kind)
    _backtester(kind)
    if not 1 <= days <= MOST_DAYS:
        detail = f"days must be a whole number from 1 to {MOST_DAYS}."
        raise Refused("invalid_number", detail, [FieldError("days", "invalid_number", detail)])
    if ends_at is not None and ends_at > now:
        detail = "A backtest ends now or earlier: what is to come is not known."
        raise Refused("in_the_future", detail, [FieldError("ends_at", "in_the_future", detail)])
    return _queue(version.pk, by=by, now=now, days=days, ends_at=ends_at, sampled=sampled and kind.samples)


@again_after_deadlock
@transaction.atomic
def _queue(
    version_id: int, *, by: User | None, now: datetime, days: int, ends_at: datetime | None, sampled: bool
) -> Backtest:
    version = lock_version(version_id)
    if by is not None:
        require_writer(as_they_are(by))
    terms = upgraded(version)
    same = Backtest.objects.filter(version=version, days=days, sampled=sampled, state__in=["queued", "running"])
    if ends_at is None and (waiting := same.filter(terms=terms).first()):
        return waiting
    made = Backtest.objects.create(
        version=version,
        terms=terms,
        days=days,
        ends_at=ends_at or now,
        sampled=sampled,
        asked_by=by,
        asked_at=now,
    )
    from alignment.agreements.tasks import run_backtests

    transaction.on_commit(run_backtests.delay, robust=True)
    return made


def run_waiting() -> int:
    """Compute what waits, one after another, also what a worker that is gone has left; how many were taken."""
    taken = 0
    while (backtest := _take()) is not None:
        compute(backtest)
        taken += 1
    return taken


def compute(backtest: Backtest) -> Backtest:
    """Compute one that was taken; a failure is told with it and harms nobody else."""
    if backtest.attempts > MOST_ATTEMPTS:
        _fail(backtest, f"It was begun {MOST_ATTEMPTS} times, and each time its worker was gone before the end.")
        backtest.refresh_from_db()
        return backtest
    try:
        result = _computed(backtest)
        _finish(backtest, state="done", progress=1.0, result=result, error="")
    except TakenOver:
        pass
    except Refused as refused:
        _fail(backtest, refused.detail)
    except Exception as error:
        log.exception("Backtest %s stopped", backtest.pk)
        _fail(backtest, f"Something unexpected stopped it: {type(error).__name__}.")
    backtest.refresh_from_db()
    return backtest


def _computed(backtest: Backtest) -> Document:
    kind, key = find_kind(backtest.version.agreement.kind), backtest.version.agreement.key
    against = in_force(kind.key, key, backtest.ends_at)
    if against is not None and against.version_id == backtest.version_id:
        against = None
    question = BacktestQuestion(
        backtest_id=backtest.pk,
        key=key,
        terms=parse_terms(kind, backtest.terms),
        against=against.terms if against else None,
        days=backtest.days,
        ends_at=backtest.ends_at,
        sampled=backtest.sampled,
    )
    result = _backtester(kind)(question, lambda share: _note(backtest, share))
    return {**result, "against_version": against.number if against else None}


def _backtester(kind: Kind[Any]) -> Callable[[BacktestQuestion, Report], Document]:
    if kind.backtest is None:
        raise Refused("no_backtest", "This kind of agreement has nothing to try on the past.", status=409)
    return kind.backtest


@transaction.atomic
def _take() -> Backtest | None:
    moment = present()
    waits = Q(state="queued") | Q(state="running", lease_until__lt=moment)
    found = (
        Backtest.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("version__agreement")
        .filter(waits)
        .order_by("pk")
        .first()
    )
    if found is not None:
        found.state, found.lease_until, found.attempts = "running", moment + LEASE, found.attempts + 1
        found.save(update_fields=["state", "lease_until", "attempts"])
    return found


def _note(backtest: Backtest, share: float) -> None:
    lease = present() + LEASE
    kept = Backtest.objects.filter(pk=backtest.pk, state="running", lease_until=backtest.lease_until).update(
        progress=max(0.0, min(1.0, share)), lease_until=lease
    )
    if not kept:
        raise TakenOver
    backtest.lease_until = lease


def _finish(backtest: Backtest, **fields: object) -> None:
    kept = Backtest.objects.filter(pk=backtest.pk, state="running", lease_until=backtest.lease_until).update(
        finished_at=present(), lease_until=None, **fields
    )
    if not kept:
        raise TakenOver


def _fail(backtest: Backtest, why: str) -> None:
    """Say why it failed, unless somebody else has taken it over: then they say what came of it."""
    with suppress(TakenOver):
        _finish(backtest, state="failed", error=why)

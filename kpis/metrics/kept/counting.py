"""How are counts and sums kept right? By the difference that each touched subject makes; all anew where the ground has changed.

The only writer of facts and of the values of summed metrics. Killed at any instant, run twice or by several at once: the same rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import connection, transaction

from kpis import freshness
from kpis.metrics.declaring import Computed, Summed
from kpis.metrics.kept import marks
from kpis.metrics.kept.basis import OF_UNITS, WHAT, Ground, ground, is_current, noted
from kpis.metrics.kept.models import Cause
from kpis.metrics.kept.queries import differences, due, everything, facts, locks, numbers
from kpis.metrics.periods import GRACE

BATCH = 2_000
BIG_CHANGE = 50_000
"""So many marks that wait are a big change: all is counted anew."""

OVERLAP = timedelta(hours=1)
"""What was recorded so long before the last counting may have come to it only now."""

MOST_ZEROS = timedelta(days=3660)


def work_off(*, now: datetime, wait: bool = False) -> int:
    """Count the subjects that wait and what is ripe by now; how many values changed. Nothing where all is to be counted anew."""
    there = ground(now)
    changed, earliest = 0, None
    while True:
        with transaction.atomic():
            if wait:
                locks.lock()
            elif not locks.try_lock():
                return changed
            if not is_current(there) or _is_big():
                return changed
            if (subjects := _count_some(there)) or _ripen(there):
                changed += _apply(there)
            earliest = min(filter(None, (earliest, differences.earliest())), default=None)
            if not subjects:
                _note(there, earliest)
                return changed


def has_begun() -> bool:
    """Whether anything was ever counted. Until it is, metrics are read live."""
    return freshness.last(WHAT) is not None


def follow_basis(*, now: datetime, wait: bool = True) -> bool:
    """Count everything anew if what it rests on is another by now, or much changed; whether it did."""
    there = ground(now)
    if is_current(there) and not _is_big():
        return False
    return rebuild(now=now, wait=wait) is not None


SIZES = "ANALYZE kpis_leak, kpis_credit"
"""Both may have been made anew a moment ago: a planner that takes them for empty reads them whole for each deal."""


@transaction.atomic
def rebuild(*, now: datetime, wait: bool = True) -> int | None:
    """Count everything anew, in one transaction, so that nobody sees half; how many values changed. None: somebody else is at it."""
    if wait:
        locks.lock()
    elif not locks.try_lock():
        return None
    there = ground(now)
    cause, groups = _why(there)
    whole = cause is not Cause.CORRECTION or marks.waiting()[0] > 0
    marks.take_all()
    ids = numbers.number_metrics(there.metrics.values())
    numbers.number_all_groups()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '48MB'; SET LOCAL maintenance_work_mem = '96MB'")
        cursor.execute(SIZES)
    facts.fill(there)
    summed, computed = _kinds(there, ids)
    since, today = everything.first_day(), _today(there)
    everything.add_up(summed, today, _zeros_since(since, today))
    if since is not None:
        _note_due(there, ids, max(since, today - MOST_ZEROS), cause, whole=whole)
    changed = everything.replace(
        summed, computed, now, cause=cause, groups=groups, zone=there.params.zone.key, window=there.params.window
    )
    facts.swap()
    _note(there, since, whole=True)
    return changed


def _count_some(there: Ground) -> int:
    differences.make_table()
    taken = marks.take(BATCH)
    if not taken:
        return 0
    who, last = due.follows(there.metrics, numbers.number_metrics(there.metrics.values())), freshness.last(WHAT)
    for subject, causes in taken.items():
        facts.replace(there, subject, list(causes))
        differences.note_differences(subject, causes)
        due.note_touched(who, there, causes, told_since=(last.at if last else there.now) - OVERLAP)
    return sum(map(len, taken.values()))


def _ripen(there: Ground) -> int:
    ripe = differences.note_ripe(there.now)
    if ripe:
        due.note_ripe(due.follows(there.metrics, numbers.number_metrics(there.metrics.values())), _today(there))
    return ripe


def _apply(there: Ground) -> int:
    return differences.apply(there.now, zone=there.params.zone.key, window=there.params.window)


def _is_big() -> bool:
    count, all_of_it = marks.waiting()
    return all_of_it or count > BIG_CHANGE


def _why(there: Ground) -> tuple[Cause | None, bool]:
    """Why values of closed periods may change, and whether those of groups are revised as well."""
    before = noted()
    if before is None or any(before.get(name) != there.basis[name] for name in OF_UNITS):
        return None, False
    _count, renamed = marks.waiting()
    return (Cause.CORRECTION if before == there.basis else Cause.DEFINITION), not renamed


def _note_due(there: Ground, ids: Mapping[str, int], since: date, cause: Cause | None, *, whole: bool) -> None:
    """Mark the computed metrics: every period (`whole`), or those that changed and those that had not closed two days ago."""
    today = _today(there)
    if whole:
        _summed, computed = _kinds(there, ids)
        due.note_span(computed, since, today, due.TIME if cause is None else cause)
        return
    due.note_changed(due.follows(there.metrics, ids, values=True), today, cause or 0)
    for windowed in (False, True):
        some = [ids[m.key] for m in there.metrics.values() if isinstance(m, Computed) and m.windowed is windowed]
        open_since = today - GRACE - timedelta(days=2) - (there.params.window if windowed else timedelta())
        due.note_span(some, max(since, open_since), today)


def _kinds(there: Ground, ids: Mapping[str, int]) -> tuple[list[int], list[int]]:
    summed = [ids[metric.key] for metric in there.metrics.values() if isinstance(metric, Summed)]
    return summed, [ids[metric.key] for metric in there.metrics.values() if isinstance(metric, Computed)]


def _note(there: Ground, earliest: date | None = None, *, whole: bool = False) -> None:
    """Say that all is counted, having begun the periods that begin today. `earliest`: the first day that counts, or changed."""
    last = freshness.last(WHAT)
    kept = {} if last is None or whole else last.detail
    today = _today(there)
    before = _zeros_since(date.fromisoformat(kept["since"]) if kept.get("since") else None, today)
    since = min(filter(None, (before, _zeros_since(earliest, today))), default=None)
    begun = date.fromisoformat(kept["today"]) if "today" in kept else today
    if since is not None and not whole and (since != before or begun < today):
        first = begun if since == before else since
        summed, computed = _kinds(there, numbers.number_metrics(there.metrics.values()))
        everything.store_zeros(summed, first, today, there.now)
        due.note_span(computed, first, today)
    freshness.note(
        WHAT,
        there.now,
        basis=dict(there.basis),
        today=today.isoformat(),
        since=since.isoformat() if since else None,
        rebuilt=there.now.isoformat() if whole else kept.get("rebuilt"),
    )


def _today(there: Ground) -> date:
    return there.now.astimezone(there.params.zone).date()


def _zeros_since(since: date | None, today: date) -> date | None:
    return None if since is None or since > today else max(since, today - MOST_ZEROS)

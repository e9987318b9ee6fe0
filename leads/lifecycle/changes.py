"""How does a lead come into a stage? The only writer of stages, owners and what is kept of them.

One lead moved by a click and a hundred thousand imported go through the same statements: the log is appended,
what is kept is brought up to date, and the leads are marked for recomputing, all in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import IntegrityError, connection, transaction

from alignment import clock
from alignment.agreements.kinds import ONLY_KEY
from alignment.agreements.laying_in import is_signed, lay_in
from alignment.attempts import again_after_deadlock
from alignment.copying import FEW
from alignment.people.models import User
from alignment.plans import note_growth
from alignment.prepared import Call
from alignment.ranges import in_ranges
from alignment.refusals import Refused
from leads.duplicates.following import must_stand
from leads.funnel import stage_sets
from leads.funnel.models import FORWARD
from leads.funnel.reading import read_stage_set
from leads.funnel.sealing import dropped_keys
from leads.funnel.stage_sets import StageSet, StageTerms
from leads.funnel.terms import KIND, document_of
from leads.lifecycle.models import StageChange, StageVoid
from leads.lifecycle.queries import append
from leads.lifecycle.queries.begin import begin, begin_leads
from leads.lifecycle.queries.copying import copy_changes, copy_values
from leads.lifecycle.queries.keep import keep
from leads.lifecycle.queries.unlike import unlike
from leads.lifecycle.recording import known_from
from leads.records.models import Lead

TOLERANCE = timedelta(minutes=5)
"""How far in the future `at` may lie: clocks differ a little."""

COMPARED = 50_000
"""Leads that a rebuild looks at together, without a lock."""

LEARNT = 10
"""After so many batches in a row the planner hears of what was written."""

KEEP_BATCH = 500
"""Leads written together: whoever moves one of them meanwhile waits some hundredths of a second."""


class NewChange(NamedTuple):
    """A row for the log of stages. `identity` makes the same row of a file, sent twice, one.

    `agreement_version_id`: the version of an agreement that moved the lead, where a machine applied one.
    """

    lead_id: int
    to: str
    at: datetime
    cause: str
    reason: str | None = None
    owner_id: int | None = None
    team_id: int | None = None
    by_id: int | None = None
    deal_id: int | None = None
    identity: str | None = None
    agreement_version_id: int | None = None


class NewValue(NamedTuple):
    """A row for the log of what may change: `ref` for owner, team and campaign, `text` for the rest."""

    lead_id: int
    field: str
    at: datetime
    ref: int | None = None
    text: str | None = None


def append_changes(
    rows: Sequence[NewChange],
    *,
    recorded_at: datetime,
    actor_id: int | None = None,
    import_id: int | None = None,
    told: bool = False,
) -> list[int]:
    """Append to the log; ids of the rows that were new. Refused with `unknown_stage` where the funnel has no such key.

    The caller holds a transaction that uses the funnel (`lock` does, or `use_funnel`), and calls `bring_up_to_date`. `told`: it has
    said by `known_from` since when this is known.
    """
    if not rows:
        return []
    stages = _stages_of(rows)
    if len(rows) > FEW:
        try:
            with transaction.atomic():
                return copy_changes(
                    rows, recorded_at=recorded_at, actor=actor_id, import_id=import_id, version=stages.version_id
                )
        except IntegrityError:
            pass  # one of them is there already: each is asked for by itself
    return append.run(
        append.APPEND_CHANGES, rows, recorded_at=recorded_at, actor=actor_id, import_id=import_id,
        version=stages.version_id, told=told,
    )  # fmt: skip


def _stages_of(rows: Sequence[NewChange]) -> StageSet:
    """The stages there are, which these changes name."""
    stages = stage_sets.stage_set()
    if unknown := sorted({row.to for row in rows} - stages.by_key.keys()):
        raise _unknown_stage(", ".join(unknown), stages)
    return stages


def append_values(
    rows: Sequence[NewValue],
    *,
    recorded_at: datetime,
    actor_id: int | None = None,
    import_id: int | None = None,
    told: bool = False,
) -> None:
    """Append owners, campaigns and the like; an owner brings their team. The caller calls `bring_up_to_date`."""
    if len(rows) > FEW:
        copy_values(rows, recorded_at=recorded_at, actor=actor_id, import_id=import_id)
    elif rows:
        append.run(append.APPEND_VALUES, rows, recorded_at=recorded_at, actor=actor_id, import_id=import_id, told=told)


def lock(lead_ids: Iterable[int], *, alone: bool = False) -> list[int]:
    """Lock these leads, in order of id, until the transaction ends, and before them the stages there are; ids, sorted.

    Nobody else moves, offers or edits them meanwhile; what happened goes on being logged. `alone`: nothing new points at them either,
    which whoever takes leads away or joins them needs.
    """
    ids = sorted(set(lead_ids))
    append.for_leads(append.LOCK_ALONE if alone else append.LOCK_LEADS, ids)
    return ids


def touch(lead_ids: Iterable[int]) -> None:
    """Mark leads for recomputing, in the transaction of whatever changed them."""
    if ids := sorted(set(lead_ids)):
        append.for_leads(append.TOUCH, ids)


def beginnings(
    changes: Sequence[NewChange],
    values: Sequence[NewValue],
    *,
    unmoved: Sequence[int],
    owned: Sequence[int],
    recorded_at: datetime,
    actor_id: int | None,
    import_id: int | None,
) -> list[Call]:
    """What `append_values`, `append_changes` and `begin_to_keep` do for a few leads that were just made, to be sent in one go."""
    calls = []
    if values:
        calls.append(
            append.call(append.APPEND_VALUES, values, recorded_at=recorded_at, actor=actor_id, import_id=import_id)
        )
    if changes:
        stages = _stages_of(changes)
        calls.append(
            append.call(
                append.APPEND_CHANGES, changes, recorded_at=recorded_at, actor=actor_id, import_id=import_id,
                version=stages.version_id,
            )
        )  # fmt: skip
        calls.append(begin_leads([change.lead_id for change in changes], stages))
    calls += [Call(append.KEEP_VALUES, {"leads": owned}, len(owned))] if owned else []
    calls += [Call(append.TOUCH, {"leads": unmoved}, len(unmoved))] if unmoved else []
    return calls


def begin_to_keep(changes: Mapping[int, int], *, unmoved: Iterable[int], owned: Iterable[int]) -> None:
    """What `bring_up_to_date` does for leads that were just made, whose rows say their stage and what else the log says already.

    `changes` are those with one change, by its id, `unmoved` those without any; of the `owned` the owner's team is read anew.
    """
    if changes:
        begin(list(changes), stage_sets.stage_set())
    if held := sorted(owned):
        append.for_leads(append.KEEP_VALUES, held)
    touch(unmoved)


def bring_up_to_date(lead_ids: Iterable[int]) -> None:
    """Make what is kept of these leads say what their logs say, and mark them for recomputing."""
    ids = sorted(set(lead_ids))
    if ids:
        keep(ids, stage_sets.stage_set())
        append.for_leads(append.KEEP_VALUES, ids)
        touch(ids)


@again_after_deadlock
@transaction.atomic
def record_changes(
    rows: Sequence[NewChange], *, recorded_at: datetime, actor_id: int | None = None, import_id: int | None = None
) -> list[int]:
    """Log stage changes, of one lead or of many; ids of the rows that were new."""
    ids = lock(row.lead_id for row in rows)
    new = append_changes(rows, recorded_at=recorded_at, actor_id=actor_id, import_id=import_id)
    bring_up_to_date(ids)
    return new


@again_after_deadlock
@transaction.atomic
def record_values(
    rows: Sequence[NewValue], *, recorded_at: datetime, actor_id: int | None = None, import_id: int | None = None
) -> None:
    """Log who holds a lead, where it belongs, whether it can be reached."""
    ids = lock(row.lead_id for row in rows)
    append_values(rows, recorded_at=recorded_at, actor_id=actor_id, import_id=import_id)
    bring_up_to_date(ids)


@again_after_deadlock
@transaction.atomic
def move_stage(
    lead: Lead,
    to: str,
    *,
    actor: User,
    now: datetime,
    at: datetime | None = None,
    reason: str | None = None,
    expected: str | None = None,
) -> int:
    """Move one lead by hand; the id of the logged row.

    `expected` is the stage the caller saw: another one in the database is refused with `stage_changed` (409).
    Going back from a won or loyal stage by hand is a reopening.
    """
    lock([lead.pk])
    now_known = Lead.objects.only("stage_id", "erased_at", "merged_into_id").get(pk=lead.pk)
    must_stand(now_known)
    present, erased_at = now_known.stage_id, now_known.erased_at
    if reason and erased_at is not None:
        raise Refused("erased", "This lead was erased: no reason is written about it any more.", status=409)
    if expected is not None and expected != present:
        raise Refused(
            "stage_changed",
            f"This lead is in {present or 'no stage'} by now, not in {expected}. Look again, then decide.",
            status=409,
        )
    stages = stage_sets.stage_set()
    target = stages.by_key.get(to)
    if target is None or target.counts_as is not None:
        raise _unknown_stage(to, stages)
    moment = at or now
    if moment > now + TOLERANCE:
        raise Refused("in_the_future", "A stage change cannot lie in the future.")
    cause = "reopen" if _reopens(stages.by_key.get(present or ""), target) else "manual"
    change = NewChange(lead.pk, to, moment, cause, reason=reason or None)
    ids = record_changes([change], recorded_at=now, actor_id=actor.pk)
    lead.refresh_from_db()
    return ids[0]


def _unknown_stage(key: str, stages: StageSet) -> Refused:
    there = ", ".join(stage.key for stage in stages.stages)
    return Refused("unknown_stage", f"There is no stage “{key}”. There are: {there}.")


def _reopens(present: StageTerms | None, target: StageTerms) -> bool:
    if present is None or present.category not in FORWARD or present.category == "open" or target.position is None:
        return False
    return (present.position or 0) > target.position


@again_after_deadlock
@transaction.atomic
def void_changes(
    change_ids: Iterable[int], *, reason: str, now: datetime, actor_id: int | None = None, import_id: int | None = None
) -> None:
    """Take rows of the log back from `now` on; a row is voided once."""
    known_from(now)
    changes = StageChange.objects.filter(pk__in=list(change_ids), void=None)
    found = list(changes.values_list("pk", "lead_id"))
    ids = lock(lead_id for _pk, lead_id in found)
    StageVoid.objects.bulk_create(
        [
            StageVoid(change_id=pk, recorded_at=now, reason=reason, actor_id=actor_id, import_id=import_id)
            for pk, _lead in found
        ],
        ignore_conflicts=True,
    )
    bring_up_to_date(ids)


def rebuild_all() -> int:
    """Read every lead's log anew, and write what is kept of those of which it says something else; how many leads there are.

    Nobody waits for the reading; a lead that is moved meanwhile is right by that, and read once more if it looked wrong.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0), count(*) FROM leads_lead")
        last, count = cursor.fetchone()
    in_ranges(_rebuild_between, last=last, size=COMPARED)
    return int(count)


def _rebuild_between(first: int, end: int) -> None:
    wrong = sorted({*unlike(first, end, stage_sets.stage_set()), *append.with_other_values(first, end)})
    for nth, place in enumerate(range(0, len(wrong), KEEP_BATCH), start=1):
        _rebuild(wrong[place : place + KEEP_BATCH])
        if nth % LEARNT == 0:
            note_growth()


@again_after_deadlock
@transaction.atomic
def _rebuild(lead_ids: list[int]) -> None:
    ids = lock(lead_ids)
    keep(ids, stage_sets.stage_set())
    append.for_leads(append.KEEP_VALUES, ids)


@again_after_deadlock
@transaction.atomic
def load_stages(document: object, *, now: datetime | None = None) -> StageSet:
    """Lay in a stage set that holds from the beginning of time, and read every lead's log anew by it.

    Keys that the log uses may leave the set only with `counts_as`; else refused, named. Refused with `already_signed` once people
    have decided on a funnel: from then on a stage set is a draft for both sides.
    """
    terms = read_stage_set(document)
    if errors := dropped_keys(terms):
        raise Refused("stage_in_use", errors[0].detail)
    if is_signed(KIND, ONLY_KEY):
        raise Refused("already_signed", "A funnel is agreed: propose another one to both sides.", status=409)
    lay_in(KIND, ONLY_KEY, document_of(terms), now=now or clock.now())
    rebuild_all()
    return stage_sets.stage_set()

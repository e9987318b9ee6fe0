"""How do two leads become one? By a person's word; everything goes over to the survivor, and can be taken apart again.

The only writer of `merged_into`. Whatever says what happened moves as it is; rows of the stage log in which one lead was behind the
other are voided, what is derived is computed anew for both, and the merge keeps what moved and how everything was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime

import orjson
from django.db.models import F

from alignment.attempts import again_after_deadlock
from alignment.people.models import User
from alignment.people.selectors import may_write
from alignment.refusals import Refused
from leads.deals.stages import lock_companies, settle
from leads.definitions.queries.evaluations import OVERTAKEN_REASON
from leads.duplicates.fields import Whose, logged_values, merged_columns, read_choices
from leads.duplicates.histories import Step, overtaken
from leads.duplicates.holdings import HOLDINGS
from leads.duplicates.models import Merge, Pair
from leads.duplicates.queries import images, moving
from leads.funnel.stage_sets import stage_set
from leads.handoffs.models import Handoff, Need, State
from leads.handoffs.routing import waiting as routing
from leads.handoffs.withdrawing import withdraw_groundless
from leads.lifecycle.changes import NewValue, append_values, bring_up_to_date, lock, void_changes
from leads.lifecycle.models import StageChange
from leads.lifecycle.recording import known_from
from leads.privacy.door import open_logs
from leads.records.models import Lead, LeadValue

ENDED_WHY = "The lead was merged with another one."
REFS = frozenset({"owner", "team", "campaign"})


@again_after_deadlock
def merge(
    survivor_id: int,
    other_id: int,
    choices: Mapping[str, object],
    *,
    by: User,
    now: datetime,
    versions: tuple[int, int] | None = None,
) -> Merge:
    """Take `other` into `survivor`. `choices`: by field of `fields.FIELDS` whose value is kept, "survivor" or "other".

    Twice is once. `versions`: those of the two records that the person saw; others are refused with `version_changed` (412).
    Refused: `same_lead` (422), `merged`, `erased`, `test`, `both_offered` (409); 404 for who does not see both.
    """
    wanted = read_choices(choices)
    if survivor_id == other_id:
        raise Refused("same_lead", "A lead is not merged with itself: choose two.", status=422)
    with open_logs():
        known_from(now)
        lock_companies(moving.companies_of_deals([survivor_id, other_id]))
        lock([survivor_id, other_id], alone=True)
        survivor, other = _both(survivor_id, other_id, by)
        standing = Merge.objects.filter(other=other, survivor=survivor, undone_at=None).first()
        if standing is not None:
            return standing
        must_fit(survivor, other)
        _must_be_as_seen(survivor, other, versions)
        return _merge(survivor, other, wanted, by=by, now=now)


def _both(survivor_id: int, other_id: int, by: User) -> tuple[Lead, Lead]:
    if not may_write(by):
        raise Refused("forbidden", "You may read everything here, and change nothing.", status=403)
    leads = {lead.pk: lead for lead in Lead.objects.filter(pk__in=[survivor_id, other_id])}
    seen = set(Lead.objects.visible_to(by).filter(pk__in=leads).values_list("pk", flat=True))
    merged = {pk for pk, lead in leads.items() if lead.merged_into_id in seen}
    if seen | merged != {survivor_id, other_id}:
        raise Refused("not_found", "There is no such lead, or none that you may see.", status=404)
    return leads[survivor_id], leads[other_id]


def must_fit(survivor: Lead, other: Lead) -> None:
    """`Refused` where these two cannot become one, with what to do instead."""
    for lead in (survivor, other):
        if lead.merged_into_id is not None:
            sentence = f"Lead {lead.pk} was merged into lead {lead.merged_into_id}: merge that one, or undo it first."
            raise Refused("merged", sentence, status=409)
        if lead.erased_at is not None:
            raise Refused("erased", f"Lead {lead.pk} was erased: nobody can say any more who it was.", status=409)
    if survivor.is_test != other.is_test:
        sentence = "One of them is a test, which counts in no figure: a test is merged with tests only."
        raise Refused("test", sentence, status=409)
    if Handoff.objects.filter(lead__in=[survivor, other], state=State.OFFERED).count() > 1:
        sentence = "Both are on offer to somebody: have one of the offers decided or taken back first, then merge."
        raise Refused("both_offered", sentence, status=409)


def _must_be_as_seen(survivor: Lead, other: Lead, versions: tuple[int, int] | None) -> None:
    if versions is not None and versions != (survivor.version, other.version):
        sentence = "Somebody changed one of these leads meanwhile. Look at both again, then decide."
        raise Refused("version_changed", sentence, status=412)


def _merge(survivor: Lead, other: Lead, choices: dict[str, Whose], *, by: User, now: datetime) -> Merge:
    word = orjson.dumps(choices).decode()
    merge_id = images.take(survivor_id=survivor.pk, other_id=other.pk, by_id=by.pk, choices=word, now=now)
    before = moving.latest()
    ended = _end_needs(survivor, other, now)
    behind = overtaken(steps_of([survivor.pk, other.pk]))
    moved = _move(survivor, other)
    columns = merged_columns(survivor, other, choices)
    Lead.objects.filter(pk=survivor.pk).update(**columns, version=F("version") + 1)
    Lead.objects.filter(pk=other.pk).update(merged_into=survivor, version=F("version") + 1)
    moving.run(moving.OFFERED, leads=[survivor.pk, other.pk])
    void_changes(behind, reason=OVERTAKEN_REASON, now=now, actor_id=by.pk)
    settle([survivor.pk], moving.companies_of_deals([survivor.pk]), now=now, actor_id=by.pk)
    bring_up_to_date([survivor.pk, other.pk])
    withdraw_groundless([survivor.pk], now=now)
    _log_what_is_kept(survivor, logged_values(survivor, other, choices), by=by, now=now)
    moving.run(moving.NOT_JUDGED_BEFORE, survivor=survivor.pk, other=other.pk, now=now)
    _let_wait([survivor.pk, other.pk], now)
    _close_pair(survivor, other, by=by, now=now)
    made = {**asdict(moving.made_since(survivor.pk, before)), "since": asdict(before), "needs_ended": ended}
    values = {"moved": orjson.dumps(moved).decode(), "made": orjson.dumps(made).decode()}
    images.run(images.LEFT, merge_id, **values)
    return Merge.objects.get(pk=merge_id)


def _end_needs(survivor: Lead, other: Lead, now: datetime) -> list[int]:
    """One person is handed over once: beside an open offer or need of one lead, the need of the other ends."""
    open_needs = {need.lead_id: need for need in Need.objects.filter(lead__in=[survivor, other], ended_at=None)}
    offered = Handoff.objects.filter(lead__in=[survivor, other], state=State.OFFERED).exists()
    several = len(open_needs) > 1
    ids = [need.pk for need in open_needs.values() if offered or (several and need.lead_id == other.pk)]
    Need.objects.filter(pk__in=ids).update(ended_at=now, ended_recorded_at=now, ended_why=ENDED_WHY)
    return sorted(ids)


def _move(survivor: Lead, other: Lead) -> dict[str, list[int]]:
    """Everything that hangs on the other lead goes over; the ids, by holding."""
    moving.run(moving.CLEAR_STAYS, leads=[survivor.pk, other.pk])
    moving.run(moving.FREE_ROWS, survivor=survivor.pk, other=other.pk)
    return {holding.key: moving.move(holding.table, source=other.pk, target=survivor.pk) for holding in HOLDINGS}


def steps_of(lead_ids: Iterable[int]) -> list[Step]:
    """The rows of these leads' stage logs that are not void, as the funnel in force reads them."""
    stages = stage_set()
    rows = StageChange.objects.filter(lead__in=list(lead_ids), void=None)
    found = []
    for pk, lead_id, to, at, cause in rows.values_list("pk", "lead_id", "to_id", "at", "cause"):
        term = stages.by_key.get(to)
        if term is not None and term.counts_as is not None:
            term = stages.by_key.get(term.counts_as)
        if term is not None:
            found.append(Step(pk, lead_id, at, term.position, term.category in ("won", "loyal"), cause))
    return found


def _log_what_is_kept(survivor: Lead, wanted: Mapping[str, object], *, by: User, now: datetime) -> None:
    """Where the two logs together say something else than what is kept, the last word is said now."""
    rows = LeadValue.objects.filter(lead=survivor, field__in=wanted)
    said = {row.field: row for row in rows.exclude(change__void__isnull=False).order_by("at", "pk")}
    news = []
    for field, value in wanted.items():
        row = said.get(field)
        if field in REFS:
            if (row.ref if row else None) != value:
                news.append(NewValue(survivor.pk, field, now, ref=value if isinstance(value, int) else None))
        elif (row.text if row else None) != (text := _text(value)) and (row is not None or value):
            news.append(NewValue(survivor.pk, field, now, text=text))
    append_values(news, recorded_at=now, actor_id=by.pk)
    bring_up_to_date([survivor.pk])


def _text(value: object) -> str | None:
    """As the log writes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return None if value is None else str(value)


def _let_wait(lead_ids: list[int], now: datetime) -> None:
    """For the definitions and for routing, in this transaction; whoever is compared waits by a trigger."""
    moving.run(moving.JUDGE, leads=lead_ids)
    routing.mark(lead_ids, due_at=now)


def _close_pair(survivor: Lead, other: Lead, *, by: User, now: datetime) -> None:
    first, second = sorted((survivor.pk, other.pk))
    decided = {"state": Pair.State.MERGED, "decided_at": now, "decided_by": by}
    Pair.objects.update_or_create(
        first_id=first,
        second_id=second,
        defaults=decided,
        create_defaults={**decided, "score": 1.0, "reasons": [], "found_at": now},
    )

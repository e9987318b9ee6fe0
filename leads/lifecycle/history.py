"""How does a log that another system kept of stages come in? One row a stage that a lead came into."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import orjson
from django.db import connection, transaction

from alignment.attempts import again_after_deadlock
from alignment.cleaning import Unfit, clean_moment, clean_text
from alignment.own_names import own_id
from alignment.people.persons import IMPORTED_TEAM
from leads.funnel import stage_sets
from leads.funnel.stage_sets import StageSet
from leads.funnel.turns import use_funnel
from leads.lifecycle.changes import NewChange, append_changes, bring_up_to_date, lock
from leads.lifecycle.models import StageChange
from leads.lifecycle.words import read_stage
from leads.outcome import RowResult, rejected
from leads.privacy.fingerprints import CODE, SENTENCE, erased_at, is_of_before
from leads.records.finding import Found, Pointer, find_leads
from leads.records.references import References, resolve
from leads.records.rows import LeadRow
from leads.records.sender import Sender
from leads.records.upsert import upsert_leads

CAUSE = "history"
BEGIN_EARLIER = """
UPDATE leads_lead l SET created_at = f.at
FROM (SELECT r.id, min(r.at) AS at FROM json_to_recordset(%(rows)s) AS r(id bigint, at timestamptz) GROUP BY r.id) AS f
WHERE l.id = f.id AND l.import_id = %(import)s AND f.at < l.created_at
"""
LIMITS = {
    "system": 100,
    "external_id": 200,
    "lead_external_id": 200,
    "lead_system": 100,
    "stage": 100,
    "by": 200,
    "reason": 500,
    "owner": 200,
    "team": 200,
    "identity": 80,
}


class HistoryRow(NamedTuple):
    """`stage`, `at` and the lead (by its external id within `system`) are needed.

    `owner` and `team` hold the lead from then on; `by` is who moved it. `identity` is the hash of the row's own
    content, so that the same row twice is one, unless it has an external id; without both the row is always a new one.
    `lead_system` is the system of `lead_external_id`, where it is not the row's own.
    """

    lead_external_id: str | None
    stage: str | None
    at: datetime | None
    system: str | None = None
    by: str | None = None
    reason: str | None = None
    owner: str | None = None
    team: str | None = None
    external_id: str | None = None
    lead_system: str | None = None
    identity: str | None = None


@dataclass(slots=True)
class _Clean:
    index: int
    texts: dict[str, str]
    at: datetime
    own: int | None
    pointer: Pointer


@again_after_deadlock
@transaction.atomic
def record_history(
    rows: Sequence[HistoryRow],
    *,
    now: datetime,
    actor_id: int | None,
    scope: int = 0,
    import_id: int | None = None,
    create_leads: bool = False,
    owner_team: str = IMPORTED_TEAM,
) -> list[RowResult]:
    """Append rows to the log of stages; one result a row, in order.

    `create_leads` makes leads that are not there, created at the earliest moment of their rows, with no other stage.
    """
    use_funnel()
    sender = Sender(now, actor_id, scope, import_id, owner_team)
    results: dict[int, RowResult] = {}
    clean = _of_living(_clean(rows, results, now), results)
    found = _leads(clean, sender, create=create_leads)
    references = resolve(
        people=(row.texts.get(name) for row in clean for name in ("by", "owner")),
        teams=(row.texts.get("team") for row in clean), sender=sender,
    )  # fmt: skip
    changes = _changes(clean, found, references, results)
    _write(changes, results, sender)
    return [results[index] for index in range(len(rows))]


def _clean(rows: Sequence[HistoryRow], results: dict[int, RowResult], now: datetime) -> list[_Clean]:
    stages = stage_sets.stage_set()
    clean = []
    for index, row in enumerate(rows):
        try:
            clean.append(_clean_row(index, row, stages, now))
        except Unfit as unfit:
            results[index] = unfit.result(index)
    return clean


def _clean_row(index: int, row: HistoryRow, stages: StageSet, now: datetime) -> _Clean:
    texts = {
        name: text
        for name, limit in LIMITS.items()
        if (text := clean_text(name, getattr(row, name), limit)) is not None
    }
    for name in ("lead_external_id", "stage"):
        if name not in texts:
            raise Unfit(name, "required", f"A row of the stage log needs {name}.")
    texts["stage"] = read_stage(stages, texts["stage"])
    own = own_id(texts.get("system"), texts.get("external_id"))
    if "external_id" in texts:
        name = f"{texts.get('system', '')}\0{texts['external_id']}"
        texts["identity"] = hashlib.sha256(name.encode()).hexdigest()
    at = clean_moment("at", row.at, now)
    if at is None:
        raise Unfit("at", "required", "A row of the stage log needs the moment at which it happened.")
    return _Clean(
        index,
        texts,
        at,
        own,
        Pointer(system=texts.get("lead_system", texts.get("system")), external_id=texts["lead_external_id"]),
    )


def _of_living(rows: list[_Clean], results: dict[int, RowResult]) -> list[_Clean]:
    """Without what somebody who was erased went through before that."""
    erased = erased_at(row.pointer.name for row in rows)
    living = []
    for row in rows:
        if is_of_before((row.pointer.name,), row.at, erased, from_file=True):
            results[row.index] = rejected(row.index, None, CODE, SENTENCE)
        else:
            living.append(row)
    return living


def _leads(rows: Sequence[_Clean], sender: Sender, *, create: bool) -> Found:
    found = find_leads((row.pointer for row in rows), scope=sender.scope)
    first: dict[tuple[str | None, str | None], datetime] = {}
    for row in rows:
        if create and found.get(row.pointer) is None:
            name = (row.pointer.system, row.pointer.external_id)
            first[name] = min(row.at, first.get(name, row.at))
    if not first:
        return found
    leads = [
        LeadRow(system=system, external_id=external_id, created_at=at) for (system, external_id), at in first.items()
    ]
    upsert_leads(leads, first_stage=False, **sender.as_arguments())
    return find_leads((row.pointer for row in rows), scope=sender.scope)


def _changes(
    rows: Sequence[_Clean], found: Found, references: References, results: dict[int, RowResult]
) -> list[tuple[int, NewChange]]:
    """The rows as the log has them; of two with one identity the first."""
    changes: list[tuple[int, NewChange]] = []
    seen: set[tuple[int, str]] = set()
    exported = _exported(rows)
    for row in rows:
        try:
            lead_id = found.require(row.pointer)
            owner, by = references.person("owner", row.texts.get("owner")), references.person("by", row.texts.get("by"))
            team_id = references.team("team", row.texts.get("team"))
        except Unfit as unfit:
            results[row.index] = unfit.result(row.index)
            continue
        identity = row.texts.get("identity")
        results[row.index] = RowResult(row.index, "unchanged", lead_id)
        if row.own is not None and exported.get(row.own) == lead_id:
            continue
        if identity is not None:
            if (lead_id, identity) in seen:
                continue
            seen.add((lead_id, identity))
        change = NewChange(
            lead_id, row.texts["stage"], row.at, CAUSE, reason=row.texts.get("reason"), owner_id=owner.pk if owner else None,
            team_id=team_id, by_id=by.pk if by else None, identity=identity,
        )  # fmt: skip
        changes.append((row.index, change))
    return changes


def _exported(rows: Sequence[_Clean]) -> dict[int, int]:
    """Rows of our own log that an export named, with their leads."""
    own = [row.own for row in rows if row.own is not None]
    return dict(StageChange.objects.filter(pk__in=own).values_list("pk", "lead_id")) if own else {}


def _write(changes: list[tuple[int, NewChange]], results: dict[int, RowResult], sender: Sender) -> None:
    """Append what is not there yet; the leads are locked first, so that nobody appends the same meanwhile."""
    ids = lock(change.lead_id for _index, change in changes)
    identities = [change.identity for _index, change in changes if change.identity]
    there = (
        set(StageChange.objects.filter(lead_id__in=ids, identity__in=identities).values_list("lead_id", "identity"))
        if identities
        else set()
    )
    new = [(index, change) for index, change in changes if (change.lead_id, change.identity) not in there]
    if not new:
        return
    append_changes(
        [change for _index, change in new], recorded_at=sender.now, actor_id=sender.actor_id, import_id=sender.import_id
    )
    bring_up_to_date(change.lead_id for _index, change in new)
    _begin_earlier([change for _index, change in new], sender)
    for index, change in new:
        results[index] = RowResult(index, "created", change.lead_id)


def _begin_earlier(changes: Sequence[NewChange], sender: Sender) -> None:
    """A lead that this import made begins with the earliest of its rows, in whichever chunk that comes."""
    if sender.import_id is None:
        return
    rows = [{"id": change.lead_id, "at": change.at} for change in changes]
    with connection.cursor() as cursor:
        cursor.execute(BEGIN_EARLIER, {"rows": orjson.dumps(rows).decode(), "import": sender.import_id})

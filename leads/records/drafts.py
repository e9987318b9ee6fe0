"""Leads between rows and tables: read as they are now, written as they became, each by one statement for all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain

import orjson
from django.db import connection

from alignment import prepared
from alignment.before import Before, remember
from alignment.copying import FEW
from alignment.prepared import Call
from leads.lifecycle.changes import append_changes, append_values, begin_to_keep, beginnings, bring_up_to_date, touch
from leads.privacy.consents import record_consents
from leads.records.merging import KEPT, LOGGED, Draft
from leads.records.models import Edit
from leads.records.queries import leads as queries


def read_drafts(
    lead_ids: Iterable[int], *, with_stages: set[int], with_consents: set[int], heard: bool = True
) -> dict[int, Draft]:
    """The leads as they are now, locked until the transaction ends; their logs only where rows speak of them.

    Consents are held against what rows said before; those of an export, which nobody `heard`, against what holds.
    """
    ids = sorted(set(lead_ids))
    if not ids:
        return {}
    drafts = {}
    with connection.cursor() as cursor:
        cursor.execute(queries.READ, {"leads": ids})
        for row in cursor.fetchall():
            values = dict(zip(queries.COLUMNS, row, strict=True))
            if isinstance(values["attributes"], str):
                values["attributes"] = orjson.loads(values["attributes"])
            created_at, erased = values.pop("created_at"), values.pop("erased")
            drafts[row[0]] = Draft(row[0], values, new=False, created_at=created_at, erased=erased)
        if with_stages:
            cursor.execute(queries.SEEN_STAGES, {"leads": sorted(with_stages)})
            for lead_id, to, at in cursor.fetchall():
                drafts[lead_id].seen_stages.add((to, at))
        if with_consents:
            cursor.execute(queries.SEEN_CONSENTS if heard else queries.HELD_CONSENTS, {"leads": sorted(with_consents)})
            for lead_id, purpose, state in cursor.fetchall():
                drafts[lead_id].seen_consents[purpose] = state
    return drafts


def write_drafts(drafts: Sequence[Draft], *, now: datetime, actor_id: int | None, import_id: int | None) -> None:
    """Write what became of the leads: records, logs, and what is kept of them. From when it is known, the caller has told."""
    new = [draft for draft in drafts if draft.new]
    changed = [draft for draft in drafts if not draft.new and any(name in draft.was for name in KEPT)]
    with connection.cursor() as cursor:
        if len(new) > FEW:
            queries.copy([_record(draft) for draft in new], now=now, import_id=import_id)
        elif new:
            records = orjson.dumps([_record(draft) for draft in new]).decode()
            prepared.execute(cursor, queries.MAKE, {"rows": records, "now": now, "import": import_id}, rows=len(new))
        if changed:
            cursor.execute(queries.CHANGE, {"rows": orjson.dumps([draft.values for draft in changed]).decode()})
    log = list(chain.from_iterable(draft.log for draft in drafts))
    changes = list(chain.from_iterable(draft.changes for draft in drafts))
    append_values(log, recorded_at=now, actor_id=actor_id, import_id=import_id, told=True)
    change_ids = append_changes(changes, recorded_at=now, actor_id=actor_id, import_id=import_id, told=True)
    consents = list(chain.from_iterable(draft.consents for draft in drafts))
    if consents:
        record_consents(consents, now=now, actor_id=actor_id, import_id=import_id)
    logged = {row.lead_id for row in log} | {row.lead_id for row in changes} | {draft.lead_id for draft in new}
    if begun := {draft.lead_id: draft.values["owner_id"] is not None for draft in new if draft.just_begun}:
        firsts = {pk: change.lead_id for pk, change in zip(change_ids, changes, strict=True) if change.lead_id in begun}
        owned = [lead_id for lead_id, is_owned in begun.items() if is_owned]
        begin_to_keep(firsts, unmoved=begun.keys() - set(firsts.values()), owned=owned)
    bring_up_to_date(logged - begun.keys())
    if silent := [draft.lead_id for draft in changed if draft.lead_id not in logged]:
        touch(silent)
    _remember(drafts, now=now, actor_id=actor_id, import_id=import_id)


def just_begun(drafts: Sequence[Draft]) -> bool:
    """Whether these are a few leads of which one row each is all that is known, and who allowed nothing yet."""
    return 0 < len(drafts) <= prepared.FEW and all(draft.just_begun and not draft.consents for draft in drafts)


def begin_drafts(
    drafts: Sequence[Draft], said: Sequence[Call], *, now: datetime, actor_id: int | None, import_id: int | None
) -> None:
    """What `write_drafts` does for leads that have just begun, in one go with what was said of them."""
    records = orjson.dumps([_record(draft) for draft in drafts]).decode()
    changes = list(chain.from_iterable(draft.changes for draft in drafts))
    moved = {change.lead_id for change in changes}
    begun = beginnings(
        changes,
        list(chain.from_iterable(draft.log for draft in drafts)),
        unmoved=[draft.lead_id for draft in drafts if draft.lead_id not in moved],
        owned=[draft.lead_id for draft in drafts if draft.values["owner_id"] is not None],
        recorded_at=now, actor_id=actor_id, import_id=import_id,
    )  # fmt: skip
    made = Call(queries.MAKE, {"rows": records, "now": now, "import": import_id}, len(drafts))
    with connection.cursor() as cursor:
        prepared.send(cursor, [made, *said, *begun])


def _record(draft: Draft) -> dict[str, object]:
    stage = draft.changes[0].to if len(draft.changes) == 1 else None
    return {**draft.values, "id": draft.lead_id, "created_at": draft.created_at, "stage": stage}


def _remember(drafts: Sequence[Draft], *, now: datetime, actor_id: int | None, import_id: int | None) -> None:
    """An import keeps what it overwrote for its undo; a change over the API shows in the lead's story."""
    known = [draft for draft in drafts if not draft.new and draft.was]
    if import_id is not None:
        kept = [
            (draft, [name for name in draft.was if name in KEPT and not name.endswith("_usable")]) for draft in known
        ]
        remember(import_id, "lead", [
            Before(draft.lead_id, {name: draft.was[name] for name in names}, {name: draft.values[name] for name in names})
            for draft, names in kept if names
        ])  # fmt: skip
    elif actor_id is not None:
        Edit.objects.bulk_create(
            Edit(
                lead_id=draft.lead_id,
                actor_id=actor_id,
                at=now,
                before=_shown(draft, draft.was),
                after=_shown(draft, draft.values),
            )
            for draft in known
        )


def _shown(draft: Draft, values: dict[str, object]) -> dict[str, object]:
    """The changed fields under the names that people use for them."""
    changed = [name for name in draft.was if name in LOGGED or (name in KEPT and not name.endswith("_usable"))]
    return {name.removesuffix("_id"): values[name] for name in changed}

"""Appends many rows to the logs of stages and of what may change about a lead, as `append` does, by COPY.

The caller sees to it that none of the rows is there already, or looks again after an `IntegrityError`. Owners are locked as `append`
locks them, and bring their team as they do there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection

from alignment.copying import Every, copy_into, new_ids
from leads.lifecycle.recording import known_from

if TYPE_CHECKING:
    from leads.lifecycle.changes import NewChange, NewValue

OWNERS = "SELECT id, team_id FROM people_user WHERE id = ANY(%(owners)s::bigint[]) ORDER BY id FOR KEY SHARE"
VALUES = "leads_leadvalue"


def copy_changes(
    rows: Sequence[NewChange],
    *,
    recorded_at: datetime,
    actor: int | None,
    import_id: int | None,
    version: int | None,
) -> list[int]:
    """Append all of them, with the values of those who hold the leads from then on; their ids, in order."""
    known_from(recorded_at)
    teams = _teams(row.owner_id for row in rows)
    ids = new_ids("leads_stagechange", len(rows))
    holding = [row.team_id if row.team_id is not None else teams.get(row.owner_id) for row in rows]
    every = {"recorded_at": Every(recorded_at), "actor_id": Every(actor), "import_id": Every(import_id)}
    columns = {
        name: [getattr(row, name) for row in rows]
        for name in (
            "lead_id",
            "to",
            "at",
            "cause",
            "reason",
            "owner_id",
            "by_id",
            "deal_id",
            "identity",
            "agreement_version_id",
        )
    }
    copy_into("leads_stagechange", {"id": ids, **columns, "team_id": holding, "version_id": Every(version), **every})
    held = [
        (row.lead_id, field, ref, row.at, change_id)
        for row, team_id, change_id in zip(rows, holding, ids, strict=True)
        for field, ref in (("owner", row.owner_id), ("team", team_id))
        if ref is not None
    ]
    if held:
        names = ("lead_id", "field", "ref", "at", "change_id")
        copy_into(VALUES, {**dict(zip(names, zip(*held, strict=True), strict=True)), **every})
    return list(ids)


def copy_values(rows: Sequence[NewValue], *, recorded_at: datetime, actor: int | None, import_id: int | None) -> None:
    """Append all of them; an owner brings their team, where the lead's team of that moment is not named."""
    known_from(recorded_at)
    teams = _teams(row.ref for row in rows if row.field == "owner")
    values: list[tuple[object, ...]] = []
    named = {(row.lead_id, row.at) for row in rows if row.field == "team"} if teams else set()
    for row in rows:
        values.append((row.lead_id, row.field, row.ref, row.text, row.at))
        if row.field == "owner" and teams.get(row.ref) is not None and (row.lead_id, row.at) not in named:
            values.append((row.lead_id, "team", teams[row.ref], None, row.at))
    columns = dict(zip(("lead_id", "field", "ref", "text", "at"), zip(*values, strict=True), strict=True))
    every = {"recorded_at": Every(recorded_at), "actor_id": Every(actor), "import_id": Every(import_id)}
    copy_into(VALUES, {**columns, **every})


def _teams(owners: Iterable[int | None]) -> Mapping[int | None, int | None]:
    """The teams of these people, who are held until the transaction ends."""
    wanted = sorted({owner for owner in owners if owner is not None})
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(OWNERS, {"owners": wanted})
        return dict(cursor.fetchall())

"""Appends to the log of activities, one or ten thousand by one statement. Grain: one row an activity.

The unique identity is the guard: the same row sent twice, or by two at once, is logged once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from django.db import connection

from alignment.copying import FEW, Every, Written, copy_into
from leads.activities.cleaning import TEXTS, Columns

__all__ = ["FEW", "KNOWN", "Rows", "copy", "insert"]

KNOWN = """
SELECT a.identity, a.id FROM unnest(%(identities)s::text[]) AS k(identity) JOIN leads_activity a ON a.identity = k.identity
"""
"""By the unique index of the identity."""

APPEND = """
INSERT INTO leads_activity (id, lead_id, kind, direction, side, automated, at, recorded_at, by_id, actor_id, typed_in, campaign_id,
    asset, channel, url, subject, outcome, attributes, system, external_id, identity, import_id)
SELECT r.id, r.lead_id, r.kind, r.direction, r.side, r.automated, r.at, %(now)s, r.by_id, %(actor)s, r.typed_in, r.campaign_id,
    r.asset, r.channel, r.url, r.subject, r.outcome, r.attributes, r.system, r.external_id, r.identity, %(import)s
FROM json_to_recordset(%(rows)s) AS r(
    id bigint, lead_id bigint, kind text, direction text, side text, automated bool, at timestamptz, by_id bigint, typed_in bool,
    campaign_id bigint, asset text, channel text, url text, subject text, outcome text, attributes jsonb, system text,
    external_id text, identity text)
ORDER BY r.identity, r.id
ON CONFLICT (identity) DO NOTHING
RETURNING id
"""


@dataclass(frozen=True)
class Rows:
    """What is appended: some rows of the columns, by their indexes, and of each what others know of it."""

    columns: Columns
    indexes: Sequence[int]
    ids: Sequence[int]
    lead_ids: Sequence[int]
    sides: Sequence[str]
    by_ids: Sequence[int | None]
    campaign_ids: Sequence[int | None]


def insert(rows: Rows, *, now: datetime, actor_id: int | None, import_id: int | None) -> Collection[int]:
    """Append what nobody logged yet; the ids of those rows."""
    document = orjson.dumps(list(_documents(rows))).decode()
    with connection.cursor() as cursor:
        cursor.execute(APPEND, {"rows": document, "now": now, "actor": actor_id, "import": import_id})
        return {row[0] for row in cursor.fetchall()}


def _documents(rows: Rows) -> Iterator[dict[str, object]]:
    columns = rows.columns
    known = zip(rows.indexes, rows.ids, rows.lead_ids, rows.sides, rows.by_ids, rows.campaign_ids, strict=True)
    for index, id_, lead_id, side, by_id, campaign_id in known:
        kind = columns.kinds[index]
        yield {
            "id": id_, "lead_id": lead_id, "side": side, "by_id": by_id, "campaign_id": campaign_id,
            "kind": kind.key, "direction": kind.direction, "automated": kind.automated,
            "at": columns.moments[index], "typed_in": columns.typed_in[index], "attributes": columns.attributes[index],
            "identity": columns.identities[index], **{name: columns.texts[name][index] for name in TEXTS},
        }  # fmt: skip


def copy(rows: Rows, *, now: datetime, actor_id: int | None, import_id: int | None) -> None:
    """Append all of them, or raise `IntegrityError` where one is logged already."""
    written, indexes = rows.columns.written, rows.indexes
    if len(indexes) < len(written.rows):
        written = Written(written.names, [written.rows[index] for index in indexes])
    known: dict[str, Sequence[object]] = {
        "id": rows.ids, "lead_id": rows.lead_ids, "side": rows.sides, "by_id": rows.by_ids, "campaign_id": rows.campaign_ids,
    }  # fmt: skip
    every = {"recorded_at": Every(now), "actor_id": Every(actor_id), "import_id": Every(import_id)}
    copy_into("leads_activity", {**known, **every}, written)

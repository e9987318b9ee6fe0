"""Appends to the log of activities, one or ten thousand by one statement. Grain: one row an activity.

The unique identity is the guard: the same row sent twice, or by two at once, is logged once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import orjson
from django.db import connection

from alignment.copying import FEW, Every, copy_into
from leads.activities.kinds import Kind

__all__ = ["FEW", "KNOWN", "TEXTS", "Record", "copy", "insert"]

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

TEXTS = ("asset", "channel", "url", "subject", "outcome", "system", "external_id")


class Record(NamedTuple):
    """A row as the table has it, and what its kind means."""

    id: int
    lead_id: int
    kind: str
    direction: str
    side: str
    automated: bool
    at: datetime
    by_id: int | None
    typed_in: bool
    campaign_id: int | None
    asset: str | None
    channel: str | None
    url: str | None
    subject: str | None
    outcome: str | None
    system: str | None
    external_id: str | None
    attributes: Mapping[str, object]
    identity: str | None
    what: Kind


_COLUMNS = Record._fields[:-1]


def insert(rows: Sequence[Record], *, now: datetime, actor_id: int | None, import_id: int | None) -> Collection[int]:
    """Append what nobody logged yet; the ids of those rows."""
    document = orjson.dumps([dict(zip(_COLUMNS, row[:-1], strict=True)) for row in rows]).decode()
    with connection.cursor() as cursor:
        cursor.execute(APPEND, {"rows": document, "now": now, "actor": actor_id, "import": import_id})
        return {row[0] for row in cursor.fetchall()}


def copy(rows: Sequence[Record], *, now: datetime, actor_id: int | None, import_id: int | None) -> None:
    """Append all of them, or raise `IntegrityError` where one is logged already."""
    of_rows = dict(zip(_COLUMNS, list(zip(*rows, strict=True))[:-1], strict=True))
    copy_into(
        "leads_activity",
        {**of_rows, "recorded_at": Every(now), "actor_id": Every(actor_id), "import_id": Every(import_id)},
    )

"""Opens and ends needs, and notes why nobody could take a lead. Grain: one need. Clock: `now` is when we learnt of it.

The caller holds the leads' locks. Index: one_open_need_per_lead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db import connection

OPEN = """
INSERT INTO leads_need (lead_id, rule_id, rule_key, qualified_at, recorded_at)
SELECT t.lead_id, t.rule_id, t.rule_key, t.qualified_at, %(now)s
FROM unnest(%(leads)s::bigint[], %(rules)s::bigint[], %(keys)s::text[], %(moments)s::timestamptz[])
    WITH ORDINALITY AS t(lead_id, rule_id, rule_key, qualified_at, n)
ORDER BY t.n
"""

END = """
UPDATE leads_need n SET ended_recorded_at = %(now)s, ended_why = t.why, ended_at = greatest(n.qualified_at, coalesce((
    SELECT s.until FROM leads_stay s
    WHERE t.has_left AND s.lead_id = n.lead_id AND s.until <= %(now)s
      AND coalesce(%(retired)s::jsonb ->> s.stage, s.stage)
          = coalesce(%(retired)s::jsonb ->> (v.terms -> 'from' ->> 'stage'), v.terms -> 'from' ->> 'stage')
    ORDER BY s.at DESC, s.change_id DESC LIMIT 1), %(now)s))
FROM unnest(%(leads)s::bigint[], %(left)s::bool[], %(whys)s::text[]) AS t(lead_id, has_left, why), agreements_version v
WHERE n.lead_id = t.lead_id AND n.ended_at IS NULL AND v.id = n.rule_id
"""

UNMET = """
UPDATE leads_need n SET no_receiver_at = coalesce(n.no_receiver_at, %(now)s), no_receiver = t.why
FROM unnest(%(leads)s::bigint[], %(whys)s::text[]) AS t(lead_id, why)
WHERE n.lead_id = t.lead_id AND n.ended_at IS NULL AND n.no_receiver IS DISTINCT FROM t.why
RETURNING n.id, n.lead_id
"""


@dataclass(frozen=True)
class NewNeed:
    """A lead qualified for a handoff by a version of a rule."""

    lead_id: int
    rule_id: int
    rule_key: str
    qualified_at: datetime


@dataclass(frozen=True)
class Ended:
    """A lead no longer qualifies: since it left the stage, if it has, else since now."""

    lead_id: int
    why: str
    has_left: bool = False


def open_needs(needs: Sequence[NewNeed], *, now: datetime) -> None:
    values = {
        "leads": [need.lead_id for need in needs], "rules": [need.rule_id for need in needs],
        "keys": [need.rule_key for need in needs], "moments": [need.qualified_at for need in needs], "now": now,
    }  # fmt: skip
    _run(OPEN, values, bool(needs))


def end_needs(ended: Sequence[Ended], retired: Mapping[str, str], *, now: datetime) -> None:
    """End the open needs of these leads; `retired` are keys of stages by what they count as."""
    values = {
        "leads": [one.lead_id for one in ended], "left": [one.has_left for one in ended], "whys": [one.why for one in ended],
        "retired": orjson.dumps(retired).decode(), "now": now,
    }  # fmt: skip
    _run(END, values, bool(ended))


def note_unmet(whys: Sequence[tuple[int, str]], *, now: datetime) -> dict[int, int]:
    """Why nobody can take these leads; ids of the needs for which that is news, by lead."""
    if not whys:
        return {}
    values: dict[str, Any] = {"leads": [lead for lead, _why in whys], "whys": [why for _lead, why in whys], "now": now}
    with connection.cursor() as cursor:
        cursor.execute(UNMET, values)
        return {lead: need for need, lead in cursor.fetchall()}


def _run(statement: str, values: dict[str, Any], there_are_any: bool) -> None:
    if there_are_any:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)

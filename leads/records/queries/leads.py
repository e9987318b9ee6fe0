"""Reads and writes the records of many leads at once. Grain: one row a lead. Rows come as one JSON document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from alignment.copying import Every, copy_into

COLUMNS = (
    "id", "system", "external_id", "email", "email_usable", "phone", "phone_usable", "first_name", "last_name", "full_name",
    "title", "company_id", "source", "channel", "country", "attributes", "owner_id", "team_id", "campaign_id", "segment", "territory",
    "created_at", "erased",
)  # fmt: skip

READ = """
SELECT id, system, external_id, email, email_usable, phone, phone_usable, first_name, last_name, full_name,
       title, company_id, source, channel, country, attributes, owner_id, team_id, campaign_id, segment, territory,
       created_at, erased_at IS NOT NULL
FROM leads_lead WHERE id = ANY(%(leads)s::bigint[]) ORDER BY id FOR NO KEY UPDATE
"""

MAKE = """
INSERT INTO leads_lead (
    id, system, external_id, created_at, recorded_at, email, email_usable, phone, phone_usable, first_name, last_name, full_name,
    title, company_id, source, channel, country, attributes, stage, owner_id, team_id, campaign_id, segment, territory,
    is_test, import_id, version)
SELECT r.id, r.system, r.external_id, r.created_at, %(now)s::timestamptz, r.email, r.email_usable, r.phone, r.phone_usable, r.first_name,
    r.last_name, r.full_name, r.title, r.company_id, r.source, r.channel, r.country, r.attributes, r.stage, r.owner_id,
    r.team_id, r.campaign_id, r.segment, r.territory, false, %(import)s::bigint, 1
FROM json_to_recordset(%(rows)s) AS r(
    id bigint, system text, external_id text, created_at timestamptz, email text, email_usable bool, phone text, phone_usable bool,
    first_name text, last_name text, full_name text, title text, company_id bigint, source text, channel text, country text,
    attributes jsonb, stage text, owner_id bigint, team_id bigint, campaign_id bigint, segment text, territory text)
ORDER BY r.id
"""

MADE = (*(name for name in COLUMNS if name != "erased"), "stage")


def copy(rows: Sequence[Mapping[str, object]], *, now: datetime, import_id: int | None) -> None:
    """What `MAKE` does, for many, by COPY."""
    ordered = sorted(rows, key=lambda row: row["id"])  # type: ignore[arg-type, return-value]
    columns = {name: [row[name] for row in ordered] for name in MADE}
    every = {"recorded_at": now, "is_test": False, "import_id": import_id, "version": 1}
    copy_into("leads_lead", {**columns, **{name: Every(value) for name, value in every.items()}})


CHANGE = """
UPDATE leads_lead l SET email = r.email, email_usable = r.email_usable, phone = r.phone, phone_usable = r.phone_usable,
    first_name = r.first_name, last_name = r.last_name, full_name = r.full_name, title = r.title, company_id = r.company_id,
    country = r.country, attributes = r.attributes, version = l.version + 1
FROM json_to_recordset(%(rows)s) AS r(
    id bigint, email text, email_usable bool, phone text, phone_usable bool, first_name text, last_name text, full_name text,
    title text, company_id bigint, country text, attributes jsonb)
WHERE l.id = r.id
"""

SEEN_STAGES = """
SELECT c.lead_id, c."to", c.at FROM leads_stagechange c WHERE c.lead_id = ANY(%(leads)s::bigint[])
"""

HELD_CONSENTS = """
SELECT DISTINCT ON (c.lead_id, c.purpose) c.lead_id, c.purpose, c.state FROM leads_consent c
WHERE c.lead_id = ANY(%(leads)s::bigint[]) ORDER BY c.lead_id, c.purpose, c.at DESC, c.id DESC
"""

SEEN_CONSENTS = """
SELECT DISTINCT ON (c.lead_id, c.purpose) c.lead_id, c.purpose, c.state FROM leads_consent c
WHERE c.lead_id = ANY(%(leads)s::bigint[]) AND c.stated ORDER BY c.lead_id, c.purpose, c.id DESC
"""

"""The base as files that another system might have sent: leads, stages, activities and deals as CSV, with the profiles to import them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import psycopg2

SYSTEM = "bench"

QUERIES = {
    "leads": """
        SELECT l.external_id, l.created_at, l.email, l.phone, l.first_name, l.last_name, l.title, c.name AS company, l.source, l.channel,
               g.name AS campaign, l.segment, l.territory, l.country, l.attributes ->> 'landing_page' AS landing_page,
               (SELECT state FROM leads_consent s WHERE s.lead_id = l.id AND s.stated ORDER BY s.at LIMIT 1) AS consent
        FROM leads_lead l LEFT JOIN leads_company c ON c.id = l.company_id LEFT JOIN programs_campaign g ON g.id = l.campaign_id
        ORDER BY l.id""",
    "stages": """
        SELECT l.external_id AS lead_external_id, s."to" AS stage, s.at, u.email AS owner, s.reason
        FROM leads_stagechange s JOIN leads_lead l ON l.id = s.lead_id LEFT JOIN people_user u ON u.id = s.owner_id
        WHERE s.cause NOT IN ('created', 'deal') ORDER BY s.at, s.id""",
    "activities": """
        SELECT 'A' || a.id AS external_id, l.external_id AS lead_external_id, a.kind, a.at, u.email AS by, a.asset, a.channel, a.url,
               a.subject, a.outcome
        FROM leads_activity a JOIN leads_lead l ON l.id = a.lead_id LEFT JOIN people_user u ON u.id = a.by_id ORDER BY a.id""",
    "deals": """
        SELECT d.external_id, l.external_id AS lead_external_id, c.name AS company, u.email AS owner, d.amount, d.currency, d.status,
               d.opened_at, d.closed_at, d.lost_reason, d.kind
        FROM leads_deal d LEFT JOIN leads_lead l ON l.id = d.lead_id LEFT JOIN leads_company c ON c.id = d.company_id
        LEFT JOIN people_user u ON u.id = d.owner_id ORDER BY d.id""",
}
RENAMED = {"landing_page": "attributes.landing_page", "consent": "consent.marketing"}
"""Columns that fill a field of another name."""


@dataclass(frozen=True)
class Files:
    """Where the files of one base lie, and how many rows each has."""

    folder: Path
    rows: dict[str, int]

    def path(self, kind: str) -> Path:
        return self.folder / f"{kind}.csv"

    def profile(self, kind: str) -> Path:
        return self.folder / f"{kind}.json"


def export(url: str, folder: Path) -> Files:
    """Write the files of this base, unless they are there."""
    note = folder / "rows.json"
    if not note.exists():
        folder.mkdir(parents=True, exist_ok=True)
        rows: dict[str, int] = {}
        with psycopg2.connect(url) as base, base.cursor() as cursor:
            cursor.execute("SET TIME ZONE 'UTC'")
            for kind, query in QUERIES.items():
                with (folder / f"{kind}.csv").open("w") as file:
                    cursor.copy_expert(f"COPY ({query}) TO STDOUT (FORMAT csv, HEADER)", file)
                rows[kind] = cursor.rowcount
                columns = (folder / f"{kind}.csv").open().readline().strip().split(",")
                fields = {RENAMED.get(name, name): name for name in columns}
                profile = {"kind": kind, "system": SYSTEM, "dates": "iso", "fields": fields}
                (folder / f"{kind}.json").write_text(json.dumps(profile))
        note.write_text(json.dumps(rows))
    return read_files(folder)


def read_files(folder: Path) -> Files:
    """Those that were written."""
    return Files(folder, json.loads((folder / "rows.json").read_text()))

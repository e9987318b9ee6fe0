"""Everything that the tables of people's work say, to compare before and after; generated ids and versions apart."""

from __future__ import annotations

from django.db import connection

TABLES = {
    "leads": "SELECT external_id, email, email_usable, phone, phone_usable, first_name, title, source, stage, segment, attributes::text,"
    " company_id, owner_id, team_id, campaign_id FROM leads_lead ORDER BY id",
    "identities": "SELECT lead_id, scope, system, key FROM leads_leadidentity ORDER BY id",
    "values": "SELECT lead_id, field, ref, text, at FROM leads_leadvalue ORDER BY id",
    "changes": 'SELECT lead_id, "to", at, cause, deal_id, reason FROM leads_stagechange ORDER BY id',
    "voids": "SELECT change_id, reason FROM leads_stagevoid ORDER BY id",
    "stays": "SELECT lead_id, stage, from_stage, at, until, next_stage, pass_number FROM leads_stay ORDER BY change_id",
    "progress": "SELECT lead_id, reached, entered, stage_since, pass_number FROM leads_progress ORDER BY lead_id",
    "activities": "SELECT lead_id, kind, at, identity FROM leads_activity ORDER BY id",
    "consents": "SELECT lead_id, purpose, state, at FROM leads_consent ORDER BY id",
    "statements": "SELECT lead_id, system, key, said, said_at FROM leads_statement ORDER BY id",
    "deals": "SELECT external_id, lead_id, company_id, status, amount, opened_at, closed_at, lost_reason FROM leads_deal ORDER BY id",
    "companies": "SELECT name, domain, system, external_id, parent_id FROM leads_company ORDER BY id",
    "campaigns": "SELECT name FROM programs_campaign ORDER BY id",
    "people": "SELECT name FROM people_user ORDER BY id",
}


def everything() -> dict[str, list[tuple[object, ...]]]:
    """All rows of all these tables."""
    with connection.cursor() as cursor:
        found = {}
        for name, query in TABLES.items():
            cursor.execute(query)
            found[name] = cursor.fetchall()
        return found

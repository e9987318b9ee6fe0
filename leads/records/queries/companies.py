"""Finds and makes companies for many rows at once. Grain: one row a company.

Indexes: company_external_id_once, company_by_domain, company_by_normal_name. Rows come as one JSON document.
"""

from __future__ import annotations

FIND = """
WITH wanted AS (SELECT w.* FROM json_to_recordset(%(rows)s) AS w(system text, external_id text, domain text, normal_name text))
SELECT f.id, f.system, f.external_id, f.domain, f.normal_name FROM wanted w
JOIN leads_company f ON f.scope = %(scope)s::bigint AND f.system = w.system AND f.external_id = w.external_id
UNION SELECT f.id, f.system, f.external_id, f.domain, f.normal_name FROM wanted w
JOIN leads_company f ON f.scope = %(scope)s::bigint AND f.domain = w.domain
UNION SELECT f.id, f.system, f.external_id, f.domain, f.normal_name FROM wanted w
JOIN leads_company f ON f.scope = %(scope)s::bigint AND f.normal_name = w.normal_name
ORDER BY 1
"""

FIND_FURTHER = """
SELECT i.system, i.external_id, i.company_id
FROM json_to_recordset(%(rows)s) AS w(system text, external_id text)
JOIN leads_companyidentity i ON i.scope = %(scope)s AND i.system = w.system AND i.external_id = w.external_id
"""

HOLD = "SELECT id FROM leads_company WHERE id = ANY(ARRAY(SELECT unnest(%(companies)s::bigint[]))) ORDER BY id FOR KEY SHARE"
"""So that no undo takes away what is about to be pointed to; what is gone by now is not in it. Other writers do not wait for it."""

LOCK = """
SELECT count(pg_advisory_xact_lock(%(space)s::int, bucket)) FROM (
    SELECT DISTINCT mod(abs(hashtext(key)::bigint), %(buckets)s::bigint)::int AS bucket
    FROM unnest(%(keys)s::text[]) AS k(key) ORDER BY 1) AS b
"""

IDS = "SELECT nextval(pg_get_serial_sequence(%(table)s, 'id')) FROM generate_series(1, %(count)s)"

MAKE = """
INSERT INTO leads_company (id, scope, system, external_id, name, normal_name, domain, attributes, import_id, version)
SELECT w.id, %(scope)s::bigint, w.system, w.external_id, w.name, w.normal_name, w.domain, '{}', %(import)s::bigint, 1
FROM json_to_recordset(%(rows)s) AS w(id bigint, system text, external_id text, name text, normal_name text, domain text)
ORDER BY w.id
"""

GIVE_DOMAIN = """
UPDATE leads_company c SET domain = w.domain, version = c.version + CASE WHEN c.import_id = %(import)s THEN 0 ELSE 1 END
FROM json_to_recordset(%(rows)s) AS w(id bigint, domain text) WHERE c.id = w.id AND c.domain IS NULL
"""

ABOVE = """
WITH RECURSIVE above(id, parent_id) AS (
    SELECT id, parent_id FROM leads_company WHERE id = ANY(%(companies)s::bigint[])
    UNION
    SELECT c.id, c.parent_id FROM above a JOIN leads_company c ON c.id = a.parent_id
)
SELECT id, parent_id FROM above
"""

GIVE_ID = """
UPDATE leads_company c SET system = w.system, external_id = w.external_id,
    version = c.version + CASE WHEN c.import_id = %(import)s THEN 0 ELSE 1 END
FROM json_to_recordset(%(rows)s) AS w(id bigint, system text, external_id text) WHERE c.id = w.id AND c.external_id IS NULL
"""

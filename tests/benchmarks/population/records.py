"""The leads themselves, as their logs left them, and by what they are found again: names in systems, what was said of them, match keys."""

from __future__ import annotations

LEADS = """
INSERT INTO leads_lead (id, system, external_id, created_at, recorded_at, email, email_usable, phone, phone_usable, first_name,
    last_name, title,
    company_id, source, channel, stage, owner_id, team_id, offered_team_id, campaign_id, segment, territory, country, attributes,
        is_test, version)
SELECT a.id, 'crm', 'L' || a.id, a.at, a.at + interval '1 minute', a.email, a.email IS NOT NULL AND coalesce(v.email_usable, true), a.phone,
       a.phone IS NOT NULL, a.first_name, a.last_name, a.title, a.company_id, a.source, a.channel, c."to",
       CASE WHEN v.owner_said THEN v.owner_id ELSE a.marketer END, CASE WHEN v.team_said THEN v.team_id ELSE %(marketing)s END, o.team_id,
       coalesce(v.campaign_id, a.campaign_id), a.segment, a.territory, a.country,
       jsonb_build_object('landing_page', pg_temp.one_of(ARRAY['/', '/pricing', '/product', '/blog/less-downtime'], pg_temp.drawn(a.id,
           601)),
                          'plan', pg_temp.one_of(ARRAY['free', 'pro', 'team'], pg_temp.drawn(a.id, 602))),
       a.is_test, 2
FROM arrival a
LEFT JOIN (SELECT DISTINCT ON (lead_id) lead_id, "to" FROM change ORDER BY lead_id, at DESC, id DESC) c ON c.lead_id = a.id
LEFT JOIN (SELECT lead_id, team_id FROM offer WHERE state = 'offered') o ON o.lead_id = a.id
LEFT JOIN (
    SELECT lead_id, bool_or(field = 'owner') AS owner_said, max(ref) FILTER (WHERE field = 'owner') AS owner_id,
           bool_or(field = 'team') AS team_said, max(ref) FILTER (WHERE field = 'team') AS team_id,
           max(ref) FILTER (WHERE field = 'campaign') AS campaign_id,
           bool_and(text = 'yes') FILTER (WHERE field = 'email_usable') AS email_usable
    FROM (SELECT DISTINCT ON (lead_id, field) * FROM later ORDER BY lead_id, field, at DESC, n DESC) latest GROUP BY lead_id
) v ON v.lead_id = a.id
ORDER BY a.id
"""

IDENTITIES = """
INSERT INTO leads_leadidentity (scope, system, key, lead_id)
SELECT 0, k.system, k.key, a.id
FROM arrival a CROSS JOIN LATERAL (VALUES ('crm', 'id:L' || a.id), ('', 'email:' || a.email)) AS k(system, key) WHERE k.key IS NOT NULL
    ORDER BY a.id
"""

STATEMENTS_SAID = """
INSERT INTO leads_statement (lead_id, system, key, said, said_at)
SELECT id, 'crm', 'id:L' || id, jsonb_strip_nulls(jsonb_build_object('email', email, 'phone', phone, 'title', title, 'source', source,
    'channel', channel, 'company', company, 'country', country, 'last_name', last_name, 'first_name', first_name)), at + interval '1 minute'
FROM arrival ORDER BY id
"""

MATCH_KEYS = """
INSERT INTO leads_matchkey (lead_id, kind, key)
SELECT DISTINCT id, k.kind, k.key
FROM (SELECT *, lower(first_name) AS f, lower(last_name) AS l, split_part(email, '@', 2) AS provider FROM arrival WHERE NOT is_test) a
CROSS JOIN LATERAL (VALUES
    ('email', CASE provider WHEN 'gmail.com' THEN replace(split_part(email, '@', 1), '.', '') || '@gmail.com' ELSE email END), ('phone',
        phone),
    ('name', least(f, l) || ' ' || greatest(f, l)), ('domain', left(f, 1) || ' ' || domain), ('domain', left(l, 1) || ' ' || domain),
    ('company', left(f, 1) || ' ' || normal_name), ('company', left(l, 1) || ' ' || normal_name)
) AS k(kind, key) WHERE k.key IS NOT NULL
"""
"""By what leads are found to be the same, as `leads.duplicates.keys` makes them of such names and addresses."""

NUMBER_ON = "SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT coalesce(max(id), 1) FROM {table}))"

NUMBERED = ("leads_company", "leads_lead", "leads_stagechange", "leads_deal", "leads_handoff", "leads_activity")
"""Tables whose rows brought their numbers along."""

TEXTS = """
INSERT INTO leads_leadtext (lead_id, text, called)
SELECT l.id,
       upper(' ' || coalesce(l.first_name, '') || ' ' || coalesce(l.last_name, '') || ' ' || coalesce(l.full_name, '')
             || ' ' || coalesce(l.email, '') || ' ' || coalesce(c.name, '')),
       lower(coalesce(l.full_name, nullif(btrim(coalesce(l.first_name, '') || ' ' || coalesce(l.last_name, '')), ''), l.email,
                      l.external_id, ''))
FROM leads_lead l LEFT JOIN leads_company c ON c.id = l.company_id
"""
"""What leads are found by and called, as a trigger writes it otherwise."""

STATEMENTS = (LEADS, TEXTS, IDENTITIES, STATEMENTS_SAID, MATCH_KEYS)

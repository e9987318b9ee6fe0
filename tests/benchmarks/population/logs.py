"""What do the logs say? Stages, who held a lead and where it belonged, and whether it may be written to: as the product writes them."""

from __future__ import annotations

from leads.demo import cast as demo

REFUSALS = (
    "CREATE TEMP TABLE refusal ON COMMIT DROP AS SELECT id AS lead_id FROM arrival WHERE pg_temp.drawn(id, 41) >= 0.96"
)
"""Who said no as they came."""

CHANGES = """
CREATE TEMP TABLE change ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY at, lead_id, step) AS id, c.*, least(at + interval '1 minute', %(end)s) AS recorded_at
FROM (
    SELECT lead_id, 1 AS step, 'inquiry' AS "to", t1 AS at, 'created' AS cause, NULL AS reason, NULL::bigint AS actor_id,
           NULL::bigint AS owner_id, NULL::bigint AS team_id, NULL::bigint AS deal_id, NULL::bigint AS agreement_id
    FROM pass WHERE t1 IS NOT NULL
    UNION ALL
    SELECT lead_id, 2, 'mql', t2, CASE WHEN t2 >= %(defined)s THEN 'definition' ELSE 'history' END, NULL, NULL, NULL, NULL, NULL,
           CASE WHEN t2 >= %(defined)s THEN %(definition)s::bigint END
    FROM pass WHERE t2 IS NOT NULL
    UNION ALL
    SELECT p.lead_id, 3, 'sal', t3, CASE WHEN o.id IS NULL THEN 'manual' ELSE 'handoff' END, NULL, a.seller, a.seller, s.team_id, NULL,
        o.rule_id
    FROM pass p JOIN arrival a ON a.id = p.lead_id JOIN seller s ON s.user_id = a.seller
    LEFT JOIN offer o ON o.key = p.key AND o.state = 'accepted'
    WHERE t3 IS NOT NULL
    UNION ALL
    SELECT p.lead_id, 4, 'sql', t4, 'manual', NULL, a.seller, NULL, NULL, NULL, NULL
    FROM pass p JOIN arrival a ON a.id = p.lead_id WHERE t4 IS NOT NULL
    UNION ALL
    SELECT lead_id, 5, 'opportunity', opened_at, 'deal', NULL, NULL, NULL, NULL, id, NULL FROM deal WHERE lead_id IS NOT NULL
    UNION ALL
    SELECT lead_id, 6, status, closed_at, 'deal', lost_reason, NULL, NULL, NULL, id, NULL FROM deal
    WHERE lead_id IS NOT NULL AND status <> 'open'
    UNION ALL
    SELECT lead_id, 7, 'loyal', at, 'deal', NULL, NULL, NULL, NULL, deal_id, NULL FROM loyal
    UNION ALL
    SELECT p.lead_id, 8, p.fate, p.fate_at, CASE WHEN o.id IS NULL THEN 'manual' ELSE 'return' END,
           CASE WHEN p.fate = 'recycled' THEN pg_temp.one_of(%(recycle_reasons)s, pg_temp.drawn(p.key, 401))
                WHEN pg_temp.drawn(p.key, 402) < 0.92 THEN pg_temp.one_of(%(disqualify_reasons)s, pg_temp.drawn(p.key, 403)) END,
           coalesce(o.to_user, CASE WHEN p.t3 IS NULL THEN a.marketer ELSE a.seller END), NULL, NULL, NULL, o.rule_id
    FROM pass p JOIN arrival a ON a.id = p.lead_id
    LEFT JOIN offer o ON o.key = p.key AND coalesce(o.returned_at, o.decided_at) = p.fate_at
    WHERE p.fate IN ('recycled', 'disqualified')
) c
"""

KEPT_CHANGES = """
INSERT INTO leads_stagechange (id, lead_id, "to", at, recorded_at, cause, reason, actor_id, owner_id, team_id, deal_id, version_id,
    agreement_version_id)
SELECT id, lead_id, "to", at, recorded_at, cause, reason, actor_id, owner_id, team_id, deal_id, %(funnel)s, agreement_id FROM change
    ORDER BY id
"""

LATER = """
CREATE TEMP TABLE later ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY at, lead_id, step, field) AS n, v.* FROM (
    SELECT lead_id, at, step, f.field, f.ref, NULL::text AS text, recorded_at, actor_id, id AS change_id
    FROM change CROSS JOIN LATERAL (VALUES ('owner', owner_id), ('team', team_id)) AS f(field, ref) WHERE f.ref IS NOT NULL
    UNION ALL
    SELECT o.lead_id, at, 8, f.field, f.ref, NULL, at, o.to_user, NULL
    FROM (SELECT lead_id, to_user, coalesce(returned_at, decided_at) AS at FROM offer
          WHERE returned_at IS NOT NULL OR (state = 'rejected' AND fate IS NOT NULL AND decided_at = fate_at)) o
    CROSS JOIN LATERAL (VALUES ('owner', NULL::bigint), ('team', %(marketing)s::bigint)) AS f(field, ref)
    UNION ALL
    SELECT p.lead_id, p.t4 + interval '1 day', 4, f.field, f.ref, NULL, p.t4 + interval '1 day', a.seller, NULL
    FROM pass p JOIN arrival a ON a.id = p.lead_id JOIN seller s ON s.user_id = a.stand_in
    CROSS JOIN LATERAL (VALUES ('owner', a.stand_in), ('team', s.team_id)) AS f(field, ref)
    WHERE pg_temp.drawn(p.key, 404) < 0.08 AND p.t4 + interval '1 day' < coalesce(p.fate_at, %(end)s)
    UNION ALL
    SELECT p.lead_id, p.t2 - interval '2 days', 2, 'campaign', g.id, NULL, p.t2 - interval '2 days', NULL, NULL
    FROM pass p JOIN campaign_of g ON g.source = 'newsletter' AND p.t2 >= g.since AND p.t2 < g.until
    WHERE p.number > 1 AND p.t2 IS NOT NULL
    UNION ALL
    SELECT id, at + interval '2 days', 9, 'email_usable', NULL, 'no', at + interval '2 days', NULL, NULL
    FROM arrival WHERE email IS NOT NULL AND pg_temp.drawn(id, 405) < 0.03 AND at + interval '2 days' < %(end)s
) v
"""
"""What became of owners, teams and campaigns after the first day, and addresses that turned out wrong."""

VALUES = """
INSERT INTO leads_leadvalue (lead_id, field, ref, text, at, recorded_at, actor_id, change_id)
SELECT lead_id, field, ref, text, at, recorded_at, actor_id, change_id FROM (
    SELECT a.id AS lead_id, f.n AS n, f.field, f.ref, f.text, at, at + interval '1 minute' AS recorded_at, NULL::bigint AS actor_id,
           NULL::bigint AS change_id
    FROM arrival a CROSS JOIN LATERAL (VALUES
        (0, 'owner', a.marketer, NULL), (1, 'team', %(marketing)s::bigint, NULL), (2, 'campaign', a.campaign_id, NULL),
        (3, 'segment', NULL, a.segment), (4, 'territory', NULL, a.territory),
        (5, 'email_usable', NULL, CASE WHEN a.email IS NULL THEN 'no' ELSE 'yes' END),
        (6, 'phone_usable', NULL, CASE WHEN a.phone IS NULL THEN 'no' ELSE 'yes' END),
        (7, 'is_test', NULL, CASE WHEN a.is_test THEN 'yes' END)
    ) AS f(n, field, ref, text)
    WHERE coalesce(f.ref::text, f.text) IS NOT NULL
    UNION ALL
    SELECT lead_id, 10 + n, field, ref, text, at, greatest(recorded_at, at), actor_id, change_id FROM later
) v ORDER BY at, lead_id, n
"""

CONSENTS = """
INSERT INTO leads_consent (lead_id, purpose, state, at, recorded_at, stated, source)
SELECT lead_id, 'marketing', state, at, least(at + interval '1 minute', %(end)s), stated, source FROM (
    SELECT id AS lead_id, CASE WHEN pg_temp.drawn(id, 41) < 0.55 THEN 'granted' ELSE 'withdrawn' END AS state, at, true AS stated, 'crm'
        AS source
    FROM arrival WHERE pg_temp.drawn(id, 41) < 0.55 OR pg_temp.drawn(id, 41) >= 0.96
    UNION ALL
    SELECT lead_id, 'withdrawn', at, false, 'Unsubscribe' FROM happened WHERE kind = 'unsubscribe'
) said ORDER BY at
"""

NAMES = {"recycle_reasons": list(demo.RECYCLE_REASONS), "disqualify_reasons": list(demo.DISQUALIFY_REASONS)}

"""What happened with the leads? What they looked at and answered, what both sides sent and said, when their journeys make it likely.

The temporary table `happened` gathers it; the log has it in the order of time. Page views fill up to what is wanted: some leads look a
hundred times as often as others. Some rows were learnt days later, calls were typed in.
"""

from __future__ import annotations

from typing import Any

from leads.activities.kinds import KINDS
from leads.demo import cast as demo

SITE = "https://www.bench.example"

TABLE = """
CREATE TEMP TABLE happened (
    lead_id bigint, at timestamptz, kind text, channel text, campaign_id bigint, by_id bigint, asset text, url text, subject text,
        outcome text)
ON COMMIT DROP
"""

AT_FIRST = """
INSERT INTO happened
SELECT id, at, 'form', channel, campaign_id, NULL::bigint, pg_temp.one_of(%(assets)s, pg_temp.drawn(id, 501)), NULL, NULL::text, NULL
    FROM arrival
WHERE pg_temp.drawn(id, 511) < 0.5
UNION ALL
SELECT id, at - interval '1 hour' * pg_temp.drawn(id, 502), 'ad_click', channel, campaign_id, NULL, NULL, NULL, NULL, NULL FROM arrival
WHERE source IN ('paid search', 'social') AND pg_temp.drawn(id, 503) < 0.6
UNION ALL
SELECT id, at, CASE source WHEN 'webinar' THEN 'webinar' ELSE 'event' END, channel, campaign_id, NULL, source, NULL, NULL, NULL FROM arrival
WHERE source IN ('webinar', 'trade fair') AND pg_temp.drawn(id, 504) < 0.5
UNION ALL
SELECT id, at + interval '2 days', 'email_bounce', 'email', NULL, NULL, NULL, NULL, NULL, NULL FROM arrival
WHERE email IS NOT NULL AND pg_temp.drawn(id, 405) < 0.03
UNION ALL
SELECT id, at + interval '1 day' * (3 + 40 * pg_temp.drawn(id, 506)), 'unsubscribe', 'email', NULL, NULL, NULL, NULL, NULL, NULL
    FROM arrival
WHERE pg_temp.drawn(id, 505) < 0.02
UNION ALL
SELECT id, at + interval '1 day' * (12 * n + 4 * pg_temp.drawn(id * 8 + n, 507)), 'newsletter', 'email', NULL, NULL, NULL, NULL,
       'News from the workshop', NULL
FROM arrival, LATERAL generate_series(1, width_bucket(pg_temp.drawn(id, 508), ARRAY[0.8, 0.95, 0.99])) n
UNION ALL
SELECT id, at + interval '1 day' * (12 * n + 4 + pg_temp.drawn(id * 8 + n, 509)), 'email_click', 'email', campaign_id, NULL,
    'Workshop news', NULL,
       NULL, NULL
FROM arrival, LATERAL generate_series(1, width_bucket(pg_temp.drawn(id, 508), ARRAY[0.8, 0.95, 0.99])) n
WHERE pg_temp.drawn(id * 8 + n, 510) < 0.3
"""

BEFORE_QUALIFIED = """
INSERT INTO happened
SELECT p.lead_id, greatest(a.at, p.t2 - interval '3 days' * pg_temp.drawn(p.key * 8 + n, 521)), e.kind, a.channel, a.campaign_id, NULL,
       CASE e.kind WHEN 'content' THEN pg_temp.one_of(%(assets)s, pg_temp.drawn(p.key, 522)) END,
       CASE e.kind WHEN 'page_view' THEN %(site)s || e.path END, NULL, NULL
FROM pass p JOIN arrival a ON a.id = p.lead_id
CROSS JOIN LATERAL (VALUES (1, 'page_view', '/pricing', 0.7), (2, 'page_view', '/pricing/enterprise', 0.25),
                           (3, 'page_view', '/case-studies/harbour-foods', 0.4), (4, 'content', NULL, 0.35)) AS e(n, kind, path, chance)
WHERE p.t2 IS NOT NULL AND pg_temp.drawn(p.key * 8 + n, 523) < chance
"""

IN_SALES = """
INSERT INTO happened
SELECT p.lead_id, CASE n WHEN 1 THEN p.t3 + interval '1 hour' * 4 * exp(1.2 * pg_temp.bent(p.key, 531))
                         ELSE p.t3 + interval '1 day' * n * 4 * pg_temp.drawn(p.key * 8 + n, 532) END,
       pg_temp.one_of(ARRAY['call', 'call', 'call', 'email'], pg_temp.drawn(p.key * 8 + n, 533)), NULL::text, NULL::bigint, a.seller,
           NULL::text, NULL::text, NULL::text,
       pg_temp.one_of(ARRAY['reached', 'reached', 'no answer', 'left a message'], pg_temp.drawn(p.key * 8 + n, 534))
FROM pass p JOIN arrival a ON a.id = p.lead_id,
     LATERAL generate_series(1, width_bucket(pg_temp.drawn(p.key, 535), ARRAY[0.08, 0.62, 0.88, 0.97])) n
WHERE p.t3 IS NOT NULL
UNION ALL
SELECT p.lead_id, p.t3 + interval '1 day' * 3 * pg_temp.drawn(p.key, 537), pg_temp.one_of(ARRAY['email_reply', 'call_inbound',
    'message_inbound'],
       pg_temp.drawn(p.key, 538)), NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM pass p WHERE p.t3 IS NOT NULL AND pg_temp.drawn(p.key, 536) < 0.3
UNION ALL
SELECT p.lead_id, p.t4 - e.earlier, e.kind, NULL, NULL, CASE WHEN e.kind <> 'meeting_booked' THEN a.seller END, NULL, NULL, e.subject, NULL
FROM pass p JOIN arrival a ON a.id = p.lead_id
CROSS JOIN LATERAL (VALUES (1, 'meeting', interval '15 minutes', 'First meeting', 0.9), (2, 'meeting_booked', interval '16 minutes',
    NULL, 0.25),
                           (3, 'demo', interval '-3 days', 'What it does', 0.2), (4, 'task', interval '-1 day', 'Ask who decides', 0.1))
    AS e(n, kind, earlier, subject, chance)
WHERE p.t4 IS NOT NULL AND pg_temp.drawn(p.key * 8 + n, 541) < chance
UNION ALL
SELECT p.lead_id, p.t5 + e.later, e.kind, NULL, NULL, a.seller, NULL, NULL, e.subject, NULL
FROM pass p JOIN arrival a ON a.id = p.lead_id
CROSS JOIN LATERAL (VALUES (1, 'proposal', interval '2 days', 'Proposal', 0.9), (2, 'visit', interval '9 days', 'On site', 0.2),
                           (3, 'note', interval '10 days', 'Terms asked for', 0.3), (4, 'call', interval '12 days', 'Follow-up', 0.6))
    AS e(n, kind, later, subject, chance)
WHERE p.t5 IS NOT NULL AND pg_temp.drawn(p.key * 8 + n, 542) < chance
"""

AFTERWARDS = """
INSERT INTO happened
SELECT p.lead_id, p.fate_at + interval '1 day' * 26 * (n - 0.5 * pg_temp.drawn(p.key * 16 + n, 551)), 'nurture', 'email', NULL::bigint,
       NULL::bigint, NULL, NULL, 'Still with us?', NULL
FROM pass p, LATERAL generate_series(1, 1 + floor(3 * pg_temp.drawn(p.key, 552))::int) n
WHERE p.fate = 'recycled' AND pg_temp.drawn(p.key, 553) < 0.3
UNION ALL
SELECT p.lead_id, p.t6 + interval '1 day' * 48 * (n - 0.5 * pg_temp.drawn(p.key * 16 + n, 554)), 'newsletter', 'email', NULL, NULL, NULL,
    NULL,
       'For our customers', NULL
FROM pass p, LATERAL generate_series(1, 6) n WHERE p.t6 IS NOT NULL AND pg_temp.drawn(p.key, 555) < 0.6
"""

VIEWS = """
INSERT INTO happened
SELECT a.id, a.at + (%(end)s - a.at) * pg_temp.drawn(key, 561) ^ 4, 'page_view', a.channel, CASE WHEN n < 3 THEN a.campaign_id END, NULL,
    NULL,
       CASE WHEN pg_temp.drawn(key, 562) < 0.15 THEN pg_temp.one_of(ARRAY['/', '/product', '/customers'], pg_temp.drawn(key, 563))
            ELSE %(site)s || pg_temp.one_of(ARRAY[
                '/', '/', '/', '/product', '/product/sensors', '/customers', '/blog/' || key %% 400, '/blog/' || key %% 40,
                    '/blog/less-downtime',
                '/products/' || key %% 20, '/docs/' || key %% 100, '/about', '/careers', '/contact'], pg_temp.drawn(key, 563))
                || CASE WHEN pg_temp.drawn(key, 564) < 0.4 THEN '?utm_source=' || replace(coalesce(a.source, 'direct'), ' ',
                    '-') ELSE '' END END,
       NULL, NULL
FROM arrival a
CROSS JOIN LATERAL generate_series(1, floor(-%(views)s * ln(1 - pg_temp.drawn(a.id, 565)))::int) n
CROSS JOIN LATERAL (SELECT a.id * 1000 + n AS key OFFSET 0) k
"""
"""Most soon after they came; `views` is the parameter of how many, of which an inverse distribution makes whole numbers."""

COUNT = "SELECT count(*) FROM happened WHERE at < %(end)s"

KEPT = """
INSERT INTO leads_activity (id, lead_id, kind, direction, side, automated, at, recorded_at, typed_in, asset, channel, url, subject, outcome,
    attributes, system, external_id, identity, by_id, campaign_id)
SELECT row_number() OVER (), lead_id, kind, direction, side, automated, at, least(at + later, %(end)s), system IS NULL, asset, channel,
    url, subject,
       outcome, '{}', system, CASE WHEN system IS NOT NULL THEN 'A' || row_number() OVER () END,
       CASE WHEN system IS NOT NULL THEN '0:' || system || ':A' || row_number() OVER () END, by_id, campaign_id
FROM (
    SELECT h.*, k.direction, k.side, k.automated,
           CASE WHEN h.kind IN ('call', 'note', 'visit') THEN NULL WHEN k.side = 'sales' THEN 'crm' ELSE 'web' END AS system,
           CASE WHEN d < 0.02 THEN interval '4 days' * pg_temp.drawn(h.lead_id, 572) WHEN h.kind = 'call' THEN interval '20 minutes' * d
                ELSE interval '1 minute' END AS later
    FROM happened h JOIN kind k ON k.key = h.kind
    CROSS JOIN LATERAL (SELECT pg_temp.drawn(h.lead_id + extract(epoch FROM h.at)::bigint, 571) AS d) r
    WHERE h.at < %(end)s
    ORDER BY h.at, h.lead_id, h.kind
) h
"""

KIND_TABLE = """
CREATE TEMP TABLE kind ON COMMIT DROP AS
SELECT * FROM unnest(%(kinds)s::text[], %(directions)s::text[], %(sides)s::text[], %(automated)s::bool[]) AS k(key, direction, side,
    automated)
"""

BEFORE_VIEWS = (TABLE, KIND_TABLE, AT_FIRST, BEFORE_QUALIFIED, IN_SALES, AFTERWARDS)


def values() -> dict[str, Any]:
    """What the statements of this module are given."""
    return {
        "assets": list(demo.ASSETS), "site": SITE,
        "kinds": [kind.key for kind in KINDS], "directions": [kind.direction for kind in KINDS],
        "sides": [kind.side for kind in KINDS], "automated": [kind.automated for kind in KINDS],
    }  # fmt: skip

"""Who was offered which lead since the rules are in force, and what did they do? Offers, deadlines in working time, needs.

A lead that went on was accepted when it went on, perhaps by the second who was asked, after the first turned it down or let it run out;
one that came back was turned down or given back; one of which nothing is known lies on somebody's table, or nobody takes it any more.
The temporary table `handed` has a row a pass with both offers side by side.
"""

from __future__ import annotations

ACCEPT, CONTACT, EXPIRE = 6 * 3600, 16 * 3600, 14 * 3600
"""Seconds of working time, as the rules of the demo say."""

HANDED = f"""
CREATE TEMP TABLE handed ON COMMIT DROP AS
WITH offered AS MATERIALIZED (
    SELECT p.*, a.marketer, a.seller, a.stand_in, s.team_id, a.country,
           CASE WHEN a.country IN ('PL', 'SE') THEN 'partner' ELSE 'sales' END AS side,
           (%(rules)s::jsonb ->> CASE WHEN a.country IN ('PL', 'SE') THEN a.country ELSE 'sales' END)::bigint AS rule_id,
           CASE WHEN a.country IN ('PL', 'SE') THEN 'partner-' || lower(a.country) ELSE 'own-sales' END AS rule_key,
           p.t2 + CASE WHEN pg_temp.drawn(p.key, 201) < 0.05 THEN least(0.8 * (coalesce(p.t3, p.fate_at, %(end)s) - p.t2),
               interval '9 hours')
                       ELSE interval '1 minute' END AS at1,
           CASE WHEN p.t3 IS NOT NULL THEN 'taken' WHEN p.fate IS NOT NULL THEN 'back' ELSE 'open' END AS became,
           coalesce(p.t3, p.fate_at) AS settled_at, pg_temp.drawn(p.key, 202) AS luck
    FROM pass p JOIN arrival a ON a.id = p.lead_id JOIN seller s ON s.user_id = a.seller
    WHERE p.t2 >= %(handed)s AND NOT a.is_test AND NOT EXISTS (SELECT FROM refusal r WHERE r.lead_id = p.lead_id)
),
first AS MATERIALIZED (
    SELECT o.*, leads_working_after(%(calendar)s, at1, {ACCEPT}) AS accept1, leads_working_after(%(calendar)s, at1, {CONTACT}) AS contact1
    FROM offered o
),
ended AS MATERIALIZED (
    SELECT f.*, leads_working_after(%(calendar)s, accept1, {EXPIRE}) AS expire1 FROM first f
),
decided AS MATERIALIZED (
    SELECT e.*, CASE
        WHEN became <> 'open' AND settled_at < expire1 AND luck < 0.12 AND settled_at - at1 > interval '1 hour' THEN 'rejected'
        WHEN became <> 'open' AND settled_at < expire1 THEN CASE became WHEN 'taken' THEN 'accepted' ELSE 'rejected' END
        WHEN expire1 < %(end)s THEN 'expired' ELSE 'offered' END AS state1
    FROM ended e
),
moments AS MATERIALIZED (
    SELECT d.*, CASE state1 WHEN 'offered' THEN NULL WHEN 'expired' THEN expire1
        WHEN 'rejected' THEN CASE WHEN became = 'back' AND NOT (luck < 0.12 AND settled_at - at1 > interval '1 hour') THEN settled_at
                                  ELSE at1 + 0.4 * (settled_at - at1) END
        ELSE settled_at END AS decided1,
        state1 = 'expired' OR (state1 = 'rejected' AND luck < 0.12 AND settled_at - at1 > interval '1 hour') AS again
    FROM decided d
),
second AS MATERIALIZED (
    SELECT m.*, CASE WHEN again THEN decided1 + interval '1 minute' END AS at2 FROM moments m
),
due AS MATERIALIZED (
    SELECT s.*, leads_working_after(%(calendar)s, at2, {ACCEPT}) AS accept2, leads_working_after(%(calendar)s, at2, {CONTACT}) AS contact2
    FROM second s
),
ending AS MATERIALIZED (SELECT d.*, leads_working_after(%(calendar)s, accept2, {EXPIRE}) AS expire2 FROM due d)
SELECT e.*, CASE WHEN at2 IS NULL OR at2 >= %(end)s THEN NULL
                 WHEN became = 'taken' AND settled_at > at2 THEN 'accepted'
                 WHEN became = 'back' AND settled_at > at2 THEN 'rejected'
                 WHEN expire2 < %(end)s THEN 'expired' ELSE 'offered' END AS state2,
       CASE WHEN becomes_back AND reason_draw < 0.6 THEN 'not-ready' WHEN becomes_back THEN 'unreachable' END AS back_reason
FROM ending e
CROSS JOIN LATERAL (SELECT fate = 'recycled' AS becomes_back, pg_temp.drawn(key, 203) AS reason_draw) r
"""

HANDOFFS = """
INSERT INTO leads_handoff (id, lead_id, rule_id, rule_key, origin, replaces_id, from_stage, to_stage, from_side, to_side, from_team_id,
    from_user_id, to_team_id, to_user_id, strategy, why, qualified_at, offered_at, recorded_at, calendar_id, accept_by, contact_by, state,
    decided_at, decided_recorded_at, decided_by_id, returned_at, returned_recorded_at, returned_by_id, reason, note, reason_recorded_at,
    schedule, step, next_at, version)
SELECT id, lead_id, rule_id, rule_key, CASE nth WHEN 1 THEN 'rule' ELSE 'rerouted' END, CASE nth WHEN 2 THEN before_id END, 'mql', 'sal',
       'marketing', side, %(marketing)s, marketer, team_id, to_user, CASE side WHEN 'partner' THEN 'weighted' ELSE 'table' END,
       jsonb_build_array('Nobody holds a lead or an open deal of this company.', 'By turn, weighted by capacity.'),
       qualified_at, at, at, %(calendar)s, accept_by, contact_by, state, decided_at, decided_at,
       CASE WHEN state IN ('accepted', 'rejected') THEN to_user END, returned_at, returned_at,
       CASE WHEN returned_at IS NOT NULL THEN to_user END, reason, CASE reason WHEN 'no-fit' THEN 'They look for spare parts only.' END,
       CASE WHEN reason IS NOT NULL THEN coalesce(returned_at, decided_at) END, coalesce(schedule, '[]'),
       coalesce(past, 0), next_at, 1
FROM offer
"""

OFFERS = """
CREATE TEMP TABLE offer ON COMMIT DROP AS
SELECT o.*, row_number() OVER (ORDER BY at, lead_id, nth) AS id,
       CASE WHEN state = 'accepted' AND steps = 3 AND fate = 'recycled' AND pg_temp.drawn(key, 204) < 0.5 THEN fate_at END AS returned_at,
       NULL::bigint AS before_id, NULL::jsonb AS schedule, NULL::int AS past, NULL::timestamptz AS next_at, NULL::text AS reason
FROM (
    SELECT lead_id, key, 1 AS nth, at1 AS at, accept1 AS accept_by, contact1 AS contact_by, expire1 AS expires_at, state1 AS state,
           decided1 AS decided_at, CASE WHEN again THEN stand_in ELSE seller END AS to_user, t2 AS qualified_at,
           team_id, side, rule_id, rule_key, marketer, steps, fate, fate_at, back_reason, became, again
    FROM handed
    UNION ALL
    SELECT lead_id, key, 2, at2, accept2, contact2, expire2, state2,
           CASE state2 WHEN 'expired' THEN expire2 WHEN 'offered' THEN NULL ELSE settled_at END, seller, decided1,
           team_id, side, rule_id, rule_key, marketer, steps, fate, fate_at, back_reason, became, again
    FROM handed WHERE state2 IS NOT NULL
) o
"""
"""Offers in the order of time; who was asked first and did not take it is the stand-in, who has it in the end the seller."""

CHAINED = """
UPDATE offer o SET before_id = f.id FROM offer f WHERE o.nth = 2 AND f.nth = 1 AND f.key = o.key
"""

REASONS = """
UPDATE offer SET reason = CASE
    WHEN returned_at IS NOT NULL THEN back_reason
    WHEN state = 'rejected' AND nth = 1 AND again THEN 'not-mine'
    WHEN state = 'rejected' AND fate = 'recycled' THEN back_reason
    WHEN state = 'rejected' AND pg_temp.drawn(key, 205) < 0.92 THEN 'no-fit' END
WHERE returned_at IS NOT NULL OR state = 'rejected'
"""

SCHEDULES = f"""
UPDATE offer o SET schedule = s.schedule, past = s.past, next_at = s.next_at
FROM (
    SELECT id, jsonb_agg(jsonb_build_object('clock', clock, 'what', what, 'to', "to",
                'at', to_char(due AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US+00:00')) ORDER BY clock, due, rank) AS schedule,
           count(*) FILTER (WHERE (state = 'accepted' AND clock = 'accept') OR due <= %(end)s AND clock = running)::int AS past,
           min(due) FILTER (WHERE due > %(end)s AND clock = running) AS next_at
    FROM (
        SELECT id, state, CASE state WHEN 'offered' THEN 'accept' ELSE 'contact' END AS running, e.*
        FROM offer, LATERAL (VALUES
            (1, 'accept', 'remind', NULL, leads_working_after(%(calendar)s, at, 0.7 * {ACCEPT})),
            (2, 'accept', 'breach', NULL, accept_by),
            (3, 'accept', 'escalate', 'receiver_lead', leads_working_after(%(calendar)s, accept_by, 7200)),
            (3, 'accept', 'escalate', 'both_leads', leads_working_after(%(calendar)s, accept_by, 43200)),
            (4, 'accept', 'expire', NULL, expires_at),
            (1, 'contact', 'remind', NULL, leads_working_after(%(calendar)s, at, 0.7 * {CONTACT})),
            (2, 'contact', 'breach', NULL, contact_by),
            (3, 'contact', 'escalate', 'receiver_lead', leads_working_after(%(calendar)s, contact_by, 7200)),
            (3, 'contact', 'escalate', 'both_leads', leads_working_after(%(calendar)s, contact_by, 43200))
        ) AS e(rank, clock, what, "to", due)
        WHERE state = 'offered' OR (state = 'accepted' AND returned_at IS NULL AND contact_by > %(end)s - interval '4 days')
    ) entries
    GROUP BY id
) s
WHERE s.id = o.id
"""
"""What the sweep is to do with offers that are open, and with leads taken lately; of older ones everything is done."""

DEADLINES = """
INSERT INTO leads_deadline (handoff_id, clock, due_at, recorded_at)
SELECT o.id, d.clock, d.due_at, o.at
FROM offer o CROSS JOIN LATERAL (VALUES ('accept', accept_by), ('contact', contact_by)) AS d(clock, due_at) ORDER BY o.id, d.clock
"""

NEEDS = """
INSERT INTO leads_need (lead_id, rule_id, rule_key, qualified_at, recorded_at, no_receiver_at, no_receiver, ended_at, ended_recorded_at,
    handoff_id)
SELECT lead_id, rule_id, rule_key, qualified_at, known_at, no_receiver_at, no_receiver, ended_at, ended_at, handoff_id FROM (
    SELECT lead_id, rule_id, rule_key, qualified_at, least(at, qualified_at + interval '1 minute') AS known_at,
           CASE WHEN at - qualified_at > interval '5 minutes' THEN qualified_at + interval '1 minute' END AS no_receiver_at,
           CASE WHEN at - qualified_at > interval '5 minutes' THEN 'Everybody of the team was full.' END AS no_receiver,
           at AS ended_at, id AS handoff_id FROM offer
    UNION ALL
    SELECT lead_id, rule_id, rule_key, decided_at, decided_at, decided_at + interval '1 minute', 'Nobody of the team takes it.', NULL, NULL
    FROM offer WHERE nth = 2 AND state = 'expired'
    UNION ALL
    SELECT lead_id, rule_id, rule_key, decided_at, decided_at, NULL, NULL, NULL, NULL
    FROM offer WHERE nth = 1 AND state = 'expired' AND decided_at + interval '1 minute' >= %(end)s
) n ORDER BY known_at
"""

TO_ROUTE = """
INSERT INTO leads_toroute (lead_id, due_at)
SELECT lead_id, %(end)s + interval '5 minutes' * pg_temp.drawn(lead_id, 206) FROM leads_need WHERE ended_at IS NULL
"""

STATEMENTS = (HANDED, OFFERS, CHAINED, REASONS, SCHEDULES, HANDOFFS, DEADLINES, NEEDS, TO_ROUTE)

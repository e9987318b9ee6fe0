"""When did a lead go to and fro between the sides without getting further? Grain: one row a leak. Clock: `known_at`.

Moves are offers to the other side, until they are taken back and nothing continues them, and returns: what was turned down, or came
back after it was accepted. They are counted within one pass from the instant on at which its highest forward position last rose; as
soon as there are as many as agreed it is a leak, until the position rises again or the pass ends. Index: handoff_order, stay_order.
"""

from alignment.unpivot import unpivot

PING_PONG = f"""
WITH moves AS (
    SELECT h.lead_id, h.offered_at AS at, b.at AS undone
    FROM handed h LEFT JOIN taken_back b ON b.id = h.id
    WHERE h.from_side <> h.to_side
    UNION ALL
    SELECT lead_id, decided_at, NULL FROM handed WHERE state = 'rejected'
    UNION ALL
    SELECT lead_id, returned_at, NULL FROM handed WHERE returned_at IS NOT NULL
),
positions AS (
    SELECT y.lead_id, y.pass_number, y.at, s.position,
           max(s.position) OVER (
               PARTITION BY y.lead_id, y.pass_number ORDER BY y.at, y.change_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS highest
    FROM stayed y JOIN leads_stage s ON s.version_id = (SELECT version_id FROM funnel) AND s.key = y.stage
    WHERE y.lead_id IN (SELECT lead_id FROM moves)
),
rises AS (
    SELECT lead_id, pass_number, at FROM positions WHERE position > highest OR (highest IS NULL AND position IS NOT NULL)
    UNION
    SELECT lead_id, pass_number, began FROM passed
),
stretches AS (
    SELECT lead_id, pass_number, at AS began, lead(at) OVER (PARTITION BY lead_id ORDER BY at, pass_number) AS ended FROM rises
),
steps AS (
    SELECT s.lead_id, s.pass_number, s.began, s.ended, step.at, sum(step.by) AS by
    FROM moves m JOIN stretches s ON s.lead_id = m.lead_id AND s.began <= m.at AND (s.ended IS NULL OR m.at < s.ended)
    CROSS JOIN LATERAL {unpivot(["m.at, 1", "m.undone, -1"])} AS step(at, by)
    WHERE step.at IS NOT NULL
    GROUP BY s.lead_id, s.pass_number, s.began, s.ended, step.at
),
tallied AS (
    SELECT *, sum(by) OVER stretch AS moves, lead(at) OVER stretch AS next
    FROM steps WINDOW stretch AS (PARTITION BY lead_id, pass_number, began ORDER BY at)
),
many AS (
    SELECT t.lead_id, t.pass_number, t.began, t.ended, a.during, range_agg(tstzrange(t.at, t.next)) AS times
    FROM tallied t JOIN agreed a ON t.moves >= a.ping_pong_times
    GROUP BY t.lead_id, t.pass_number, t.began, t.ended, a.during
)
SELECT m.lead_id, m.pass_number, lower(piece.during) AS since, upper(piece.during) AS until, 0::bigint AS limit_seconds, m.during
FROM many m CROSS JOIN LATERAL unnest(m.times * tstzmultirange(tstzrange(m.began, m.ended))) AS piece(during)
"""

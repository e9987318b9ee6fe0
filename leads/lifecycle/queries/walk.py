"""What does the log say, once voids, repeats and held rows are told apart?

Grain: one row a row of the log that is known. Clock: rows with `at` ≤ `as_of` and `recorded_at` ≤ `known_at`.
Index: stage_change_order. Used by whatever reads stages: what is kept per lead, and every report on the past.

Order is (at, id). A row is `held` when it goes back to an earlier forward position out of a won or loyal stage
without being a reopening: it sets no state and is nobody's predecessor. A row that equals its predecessor's stage
is a repeat. What remains are changes; `pass_number` is 1 + the changes so far from an off-path stage into a forward one.
"""

OF_THESE_LEADS = "(%(leads)s::bigint[] IS NULL OR {column} = ANY(%(leads)s::bigint[]))"

KNOWN = f"""
known AS (
    SELECT c.id, c.lead_id, c.at, c.cause, c.reason, coalesce(s.counts_as, s.key) AS stage, s.position,
           s.category IN ('won', 'loyal') AS closes
    FROM leads_stagechange c
    JOIN leads_stage s ON s.version_id = %(version)s AND s.key = c."to"
    WHERE {OF_THESE_LEADS.format(column="c.lead_id")}
      AND (%(as_of)s::timestamptz IS NULL OR c.at <= %(as_of)s)
      AND (%(known_at)s::timestamptz IS NULL OR c.recorded_at <= %(known_at)s)
      AND NOT EXISTS (
          SELECT FROM leads_stagevoid v
          WHERE v.change_id = c.id AND (%(known_at)s::timestamptz IS NULL OR v.recorded_at <= %(known_at)s))
)
"""

WALK = f"""{KNOWN},
walked AS (
    SELECT known.*,
           cause <> 'reopen' AND position < coalesce(leads_hold(position, closes, cause = 'reopen') OVER (
               PARTITION BY lead_id ORDER BY at, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS held
    FROM known
),
preceded AS (
    SELECT walked.*,
           lag(stage) OVER standing AS from_stage, lag(position) OVER standing AS from_position,
           lag(id) OVER standing IS NOT NULL AS has_predecessor
    FROM walked WHERE held IS NOT TRUE
    WINDOW standing AS (PARTITION BY lead_id ORDER BY at, id)
),
changes AS (
    SELECT id, lead_id, at, cause, reason, stage, position, closes, from_stage,
           lead(at) OVER ordered AS until, lead(stage) OVER ordered AS next_stage,
           1 + count(*) FILTER (WHERE position IS NOT NULL AND has_predecessor AND from_position IS NULL) OVER ordered AS pass_number
    FROM preceded WHERE from_stage IS DISTINCT FROM stage
    WINDOW ordered AS (PARTITION BY lead_id ORDER BY at, id)
)
"""

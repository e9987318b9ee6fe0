"""How far does each lead come, and what becomes of it? Up to three passes: on, recycled, turned out, lost, or left lying.

The temporary table `pass` has a row a lead and pass: `t1` to `t6` the moments at which it came into the stages of the path (null:
not yet, or never), `fate` what ended it at `fate_at`; `waits`: the next step lies after the end. Nothing happens after the end.
"""

from __future__ import annotations

from leads.demo import cast as demo

FIRST_PASS = "SELECT id AS lead_id, 1 AS number, at AS began, 1 AS step, lift, id * 4 + 1 AS key FROM arrival"

NEXT_PASS = """
SELECT lead_id, number + 1 AS number, fate_at + pg_temp.about(45, key, 130) AS began, 2 AS step, lift, key + 1 AS key
FROM pass WHERE number = {number} AND fate = 'recycled' AND pg_temp.drawn(key, 131) < 0.35
  AND fate_at + pg_temp.about(45, key, 130) < %(end)s
"""

PASS_TABLE = """
CREATE TEMP TABLE pass (
    lead_id bigint, number int, key bigint, lift float8, t1 timestamptz, t2 timestamptz, t3 timestamptz, t4 timestamptz, t5 timestamptz,
    t6 timestamptz, steps int, fate text, fate_at timestamptz, waits bool) ON COMMIT DROP
"""

PASSES = """
INSERT INTO pass
SELECT lead_id, number, key, lift, CASE WHEN step = 1 THEN began END, CASE WHEN steps >= 2 AND t2 < %(end)s THEN t2 END,
       CASE WHEN steps >= 3 AND t3 < %(end)s THEN t3 END, CASE WHEN steps >= 4 AND t4 < %(end)s THEN t4 END,
       CASE WHEN steps >= 5 AND t5 < %(end)s THEN t5 END, CASE WHEN steps >= 6 AND t6 < %(end)s THEN t6 END,
       steps, CASE WHEN fate_at < %(end)s THEN fate END, CASE WHEN fate IS NOT NULL AND fate_at < %(end)s THEN fate_at END,
       came >= %(end)s OR (fate IS NOT NULL AND fate_at >= %(end)s)
FROM (
    SELECT lead_id, number, key, lift, began, step, steps, t2, t3, t4, t5, t6, (ARRAY[began, t2, t3, t4, t5, t6])[steps] AS came,
        (ARRAY[t2, t3, t4, t5, t6, NULL])[steps] AS fate_at,
           CASE WHEN steps = 6 THEN NULL
                WHEN steps = 5 THEN CASE WHEN pg_temp.drawn(key, 120) < 0.75 THEN 'lost' END
                WHEN pg_temp.drawn(key, 120) < 0.45 THEN 'recycled'
                WHEN pg_temp.drawn(key, 120) < 0.80 THEN 'disqualified' END AS fate
    FROM ({begun}) b
    CROSS JOIN LATERAL (SELECT CASE
        WHEN step = 1 AND pg_temp.drawn(key, 102) >= {c2} * lift THEN 1
        WHEN pg_temp.drawn(key, 103) >= least(0.95, {c3} * lift) THEN 2
        WHEN pg_temp.drawn(key, 104) >= least(0.95, {c4} * lift) THEN 3
        WHEN pg_temp.drawn(key, 105) >= least(0.95, {c5} * lift) THEN 4
        WHEN pg_temp.drawn(key, 106) >= least(0.95, {c6} * lift) THEN 5 ELSE 6 END AS steps OFFSET 0) s
    CROSS JOIN LATERAL (SELECT CASE WHEN step = 2 THEN began ELSE began + pg_temp.about({m2}, key, 112) END AS t2 OFFSET 0) m
    CROSS JOIN LATERAL (SELECT greatest(pg_temp.at_work(t2 + pg_temp.about({m3}, key, 113)), t2 + interval '20 minutes') AS t3 OFFSET 0) a
    CROSS JOIN LATERAL (SELECT greatest(pg_temp.at_work(t3 + pg_temp.about({m4}, key, 114)), t3 + interval '20 minutes') AS t4 OFFSET 0) q
    CROSS JOIN LATERAL (SELECT greatest(pg_temp.at_work(t4 + pg_temp.about({m5}, key, 115)), t4 + interval '20 minutes') AS t5 OFFSET 0) o
    CROSS JOIN LATERAL (SELECT greatest(pg_temp.at_work(t5 + pg_temp.about({m6}, key, 116)), t5 + interval '20 minutes') AS t6 OFFSET 0) n
) walked
"""

"""`OFFSET 0`: each moment is worked out once; taken apart by the planner, the later ones would contain the earlier ones many times."""

PASS_INDEX = "CREATE INDEX ON pass (lead_id)"


def passes() -> list[str]:
    """The statements that fill the table, in order."""
    named = {f"c{n}": chance for n, (_from, _to, chance, _days) in enumerate(demo.STEPS, start=2)}
    named |= {f"m{n}": days for n, (_from, _to, _chance, days) in enumerate(demo.STEPS, start=2)}
    begun = [FIRST_PASS, NEXT_PASS.format(number=1), NEXT_PASS.format(number=2)]
    return [PASS_TABLE, *(PASSES.format(begun=one, **named) for one in begun), PASS_INDEX]

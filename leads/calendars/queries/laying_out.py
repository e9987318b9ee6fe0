"""Write the spans of a calendar version, each with the working time before it. Grain: one row a span."""

LAY_OUT = """
INSERT INTO leads_workingspan (version_id, since, until, before)
SELECT %(version)s, to_timestamp(s.since), to_timestamp(s.until),
       coalesce(sum(s.until - s.since) OVER (ORDER BY s.since ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
FROM unnest(%(sinces)s::bigint[], %(untils)s::bigint[]) AS s(since, until)
"""

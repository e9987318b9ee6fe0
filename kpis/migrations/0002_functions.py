"""Exact percentiles of durations, as every report rounds them."""

from django.db import migrations

MICROSECONDS = """
CREATE FUNCTION kpis_microseconds(began timestamptz, ended timestamptz) RETURNS bigint IMMUTABLE PARALLEL SAFE LANGUAGE sql AS
$$ SELECT (extract(epoch FROM ended - began) * 1000000)::bigint $$
"""

SECONDS = """
CREATE FUNCTION kpis_seconds(microseconds bigint) RETURNS bigint IMMUTABLE PARALLEL SAFE LANGUAGE sql AS
$$ SELECT floor((microseconds + 500000) / 1000000.0)::bigint $$
"""

PERCENTILE = """
CREATE FUNCTION kpis_percentile(sorted bigint[], part int, whole int) RETURNS bigint IMMUTABLE PARALLEL SAFE LANGUAGE sql AS
$$
    SELECT floor((2 * (sorted[1 + place / whole]::numeric * (whole - place % whole)
                       + sorted[least(2 + place / whole, n)] * (place % whole)) + 1000000 * whole) / (2000000 * whole))::bigint
    FROM (SELECT cardinality(sorted)::bigint AS n, (cardinality(sorted) - 1)::bigint * part AS place) ranks
$$
"""

PERCENTILES = """
CREATE FUNCTION kpis_percentiles(sorted bigint[]) RETURNS bigint[] IMMUTABLE PARALLEL SAFE LANGUAGE sql AS
$$ SELECT ARRAY[kpis_percentile(sorted, 1, 2), kpis_percentile(sorted, 3, 4), kpis_percentile(sorted, 9, 10)] $$
"""


class Migration(migrations.Migration):
    dependencies = [("kpis", "0001_initial")]

    operations = [
        migrations.RunSQL(MICROSECONDS, "DROP FUNCTION kpis_microseconds(timestamptz, timestamptz)"),
        migrations.RunSQL(SECONDS, "DROP FUNCTION kpis_seconds(bigint)"),
        migrations.RunSQL(PERCENTILE, "DROP FUNCTION kpis_percentile(bigint[], int, int)"),
        migrations.RunSQL(PERCENTILES, "DROP FUNCTION kpis_percentiles(bigint[])"),
    ]

"""How is anything drawn that looks random? From a row's number, what it is about and the seed: the same for ever, in any order.

`drawn` gives a share in [0, 1), `bent` something like a standard normal, `about` a span with that many days as its median, `chosen`
one of some texts by their shares, `at_work` the same moment moved into the hours and days in which people work.
"""

from __future__ import annotations

SETTINGS = """
SET LOCAL session_replication_role = replica; SET LOCAL work_mem = '512MB'; SET LOCAL synchronous_commit = off;
SET LOCAL temp_buffers = '512MB';
CREATE OR REPLACE FUNCTION pg_temp.drawn(number bigint, what int) RETURNS float8 IMMUTABLE LANGUAGE sql
    RETURN (hashint8extended(number, what + {seed} * 100000::bigint) & 9007199254740991)::float8 / 9007199254740992;
CREATE OR REPLACE FUNCTION pg_temp.bent(number bigint, what int) RETURNS float8 IMMUTABLE LANGUAGE sql
    RETURN ln((0.0005 + 0.999 * pg_temp.drawn(number, what)) / (0.9995 - 0.999 * pg_temp.drawn(number, what))) / 1.702;
CREATE OR REPLACE FUNCTION pg_temp.about(days float8, number bigint, what int) RETURNS interval IMMUTABLE LANGUAGE sql
    RETURN days * exp(0.8 * pg_temp.bent(number, what)) * interval '1 day';
CREATE OR REPLACE FUNCTION pg_temp.one_of(choices text[], share float8) RETURNS text IMMUTABLE LANGUAGE sql
    RETURN choices[1 + floor(share * cardinality(choices))::int];
CREATE OR REPLACE FUNCTION pg_temp.chosen(choices text[], bounds float8[], share float8) RETURNS text IMMUTABLE LANGUAGE sql
    RETURN choices[1 + width_bucket(share, bounds)];
CREATE OR REPLACE FUNCTION pg_temp.at_work(moment timestamptz) RETURNS timestamptz IMMUTABLE LANGUAGE sql
    RETURN ((moment AT TIME ZONE 'UTC')::date + interval '8 hours' + 0.375 * (moment AT TIME ZONE 'UTC')::time
        + CASE extract(isodow FROM moment AT TIME ZONE 'UTC') WHEN 6 THEN interval '2 days' WHEN 7 THEN interval '1 day'
               ELSE interval '0' END) AT TIME ZONE 'UTC'
"""


def settings(seed: int) -> str:
    """The statements that a transaction begins with; the functions are gone with the session."""
    return SETTINGS.format(seed=int(seed))


def bounds(shares: list[float]) -> list[float]:
    """Where one choice ends and the next begins, for `chosen`."""
    total, seen, found = sum(shares), 0.0, []
    for share in shares[:-1]:
        seen += share
        found.append(seen / total)
    return found

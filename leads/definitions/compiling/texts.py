"""When are two texts the same, and when does one match a pattern? Without regard to case, as Unicode has it, in every database.

Python's `str.lower` is the measure. PostgreSQL 18 has it built in (`pg_unicode_fast`), others where they were built with ICU;
failing both, 17's `pg_c_utf8`, which knows no letters that become two; failing that, what the database was made with.
"""

from __future__ import annotations

from functools import lru_cache

from django.db import connection
from psycopg2 import sql

from leads.definitions.compiling.statements import Values, part

BEST_FIRST = ("pg_unicode_fast", "und-x-icu", "pg_c_utf8", "default")

THERE = "SELECT collname FROM pg_collation WHERE collname = ANY(%(names)s) AND collencoding IN (-1, 6)"


@lru_cache(maxsize=1)
def _collation() -> sql.Composable:
    with connection.cursor() as cursor:
        cursor.execute(THERE, {"names": list(BEST_FIRST)})
        there = {row[0] for row in cursor.fetchall()}
    return sql.Identifier("pg_catalog", next(name for name in BEST_FIRST if name in there))


def lowered(text: sql.Composable) -> sql.Composable:
    """A text as it is compared."""
    return part('(lower({}::text COLLATE {}) COLLATE "C")', text, _collation())


def is_one_of(text: sql.Composable, wanted: list[str], values: Values) -> sql.Composable:
    """The text is one of these; of what is unknown, null."""
    listed = sql.SQL(", ").join(lowered(values.add(one)) for one in wanted)
    return part("{} IN ({})", lowered(text), listed)


def contains(text: sql.Composable, wanted: str, values: Values) -> sql.Composable:
    return part("strpos({}, {}) > 0", lowered(text), lowered(values.add(wanted)))


def starts_with(text: sql.Composable, wanted: str, values: Values) -> sql.Composable:
    return part("starts_with({}, {})", lowered(text), lowered(values.add(wanted)))


def matches(text: sql.Composable, pattern: str, values: Values) -> sql.Composable:
    """The whole text fits the pattern, in which `*` stands for any run of characters; what is empty fits none."""
    if "*" not in pattern:
        return is_one_of(text, [pattern], values)
    return part("({} <> '' AND {} LIKE {})", text, lowered(text), lowered(values.add(like(pattern))))


def like(pattern: str) -> str:
    """The pattern as LIKE has it: nothing but `*` is wild."""
    for special in ("\\", "%", "_"):
        pattern = pattern.replace(special, "\\" + special)
    return pattern.replace("*", "%")


CUT = "split_part(split_part({}, '#', 1), '?', 1)"
PATH = """coalesce(nullif(CASE
    WHEN starts_with({0}, 'https://') THEN substr({1}, 8 + strpos(substr({1}, 9) || '/', '/'))
    WHEN starts_with({0}, 'http://') THEN substr({1}, 7 + strpos(substr({1}, 8) || '/', '/'))
    ELSE regexp_replace({1}, '^[A-Za-z][A-Za-z0-9+.-]*://[^/]*', '') END, ''), '/')"""


def path_of(address: sql.Composable) -> sql.Composable:
    """Everything of an address after `scheme://host`, without `?…` and `#…`; an empty one is `/`. Cut by hand where it begins as
    nearly all do, which takes less than half as long as a regular expression.
    """
    return part(PATH, address, part(CUT, address))


def address_matches(address: sql.Composable, pattern: str, values: Values) -> sql.Composable:
    """A pattern that begins with `/` is held against the path, any other against the whole address.

    A path can only fit where its longest piece is in the address: that is quickly asked, and asked first.
    """
    if not pattern.startswith("/"):
        return matches(address, pattern, values)
    piece = max(pattern.split("*"), key=len)
    exactly = part("({} <> '' AND {})", address, matches(path_of(address), pattern, values))
    return part("({} AND {})", contains(address, piece, values), exactly) if len(piece) > 1 else exactly

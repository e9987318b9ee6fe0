"""Which version is in force? How everything else asks what was agreed, at any instant.

Which version it is, the database is asked each time (by a page that only shows: once), by one row of an index: nothing can be
stale. What the version says is read once and kept by its very text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

from django.db import connection

from alignment.agreements.kinds import Terms
from alignment.agreements.terms import stored_terms
from alignment.clock import now
from alignment.remembering import once_at

T = TypeVar("T", bound=Terms)

AT = """
SELECT p.version_id, v.number, v.schema, v.terms::text, lower(p.during), upper(p.during), v.step = 'overridden' AND o.regularised_at IS NULL
FROM agreements_agreement a
JOIN agreements_period p ON p.agreement_id = a.id
JOIN agreements_version v ON v.id = p.version_id
LEFT JOIN agreements_override o ON o.version_id = v.id
WHERE a.kind = %(kind)s AND a.key = %(key)s AND p.during @> %(at)s
"""

EVER = """
SELECT a.key, p.version_id, v.number, v.schema, v.terms::text, lower(p.during), upper(p.during),
       v.step = 'overridden' AND o.regularised_at IS NULL
FROM agreements_agreement a
JOIN agreements_period p ON p.agreement_id = a.id
JOIN agreements_version v ON v.id = p.version_id
LEFT JOIN agreements_override o ON o.version_id = v.id
WHERE a.kind = %(kind)s AND (%(key)s::text IS NULL OR a.key = %(key)s) AND (%(at)s::timestamptz IS NULL OR p.during @> %(at)s)
  AND NOT isempty(p.during)
ORDER BY a.key, p.during
"""


@dataclass(frozen=True)
class InForce:
    """A version, what it says, and the period [since, until) in which it was in force around the instant asked.

    `terms` is of the kind's type. `overridden`: an operator put it in force, and the sides have not both signed.
    """

    kind: str
    key: str
    version_id: int
    number: int
    terms: Any
    since: datetime
    until: datetime | None
    overridden: bool

    def says(self, terms: type[T]) -> T:
        """The terms, for callers that want their type."""
        return cast("T", self.terms)


def in_force(kind: str, key: str, at: datetime | None = None) -> InForce | None:
    """The version in force at that instant (now by default); None where there was none, which is a state like others."""
    moment = at or now()
    return once_at((in_force, kind, key), moment, lambda: _at(kind, key, moment))


def _at(kind: str, key: str, at: datetime) -> InForce | None:
    with connection.cursor() as cursor:
        cursor.execute(AT, {"kind": kind, "key": key, "at": at})
        row = cursor.fetchone()
    return _read(kind, (key, *row)) if row else None


def all_in_force(kind: str, at: datetime | None = None) -> list[InForce]:
    """Of every agreement of a kind what is in force at that instant, by key."""
    return _ever(kind, None, at or now())


def periods_of(kind: str, key: str) -> list[InForce]:
    """Every period of one agreement, past and to come, in order of time: for what is judged by the terms of each instant."""
    return _ever(kind, key, None)


def _ever(kind: str, key: str | None, at: datetime | None) -> list[InForce]:
    with connection.cursor() as cursor:
        cursor.execute(EVER, {"kind": kind, "key": key, "at": at})
        return [_read(kind, row) for row in cursor.fetchall()]


def _read(kind: str, row: tuple[Any, ...]) -> InForce:
    key, version_id, number, schema, text, since, until, overridden = row
    return InForce(kind, key, version_id, number, stored_terms(kind, schema, text), since, until, bool(overridden))

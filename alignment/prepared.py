"""Which statements does a session of the database plan only once? Small ones of every request, which cost more to plan than to run.

Called by what writes one lead, and by what every request asks. psycopg2 prepares nothing by itself, so the session is told by SQL; each
value's type must follow from the statement, or stand in it as a cast. Behind a pool that gives out connections by transaction there is
no session to keep a plan in: where the database's address says so (`DISABLE_SERVER_SIDE_CURSORS`), statements are sent whole.

Where knowing how long a list is makes a plan look cheaper, the database plans anew each time after all: such a list is hidden from it
by `ARRAY(SELECT unnest(…))`, and a number by a SELECT of its own.

For few rows only: a plan that serves every value is no plan for ten thousand of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

FEW = 10
MOST = 200
"""Statements that a session keeps; any further one is sent whole."""
_VALUE = re.compile(r"%\((\w+)\)s")
_numbers = count(1)
_of_sessions: WeakKeyDictionary[Any, dict[str, str]] = WeakKeyDictionary()
"""By connection: what is sent instead of each statement."""


@dataclass(frozen=True)
class _Call:
    """A statement with its values numbered, and the values as it is called with them."""

    body: str
    values: str


@lru_cache(maxsize=256)
def _call(statement: str) -> _Call:
    places = statement.count("%s")
    if places:
        return _Call(
            statement % tuple(f"${number}" for number in range(1, places + 1)), f"({', '.join(['%s'] * places)})"
        )
    names = list(dict.fromkeys(_VALUE.findall(statement)))
    body = statement % {name: f"${number}" for number, name in enumerate(names, start=1)}
    return _Call(body, f"({', '.join(f'%({name})s' for name in names)})" if names else "")


def execute(cursor: CursorWrapper, statement: str, values: Mapping[str, Any] | Sequence[Any], *, rows: int = 1) -> None:
    """What `cursor.execute` does, by a plan that this session keeps. Statements are constants: each stays for as long as the session.

    `rows` is how many the values are about: many are worth a plan of their own.
    """
    cursor.execute(planned(cursor, statement) if rows <= FEW else statement, values)


@dataclass(frozen=True)
class Call:
    """A statement with its values, to be sent together with others; `rows` as `execute` takes it."""

    statement: str
    values: Mapping[str, Any]
    rows: int = 1


def send(cursor: CursorWrapper, calls: Sequence[Call]) -> None:
    """Carry them out one after the other, sent in one go; what the last one answers can be fetched."""
    parts = [
        cursor.mogrify(planned(cursor, call.statement) if call.rows <= FEW else call.statement, call.values).decode()
        for call in calls
    ]
    cursor.execute("; ".join(parts))


def planned(cursor: CursorWrapper, statement: str) -> str:
    """What to send instead of the statement, with the same values: alone, or with others in one go."""
    if cursor.db.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
        return statement
    session = cursor.db.connection
    known = _of_sessions.setdefault(session, {})
    if statement not in known:
        if len(known) >= MOST:
            return statement
        call, name = _call(statement), f"planned_{next(_numbers)}"
        with cursor.db.wrap_database_errors, session.cursor() as own:
            own.execute(f"PREPARE {name} AS {call.body}")
        known[statement] = f"EXECUTE {name}{call.values}"
    return known[statement]

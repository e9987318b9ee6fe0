"""Are tables that somebody fills planned by what is in them, before autovacuum has come by?"""

from __future__ import annotations

import pytest
from django.db import connection

from alignment.plans import note_growth

pytestmark = pytest.mark.django_db

NEW_TABLE = "CREATE TABLE leads_like_any (number int)"
FILLED = "INSERT INTO leads_like_any SELECT generate_series(1, 4000)"
ONE_MORE = "INSERT INTO leads_like_any VALUES (0)"
NOTED = "SELECT reltuples::bigint FROM pg_class WHERE oid = 'leads_like_any'::regclass"


def _run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _noted() -> int:
    with connection.cursor() as cursor:
        cursor.execute(NOTED)
        return int(cursor.fetchone()[0])


def test_a_table_that_has_outgrown_what_was_noted_of_it_is_analysed() -> None:
    _run(NEW_TABLE, FILLED)
    assert _noted() < 0
    note_growth()
    assert _noted() == 4000


def test_what_has_not_grown_much_is_left_alone() -> None:
    _run(NEW_TABLE, FILLED)
    note_growth()
    _run(ONE_MORE)
    note_growth()
    assert _noted() == 4000

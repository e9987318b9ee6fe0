"""Are tables that somebody fills planned by what is in them, before autovacuum has come by?"""

from __future__ import annotations

import pytest
from django.db import connection

from alignment.plans import note_growth

pytestmark = pytest.mark.django_db

COMPANIES = """
INSERT INTO leads_company (scope, system, name, normal_name, attributes, version)
SELECT 0, NULL, 'Company ' || n, 'company ' || n, '{}', 1 FROM generate_series(1, 4000) n
"""
NOTED = "SELECT reltuples::bigint FROM pg_class WHERE oid = 'leads_company'::regclass"


def _asked(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return "\n".join(str(row[0]) for row in cursor.fetchall())


def test_a_table_that_has_outgrown_what_was_noted_of_it_is_analysed() -> None:
    with connection.cursor() as cursor:
        cursor.execute(COMPANIES)
    assert int(_asked(NOTED)) < 4000

    note_growth()

    assert int(_asked(NOTED)) == 4000


def test_what_has_not_grown_is_left_alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute(COMPANIES)
    note_growth()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO leads_company (scope, system, name, normal_name, attributes, version) VALUES (0, NULL, 'A', 'a', '{}', 1)"
        )

    note_growth()

    assert int(_asked(NOTED)) == 4000

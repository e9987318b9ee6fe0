"""A row that becomes a few: what VALUES would say, and no more than PostgreSQL can bear."""

from __future__ import annotations

import pytest
from django.db import connection
from psycopg2 import sql

from alignment.unpivot import unpivot, unpivot_composed

ROWS = ["'even'::text, f.n, f.n % 2 = 0", "'odd'::text, f.n + 100, f.n % 2 = 1", "'all'::text, NULL, true"]
SAID = "SELECT m.* FROM generate_series(1, 5) AS f(n) CROSS JOIN LATERAL {} AS m(what, value, is_there) WHERE m.is_there ORDER BY 1, 2"


def read(statement: str | sql.Composed) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


@pytest.mark.django_db
def test_it_says_what_values_would() -> None:
    values = f"(VALUES {', '.join(f'({row})' for row in ROWS)})"
    found = read(SAID.format(unpivot(ROWS)))
    assert found == read(SAID.format(values))
    assert len(found) == 10
    assert read(sql.SQL(SAID).format(unpivot_composed(sql.SQL(row) for row in ROWS))) == found


@pytest.mark.django_db
def test_a_table_joined_to_itself_may_be_left_out_beside_it() -> None:
    """PostgreSQL 18 leaves `l` out, for `e` is the same row; merged into the statement, the rows would still ask for `l`."""
    read("CREATE TEMP TABLE one (id int PRIMARY KEY, source text); CREATE TEMP TABLE other (id int); SELECT 1")
    read(
        "INSERT INTO one SELECT n, 's' || n % 3 FROM generate_series(1, 100) n; INSERT INTO other VALUES (1), (2), (3); SELECT 1"
    )
    cuts = unpivot(["ARRAY['0']", "ARRAY['1', k.source]"])
    joined = (
        "SELECT k.id, l.source FROM (SELECT k.id FROM other k JOIN one e ON e.id = k.id) k JOIN one l ON l.id = k.id"
    )
    found = read(f"SELECT m.cut, count(*) FROM ({joined}) k CROSS JOIN LATERAL {cuts} AS m(cut) GROUP BY 1 ORDER BY 1")
    assert found == [(["0"], 3), (["1", "s0"], 1), (["1", "s1"], 1), (["1", "s2"], 1)]

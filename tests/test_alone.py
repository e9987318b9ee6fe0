"""One does what only one is to do, until its session ends."""

from __future__ import annotations

import time

import psycopg2
from django.db import connection

from alignment.alone import TRY, alone


def test_one_at_a_time_and_whoever_dies_holds_nothing_up(db: None) -> None:
    other = psycopg2.connect(**{**connection.get_connection_params(), "cursor_factory": None})
    other.autocommit = True
    with other.cursor() as cursor:
        cursor.execute(TRY, {"what": "the same"})
        assert cursor.fetchone() == (True,)
        with alone("the same") as mine:
            assert not mine
        with alone("another") as mine:
            assert mine
            cursor.execute(TRY, {"what": "another"})
            assert cursor.fetchone() == (False,)
        cursor.execute(TRY, {"what": "another"})
        assert cursor.fetchone() == (True,)
    other.close()
    assert _is_free("the same")


def _is_free(what: str) -> bool:
    """Within the moment that the database takes to notice that a session is gone."""
    for _moment in range(1000):
        with alone(what) as mine:
            if mine:
                return True
        time.sleep(0.01)
    return False

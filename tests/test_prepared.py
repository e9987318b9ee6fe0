"""Small statements of every request are planned once a session, and sent whole where there is no session to count on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import ProgrammingError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from alignment import prepared

ADD = "SELECT %(one)s::int + %(other)s::int, %(one)s::int"
pytestmark = pytest.mark.django_db


@pytest.fixture
def session() -> Iterator[BaseDatabaseWrapper]:
    """A connection of its own: others have planned something by now."""
    own = connection.copy()
    yield own
    own.close()


def added(session: BaseDatabaseWrapper, one: int, other: int, *, rows: int = 1) -> tuple[int, int]:
    with session.cursor() as cursor:
        prepared.execute(cursor, ADD, {"one": one, "other": other}, rows=rows)
        found: tuple[int, int] = cursor.fetchone()
        return found


def plans(session: BaseDatabaseWrapper) -> list[str]:
    with session.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [row[0].partition(" AS ")[2] for row in cursor.fetchall()]


def test_a_statement_is_planned_once_for_every_value(session: BaseDatabaseWrapper) -> None:
    assert [added(session, 1, 2), added(session, 3, 4), added(session, 5, 6)] == [(3, 1), (7, 3), (11, 5)]
    assert plans(session) == ["SELECT $1::int + $2::int, $1::int"]


def test_values_come_in_order_where_they_have_no_names(session: BaseDatabaseWrapper) -> None:
    with session.cursor() as cursor:
        prepared.execute(cursor, "SELECT %s::text || %s::text", ["a", "b"])
        assert cursor.fetchone() == ("ab",)


def test_several_go_at_once_and_the_last_one_answers(session: BaseDatabaseWrapper) -> None:
    with session.cursor() as cursor:
        cursor.execute(f"SELECT 9; {prepared.planned(cursor, ADD)}", {"one": 1, "other": 1})
        assert cursor.fetchall() == [(2, 1)]


def test_many_rows_are_worth_a_plan_of_their_own(session: BaseDatabaseWrapper) -> None:
    assert added(session, 1, 2, rows=prepared.FEW + 1) == (3, 1)
    assert plans(session) == []


def test_behind_a_pool_nothing_is_kept(session: BaseDatabaseWrapper) -> None:
    session.settings_dict["DISABLE_SERVER_SIDE_CURSORS"] = "true"
    assert added(session, 1, 2) == (3, 1)
    assert plans(session) == []


def test_a_new_session_plans_anew(session: BaseDatabaseWrapper) -> None:
    added(session, 1, 2)
    session.close()
    assert plans(session) == []
    assert added(session, 1, 2) == (3, 1)
    assert len(plans(session)) == 1


def test_a_session_keeps_only_so_many(session: BaseDatabaseWrapper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared, "MOST", 1)
    with session.cursor() as cursor:
        prepared.execute(cursor, "SELECT 1", {})
        prepared.execute(cursor, "SELECT 2", {})
        assert cursor.fetchone() == (2,)
    assert plans(session) == ["SELECT 1"]


def test_what_could_not_be_planned_is_tried_anew(session: BaseDatabaseWrapper) -> None:
    for _ in range(2):
        with pytest.raises(ProgrammingError, match="does not exist"), session.cursor() as cursor:
            prepared.execute(cursor, "SELECT 1 FROM nowhere_at_all", {})

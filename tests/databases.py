"""How does each worker get a database with everything in it, at once and again after each test?

All migrations run once, into a template; workers' databases are copies of it. A test that
commits gets a new copy afterwards, which is quicker than emptying every table, keeps what the
migrations laid in, and does not fight the logs' own guards.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TransactionTestCase
from psycopg2 import sql
from psycopg2.extensions import cursor

from alignment.embedded.home import Home
from alignment.embedded.locks import lock
from alignment.embedded.schema import schema_stamp
from tests.servers import SESSION, TEST_HOME, worker_number

TEMPLATE_PREFIX, DATABASE_PREFIX = "template_", "tests_"


def use_copies_of_the_template() -> None:
    """Point Django's test database at a copy of the template, made first if it is not there."""
    home = Home(TEST_HOME)
    template = TEMPLATE_PREFIX + schema_stamp(home).fingerprint[:16]
    with (home.state / "template.lock").open("a+") as turn:
        lock(turn, fcntl.LOCK_EX)
        with _administration() as database:
            existing = _names(database)
            _drop_leftovers(database, existing, template)
        if template not in existing:
            _make_template(template)
    test = connections["default"].settings_dict["TEST"]
    test["NAME"], test["TEMPLATE"] = f"{DATABASE_PREFIX}{os.environ[SESSION]}_{worker_number()}", template
    connections["default"].creation._destroy_test_db = _destroy  # type: ignore[attr-defined]
    TransactionTestCase._fixture_teardown = _copy_anew  # type: ignore[attr-defined]


def _copy_anew(_case: TransactionTestCase) -> None:
    """What Django does by emptying all tables."""
    connection = connections["default"]
    name, template = connection.settings_dict["NAME"], connection.settings_dict["TEST"]["TEMPLATE"]
    connection.close()
    with _administration() as database:
        _drop(database, name)
        database.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )


def _destroy(name: str, _verbosity: int) -> None:
    """At the end: what a live server's thread still holds open is no reason to keep the database."""
    with _administration() as database:
        _drop(database, name)


def _make_template(template: str) -> None:
    """Migrate into a draft, then give it its name: a run that was killed leaves no half template."""
    connection = connections["default"]
    before = connection.settings_dict["NAME"]
    draft = f"{DATABASE_PREFIX}{os.environ[SESSION]}_draft"
    connection.settings_dict["TEST"]["NAME"] = draft
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    connection.close()
    _point_at(connection, before)
    with _administration() as database:
        rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
        database.execute(rename.format(sql.Identifier(draft), sql.Identifier(template)))


def _point_at(connection: BaseDatabaseWrapper, name: str) -> None:
    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = name


def _drop_leftovers(database: cursor, existing: set[str], template: str) -> None:
    """Drop older templates, and what test runs that were killed left behind."""
    for name in existing - {template}:
        session = name.removeprefix(DATABASE_PREFIX).split("_")[0]
        is_left = name.startswith(DATABASE_PREFIX) and not Path(f"/proc/{session}").exists()
        if is_left or name.startswith(TEMPLATE_PREFIX):
            _drop(database, name)


def _drop(database: cursor, name: str) -> None:
    database.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _names(database: cursor) -> set[str]:
    database.execute("SELECT datname FROM pg_database")
    return {name for (name,) in database.fetchall()}


@contextmanager
def _administration() -> Iterator[cursor]:
    """A cursor outside of every test database, in which each statement stands alone."""
    connection = psycopg2.connect(host=str(Home(TEST_HOME).sockets), user="alignment", dbname="postgres")
    connection.autocommit = True
    try:
        with connection.cursor() as database:
            yield database
    finally:
        connection.close()

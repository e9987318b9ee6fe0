"""Is every constraint that the models declare in the database, and does every index answer something that no other one does?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, models

pytestmark = pytest.mark.django_db

PAGE = Path(__file__).parent.parent / "docs" / "indexes.md"

COVERED = """
SELECT short.indexrelid::regclass::text, long.indexrelid::regclass::text
FROM pg_index short JOIN pg_index long ON long.indrelid = short.indrelid AND long.indexrelid <> short.indexrelid
JOIN pg_class a ON a.oid = short.indexrelid JOIN pg_class b ON b.oid = long.indexrelid AND b.relam = a.relam
WHERE short.indrelid::regclass::text = ANY(%s) AND NOT short.indisunique AND short.indpred IS NULL AND long.indpred IS NULL
  AND short.indexprs IS NULL AND short.indnkeyatts = short.indnatts
  AND long.indkey::text || ' ' LIKE short.indkey::text || ' %%' AND long.indclass::text || ' ' LIKE short.indclass::text || ' %%'
"""


NAMED = """
SELECT indexrelid::regclass::text FROM pg_index
WHERE indrelid::regclass::text = ANY(%s) AND NOT indisunique AND NOT indisexclusion
  AND indexrelid::regclass::text !~ '_[0-9a-f]{8}(_like)?$'
"""


def _models() -> list[type[models.Model]]:
    """Those of this product; their tables are ours to index."""
    return [model for model in apps.get_models() if model.__module__.startswith(("alignment.", "leads.", "kpis."))]


def _names(statement: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return {row[0] for row in cursor.fetchall()}


def test_every_constraint_and_index_of_the_models_is_in_the_database() -> None:
    """Altering a column can take a partial unique index with it, and nothing else would tell."""
    declared = {one.name for model in _models() for one in (*model._meta.constraints, *model._meta.indexes)}

    there = _names("SELECT indexrelid::regclass::text FROM pg_index UNION SELECT conname FROM pg_constraint")

    assert len(declared) > 100
    assert declared - there == set()


def test_no_index_is_the_beginning_of_another() -> None:
    with connection.cursor() as cursor:
        cursor.execute(COVERED, [[model._meta.db_table for model in _models()]])
        assert cursor.fetchall() == []


def test_every_index_that_was_named_is_told_with_what_it_answers() -> None:
    """Django names those of keys and foreign keys by a print of eight digits; docs/indexes.md tells the others, and no more."""
    with connection.cursor() as cursor:
        cursor.execute(NAMED, [[model._meta.db_table for model in _models()]])
        named = {row[0] for row in cursor.fetchall()}
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|$", PAGE.read_text(), re.MULTILINE)

    assert {name for name, _answers in rows} == named
    assert all(len(answers.split()) > 3 for _name, answers in rows)

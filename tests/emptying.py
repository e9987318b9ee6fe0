"""How are tables emptied after a test that commits? The guards let it pass, and what migrations laid in comes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest


@pytest.fixture(autouse=True, scope="session")
def _empty_guarded_tables() -> None:
    from django.db.backends.postgresql.operations import DatabaseOperations

    plain = DatabaseOperations.sql_flush

    def past_the_guards(self: DatabaseOperations, style: Any, tables: Sequence[str], **options: Any) -> list[str]:
        statements = plain(self, style, tables, **{**options, "allow_cascade": True})
        return ["SET LOCAL alignment.removal = 'on'", *statements] if statements else []

    DatabaseOperations.sql_flush = past_the_guards  # type: ignore[method-assign]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that commits finds what migrations laid in, such as the default stage set."""
    for item in items:
        for mark in item.iter_markers("django_db"):
            if mark.kwargs.get("transaction"):
                mark.kwargs.setdefault("serialized_rollback", True)

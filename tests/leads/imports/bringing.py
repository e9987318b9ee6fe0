"""Bring a few lines in as an operator would, and say what became of them."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime

from django.db import connection

from alignment.people.models import User
from leads.imports.models import Import
from leads.imports.running import CHUNK_ROWS, run_import
from leads.imports.service import start_import
from leads.imports.summary import ImportDocument, describe
from tests.world import NOW

LEADS: Mapping[str, object] = {
    "kind": "leads",
    "system": "t",
    "dates": "iso",
    "fields": {"external_id": "key", "created_at": "born", "source": "from", "email": "mail"},
}
"""For files with the columns key, born, from, mail."""


def start(
    kind: str,
    content: str | bytes,
    profile: object,
    *,
    now: datetime = NOW,
    actor: User | None = None,
    dry_run: bool = False,
) -> Import:
    """An import that waits for somebody to run it."""
    file = io.BytesIO(content.encode() if isinstance(content, str) else content)
    return start_import(
        kind=kind, file=file, file_name="file.csv", profile=profile, now=now, actor=actor, dry_run=dry_run
    )


def run(import_: Import, *, now: datetime = NOW, chunk_rows: int = CHUNK_ROWS, take_over: bool = False) -> Import:
    """The import after somebody ran it."""
    return run_import(import_.pk, now=lambda: now, chunk_rows=chunk_rows, take_over=take_over)


def bring(
    kind: str,
    content: str | bytes,
    profile: object,
    *,
    now: datetime = NOW,
    chunk_rows: int = CHUNK_ROWS,
    dry_run: bool = False,
) -> ImportDocument:
    """The document of an import that was started and run."""
    return describe(run(start(kind, content, profile, now=now, dry_run=dry_run), now=now, chunk_rows=chunk_rows))


def settle() -> None:
    """Gather statistics, as autovacuum does beside a large import: what follows is planned for the tables as they are now."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def counts(document: ImportDocument) -> tuple[str, int, int, int, int, int]:
    """State, rows, created, updated, unchanged, rejected."""
    return (
        document["state"],
        document["rows"],
        document["created"],
        document["updated"],
        document["unchanged"],
        document["rejected"],
    )


def faults(document: ImportDocument) -> list[tuple[int, str | None, str | None, str]]:
    """Line, column, value and code of everything that was set aside."""
    return [(error["line"], error["column"], error["value"], error["code"]) for error in document["errors"]]

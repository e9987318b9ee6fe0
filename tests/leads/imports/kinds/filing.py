"""Bring files whose columns are named like the fields, and compare all tables before and after."""

from __future__ import annotations

from leads.imports.summary import ImportDocument
from tests.leads.imports.bringing import bring
from tests.leads.imports.test_kinds import bring_columns, profile
from tests.leads.imports.test_undo import everything, undo

__all__ = ["bring_columns", "everything", "rehearse", "statuses", "undo", "warnings"]


def rehearse(kind: str, content: str, **more: object) -> ImportDocument:
    """A dry run of such a file."""
    names = content.split("\n", 1)[0].split(",")
    return bring(kind, content, profile(kind, fields={name: name for name in names}, **more), dry_run=True)


def statuses(document: ImportDocument) -> tuple[int, int, int, int]:
    """Created, updated, unchanged, rejected."""
    return (document["created"], document["updated"], document["unchanged"], document["rejected"])


def warnings(document: ImportDocument) -> dict[str, list[int]]:
    """The lines of each code."""
    return {warning["code"]: warning["lines"] for warning in document["warnings"]}

"""Strings that broke other software, and files with one of them in every text of every row."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

from alignment.cleaning import BLANKS
from leads.imports.summary import ImportDocument
from tests.leads.imports.bringing import bring

Row = dict[str, str]
LIMIT = 200
"""The shortest of the fields that they come into; the longer ones are tried as attributes only."""
PAGES = 6
"""Lead pages whose strings are many: so many share all of them."""


def naughty(real_data: Path) -> list[str]:
    """All of them, in the order of their file."""
    found: list[str] = json.loads((real_data / "naughty-strings" / "blns.json").read_text())
    assert len(found) == 515
    return found


def kept(text: str) -> str | None:
    """What a free text keeps of it."""
    return text.strip(BLANKS) if text.strip() else None


def found_by(text: str) -> str | None:
    """What is left of it where something is found by it."""
    return text.strip() or None


def file_of(rows: Sequence[Row]) -> bytes:
    """CSV, its columns named as the fields."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def profile(kind: str, rows: Sequence[Row]) -> dict[str, object]:
    """Each column is its field; an apostrophe before a sign is meant."""
    return {
        "kind": kind, "system": "n", "dates": "iso", "delimiter": ",", "encoding": "utf-8", "text_prefix": "keep",
        "fields": {name: name for name in rows[0]},
    }  # fmt: skip


def brought(kind: str, rows: Sequence[Row]) -> ImportDocument:
    """The document of the import of these rows."""
    return bring(kind, file_of(rows), profile(kind, rows))


def files_of(texts: Sequence[str]) -> dict[str, list[Row]]:
    """The rows of a file of each kind, by its key."""
    return {
        "leads": leads_of(texts), "companies": companies_of(texts), "activities": activities_of(texts), "deals": deals_of(texts),
        "campaigns": campaigns_of(texts),
    }  # fmt: skip


def leads_of(texts: Sequence[str]) -> list[Row]:
    return [
        {
            "external_id": f"L{n}", "created_at": "2024-02-01", "stage": "mql", "email": f"p{n}@example.com", "first_name": short(text),
            "last_name": short(text), "full_name": short(text), "title": short(text), "company": short(text), "source": short(text),
            "channel": short(text), "reason": short(text), "attributes.note": text,
        }
        for n, text in enumerate(texts)
    ]  # fmt: skip


def activities_of(texts: Sequence[str]) -> list[Row]:
    return [
        {
            "external_id": f"A{n}", "lead_external_id": f"L{n}", "kind": "form_submit", "at": "2024-03-01", "subject": short(text),
            "outcome": short(text)[:100], "asset": short(text), "channel": short(text), "attributes.note": text,
        }
        for n, text in enumerate(texts)
    ]  # fmt: skip


def deals_of(texts: Sequence[str]) -> list[Row]:
    return [
        {
            "external_id": f"D{n}", "lead_external_id": f"L{n}", "company": short(text), "amount": "12.50", "currency": "EUR",
            "status": "lost", "opened_at": "2024-04-01", "closed_at": "2024-05-01", "lost_reason": short(text), "attributes.note": text,
        }
        for n, text in enumerate(texts)
    ]  # fmt: skip


def campaigns_of(texts: Sequence[str]) -> list[Row]:
    return [
        {"external_id": f"C{n}", "name": short(text), "type": short(text)[:100], "attributes.note": text}
        for n, text in enumerate(texts)
        if text.strip()
    ]


def companies_of(texts: Sequence[str]) -> list[Row]:
    return [
        {"external_id": f"F{n}", "name": short(text), "industry": short(text), "attributes.note": text}
        for n, text in enumerate(texts)
        if text.strip()
    ]


def short(text: str) -> str:
    return text[:LIMIT]

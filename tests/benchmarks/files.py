"""The benchmark's company as CSV files, made once a size and seed, and the profiles that import them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from leads.demo.stories import stories
from leads.demo.story import Story
from leads.demo.year import Year

END = datetime(2026, 11, 1, tzinfo=UTC)
SEED = "bench"

COLUMNS: dict[str, tuple[str, ...]] = {
    "rates": ("date", "currency", "rate"),
    "leads": (
        "external_id",
        "created_at",
        "email",
        "phone",
        "first_name",
        "last_name",
        "title",
        "company",
        "source",
        "channel",
        "campaign",
        "segment",
        "territory",
        "country",
        "landing_page",
        "consent",
    ),
    "stages": ("lead_external_id", "stage", "at", "owner", "reason"),
    "activities": (
        "external_id",
        "lead_external_id",
        "kind",
        "at",
        "by",
        "asset",
        "channel",
        "url",
        "subject",
        "outcome",
    ),
    "deals": (
        "external_id",
        "lead_external_id",
        "company",
        "owner",
        "amount",
        "currency",
        "status",
        "opened_at",
        "closed_at",
        "lost_reason",
        "kind",
    ),
}
RENAMED = {"landing_page": "attributes.landing_page", "consent": "consent.marketing"}


@dataclass(frozen=True)
class Files:
    """Where the files of one size lie, and how many rows each has."""

    folder: Path
    rows: dict[str, int]

    def path(self, kind: str) -> Path:
        return self.folder / f"{kind}.csv"

    def profile(self, kind: str) -> Path:
        return self.folder / f"{kind}.json"


def make_files(folder: Path, leads: int) -> Files:
    """The files of a company of so many leads, kept in `folder` for the next run."""
    folder.mkdir(parents=True, exist_ok=True)
    stamp = folder / "rows.json"
    if not stamp.exists():
        rows = _write(folder, stories(Year(SEED, END, days=730), leads))
        for kind, columns in COLUMNS.items():
            fields = {RENAMED.get(name, name): name for name in columns}
            profile = {"kind": kind, "system": "bench", "dates": "iso", "fields": fields}
            (folder / f"{kind}.json").write_text(json.dumps(profile))
        stamp.write_text(json.dumps(rows))
    return Files(folder, json.loads(stamp.read_text()))


def _write(folder: Path, stories: Iterable[Story]) -> dict[str, int]:
    files = {kind: (folder / f"{kind}.csv").open("w", newline="") for kind in COLUMNS}
    writers = {
        kind: csv.DictWriter(file, COLUMNS[kind], extrasaction="ignore", restval="") for kind, file in files.items()
    }
    rows = dict.fromkeys(COLUMNS, 0)
    for writer in writers.values():
        writer.writeheader()
    days = [END - timedelta(days=n) for n in range(0, 760, 7)]
    rates = [{"date": day.date(), "currency": "USD", "rate": "0.92"} for day in days]
    writers["rates"].writerows(rates)
    rows["rates"] = len(rates)
    for story in stories:
        parts: dict[str, list[dict[str, Any]]] = {
            "leads": [story.lead],
            "stages": story.stages[1:],
            "activities": story.activities,
            "deals": story.deals,
        }
        for kind, found in parts.items():
            writers[kind].writerows(found)
            rows[kind] += len(found)
    for file in files.values():
        file.close()
    return rows

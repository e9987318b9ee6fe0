"""What does a process log say, read as stage history: a case is a lead, an event a stage row?"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.oracles.facts import LeadFact, StageRow, World

CASE, ACTIVITY = "case:concept:name", "concept:name"
RESOURCE, TIMESTAMP = "org:resource", "time:timestamp"
RUNNING_EXAMPLE = Path("running-example-log", "running-example.csv")
HELPDESK = Path("helpdesk-log", "helpdesk.derived.csv")


@dataclass(frozen=True)
class Event:
    """One line; `at` carries its own offset."""

    case: str
    activity: str
    resource: str | None
    at: datetime


def read_events(file: Path) -> tuple[Event, ...]:
    """In the order of the file, which settles ties of time."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return tuple(
            Event(line[CASE], line[ACTIVITY], line[RESOURCE] or None, datetime.fromisoformat(line[TIMESTAMP]))
            for line in csv.DictReader(lines)
        )


def process_world(events: tuple[Event, ...], recorded_at: datetime, stage_keys: Mapping[str, str]) -> World:
    """Facts for the other oracles; `stage_keys` says which stage each activity stands for."""
    rows = tuple(
        StageRow(
            seq,
            event.case,
            stage_keys[event.activity],
            event.at,
            recorded_at,
            cause="import",
            owner=event.resource,
        )
        for seq, event in enumerate(events, start=1)
    )
    begun: dict[str, datetime] = {}
    for event in events:
        begun[event.case] = min(event.at, begun.get(event.case, event.at))
    leads = tuple(LeadFact(case, at, recorded_at) for case, at in begun.items())
    return World(leads=leads, stages=rows)

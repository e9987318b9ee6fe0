"""The stories of a year: as many as asked for, one a lead.

Used by the demo (some hundreds of leads, through the services) and by the benchmark (files of a million).
"""

from __future__ import annotations

from collections.abc import Iterator

from leads.demo.generator import Writer
from leads.demo.story import Row, Story
from leads.demo.year import Year


def stories(year: Year, leads: int) -> Iterator[Story]:
    """Whole ones, numbered from 1."""
    for writer in writers(year, leads):
        yield whole(writer)


def whole(writer: Writer) -> Story:
    """All that it makes up, its activities in order and with names."""
    rows: dict[str, list[Row]] = {"lead": [], "stage": [], "activity": [], "deal": []}
    for event in writer.begin():
        rows[event.kind].append(event.row)
    activities = sorted(rows["activity"], key=lambda row: row["at"])
    for n, row in enumerate(activities, start=1):
        row["external_id"] = f"A{writer.number}-{n}"
    return Story(rows["lead"][0], rows["stage"], activities, rows["deal"][-1:])


def writers(year: Year, leads: int, *, first: int = 1, at_fair: int = 0) -> Iterator[Writer]:
    """For whoever tells the stories as time passes; the last `at_fair` of them came by at the fair."""
    weights = year.weights()
    for number in range(first, first + leads):
        yield Writer(year, number, weights, at_fair=number >= first + leads - at_fair)

"""Which lists has a rule's backtest? One declaration a list; figures count the same rows, so that they cannot differ.

Rows are kept with the result, one an offer: a lead would be offered again in another stay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Row:
    """One offer. Moments are microseconds since 1970. `rule`: `this`, `taken` (by another rule) or `in_force`.

    `user` and `team`: who would have received it; neither: nobody could take it. Deadlines are None where there was no offer.
    """

    lead: int
    at: int
    rule: str
    user: int | None = None
    team: int | None = None
    accept_by: int | None = None
    contact_by: int | None = None
    accepted: int | None = None
    contacted: int | None = None
    hour: int | None = None
    weekday: int | None = None


Which = Callable[[Row, int], bool]
"""Whether a row is in the list; the second is the end of the days tried."""


@dataclass(frozen=True)
class Listing:
    """`title` begins with what the leads are; `compares`: it needs a version in force."""

    key: str
    title: str
    which: Which
    compares: bool = False


def offered(row: Row, _end: int) -> bool:
    return row.rule == "this" and row.team is not None


def nobody(row: Row, _end: int) -> bool:
    return row.rule == "this" and row.team is None


def accept_due(row: Row, end: int) -> bool:
    """Its deadline to accept lies within the days tried, so that it was met or missed."""
    return offered(row, end) and row.accept_by is not None and row.accept_by <= end


def contact_due(row: Row, end: int) -> bool:
    return offered(row, end) and row.contact_by is not None and row.contact_by <= end


def accepted_in_time(row: Row, end: int) -> bool:
    return accept_due(row, end) and row.accepted is not None and row.accepted <= (row.accept_by or 0)


def contacted_in_time(row: Row, end: int) -> bool:
    return contact_due(row, end) and row.contacted is not None and row.contacted <= (row.contact_by or 0)


def accepted_ever(row: Row, end: int) -> bool:
    """Of those whose first contact was due: they moved on, in time or not."""
    return contact_due(row, end) and row.accepted is not None


LISTS: dict[str, Listing] = {
    one.key: one
    for one in (
        Listing("offered", "Would have been offered", offered),
        Listing("nobody", "Nobody could have taken them", nobody),
        Listing("taken", "Another rule would have had them", lambda row, _end: row.rule == "taken"),
        Listing("accept_due", "To be accepted within these days", accept_due),
        Listing("accepted", "Moved on in time", accepted_in_time),
        Listing("not_accepted", "Not moved on in time", lambda row, end: accept_due(row, end) and not accepted_in_time(row, end)),
        Listing("contact_due", "First contact due within these days", contact_due),
        Listing("contacted", "First contact in time", contacted_in_time),
        Listing("not_contacted", "No first contact in time", lambda row, end: contact_due(row, end) and not contacted_in_time(row, end)),
        Listing("contact_accepted", "First contact due, and moved on at some time", accepted_ever),
        Listing("contacted_accepted", "First contact in time, of those that moved on",
                lambda row, end: accepted_ever(row, end) and contacted_in_time(row, end)),
        Listing("offered_in_force", "Would have been offered by the version in force", lambda row, _end: row.rule == "in_force", True),
    )
}  # fmt: skip
"""Every list that does not hang on a receiver or an hour, by its key."""

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def find_listing(key: str, receivers: Sequence[Mapping[str, Any]]) -> Listing | None:
    """The list of that key: one of those above, or `person-7`, `team-7` (a queue), `hour-9`, `monday`; None where there is none."""
    if key in LISTS:
        return LISTS[key]
    if key in WEEKDAYS:
        day = WEEKDAYS.index(key)
        return Listing(
            key,
            f"Would have been offered on a {key.capitalize()}",
            lambda row, end: offered(row, end) and row.weekday == day,
        )
    one = next((one for one in receivers if one["key"] == key), None)
    if one is not None:
        user, team = one["user"], one["team"]
        return Listing(key, f"Would have been offered to {one['name']}", lambda row, end: _to(row, end, user, team))
    hour = key.removeprefix("hour-")
    if key.startswith("hour-") and hour.isdecimal() and len(hour) < 3 and int(hour) < 24:
        clock = int(hour)
        title = f"Would have been offered from {clock}:00 to {clock + 1}:00"
        return Listing(key, title, lambda row, end: offered(row, end) and row.hour == clock)
    return None


def _to(row: Row, end: int, user: int | None, team: int | None) -> bool:
    return offered(row, end) and (row.user == user if user is not None else row.user is None and row.team == team)


NAMES = tuple(one.name for one in fields(Row))


def packed(rows: Sequence[Row]) -> dict[str, list[Any]]:
    """Rows as they are kept with the result: by column."""
    columns = list(zip(*map(astuple, rows), strict=True)) if rows else [() for _name in NAMES]
    return {name: list(column) for name, column in zip(NAMES, columns, strict=True)}


def unpacked(columns: Mapping[str, Sequence[Any]]) -> list[Row]:
    """The same, read back."""
    return [Row(*values) for values in zip(*(columns[name] for name in NAMES), strict=True)]


def micros(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND


def moment_of(count: int) -> datetime:
    return EPOCH + count * MICROSECOND

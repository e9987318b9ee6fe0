"""Calendars as a kind of agreement: one for each side, and for teams and persons who work at other times."""

from __future__ import annotations

import re

from alignment.agreements.kinds import Kind, register
from alignment.people.models import Team, User
from alignment.people.selectors import reporting_zone
from leads.calendars.sentences import difference, sentences
from leads.calendars.terms import WEEKDAYS, Calendar, Window

CALENDAR = "calendar"
SIDES = ("side:marketing", "side:sales")
OF_SOMEBODY = re.compile(r"(team|person):([1-9][0-9]{0,17})")


def named(key: str) -> str | None:
    """Whose calendar a key stands for, in words; None where there is no such side, team or person."""
    if key in SIDES:
        return key.removeprefix("side:")
    found = OF_SOMEBODY.fullmatch(key)
    if found is None:
        return None
    who, pk = found.groups()
    if who == "team":
        team = Team.objects.filter(pk=int(pk)).first()
        return f"the team {team.name}" if team else None
    person = User.objects.filter(pk=int(pk)).first()
    return str(person) if person else None


def key_error(key: str) -> str | None:
    """What is wrong with a key; None where it names somebody there is."""
    if named(key) is not None:
        return None
    if OF_SOMEBODY.fullmatch(key):
        return f"There is nobody behind “{key}”."
    return "A calendar is of a side (side:marketing, side:sales), a team (team:7) or a person (person:7)."


def title_of(key: str) -> str:
    return f"Working time of {named(key) or key}"


def starting(_key: str) -> Calendar:
    """Nine to five on five days, where the company reports."""
    windows = [Window(day=day, start="09:00", end="17:00") for day in WEEKDAYS[:5]]
    return Calendar(timezone=str(reporting_zone()), windows=windows)


def keys() -> list[str]:
    """The two sides, then every team."""
    return [*SIDES, *(f"team:{pk}" for pk in Team.objects.order_by("pk").values_list("pk", flat=True))]


KIND = Kind(
    key=CALENDAR,
    title="Calendar",
    sentence="When people work: what business time means for a side, a team or a person.",
    terms=Calendar,
    sentences=sentences,
    difference=difference,
    title_of=title_of,
    key_error=key_error,
    starting=starting,
    keys=keys,
)


def install() -> None:
    """Let calendars be agreed upon."""
    register(KIND)

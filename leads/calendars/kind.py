"""Calendars as a kind of agreement: one for each side, and for teams and persons who work at other times."""

from __future__ import annotations

import re
from collections.abc import Collection

from alignment.agreements.kinds import Kind, register
from alignment.people.models import Team, User
from alignment.people.selectors import reporting_zone
from leads.calendars import quiet
from leads.calendars.laying_out import seal
from leads.calendars.sentences import difference, sentences
from leads.calendars.terms import WEEKDAYS, Calendar, Window

CALENDAR = "calendar"
SIDES = ("side:marketing", "side:sales")
OF_SOMEBODY = re.compile(r"(team|person):([1-9][0-9]{0,17})")


def named(key: str) -> str | None:
    """Whose calendar a key stands for, in words; None where there is no such side, team or person."""
    return all_named([key]).get(key)


def all_named(keys: Collection[str]) -> dict[str, str]:
    """The same for many keys in two queries; a key that stands for nothing is left out."""
    asked: dict[str, dict[int, str]] = {"team": {}, "person": {}}
    for found in filter(None, map(OF_SOMEBODY.fullmatch, keys)):
        asked[found[1]][int(found[2])] = found[0]
    words = {key: key.removeprefix("side:") for key in keys if key in SIDES}
    if asked["team"]:
        teams = Team.objects.filter(pk__in=asked["team"])
        words |= {asked["team"][team.pk]: f"the team {team.name}" for team in teams}
    if asked["person"]:
        words |= {asked["person"][one.pk]: str(one) for one in User.objects.filter(pk__in=asked["person"])}
    return words


def key_error(key: str) -> str | None:
    """What is wrong with a key; None where it names somebody there is."""
    if named(key) is not None:
        return None
    if OF_SOMEBODY.fullmatch(key):
        return f"There is nobody behind “{key}”."
    return "A calendar is of a side (side:marketing, side:sales), a team (team:7) or a person (person:7)."


def title_of(key: str) -> str:
    return titles_of([key])[key]


def titles_of(keys: Collection[str]) -> dict[str, str]:
    words = all_named(keys)
    return {key: f"Working time of {words.get(key, key)}" for key in keys}


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
    titles_of=titles_of,
    key_error=key_error,
    starting=starting,
    sealed=seal,
    keys=keys,
)


def install() -> None:
    """Let calendars be agreed upon, and mail wait for the working time that they say."""
    register(KIND)
    quiet.install()

"""To which group does a lead belong at an instant?

Source, channel, system and attributes are fixed; owner, team, campaign, segment and territory have a
log; month and week are those of the instant itself, in the reporting zone.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from tests.oracles.facts import Clock, LeadFact, LeadId, World
from tests.oracles.log import known_rows
from tests.oracles.question import Group, Question
from tests.oracles.zones import month_key, week_key

CALENDAR = ("month", "week")
LOGGED = ("owner", "team", "campaign", "segment", "territory")
ATTRIBUTE = "attributes."

Key = tuple[str | None, ...]
Timeline = list[tuple[datetime, str | None]]


class HeldValues:
    """The logged values of every lead, as known: from the value log and from owners in stage rows."""

    def __init__(self, world: World, clock: Clock) -> None:
        # At the same instant the value log has the last word over a stage row.
        entries: list[tuple[datetime, int, int, LeadId, str, str | None]] = [
            (v.at, 1, v.seq, v.lead, v.name, v.value) for v in world.values if clock.knows(v.at, v.recorded_at)
        ]
        for rows in known_rows(world, clock).values():
            for row in rows:
                for name, value in (("owner", row.owner), ("team", row.team)):
                    if value is not None:
                        entries.append((row.at, 0, row.seq, row.lead, name, value))
        self._timelines: dict[tuple[LeadId, str], Timeline] = defaultdict(list)
        for at, _, _, lead, name, value in sorted(entries, key=lambda entry: entry[:3]):
            self._timelines[lead, name].append((at, value))

    def value(self, lead: LeadId, name: str, at: datetime) -> str | None:
        """The last value at or before `at`; None where nothing is known."""
        known = [value for since, value in self.timeline(lead, name) if since <= at]
        return known[-1] if known else None

    def timeline(self, lead: LeadId, name: str) -> Timeline:
        return self._timelines.get((lead, name), [])


class Cuts:
    """Groups as one question asks for them."""

    def __init__(self, world: World, question: Question) -> None:
        self._question = question
        self._held = HeldValues(world, question.clock)

    def key(self, lead: LeadFact, at: datetime) -> Key:
        return tuple(self.value(lead, name, at) for name in self._question.by)

    def admits(self, lead: LeadFact, at: datetime) -> bool:
        """Does the lead, with its values at that instant, fulfil every condition?"""
        if self._question.system is not None and lead.system != self._question.system:
            return False
        return all(self.value(lead, name, at) == wanted for name, wanted in self._question.where)

    def named(self, key: Key) -> Group:
        return dict(zip(self._question.by, key, strict=True))

    @property
    def only_with_rows(self) -> bool:
        """Months and weeks are shown only where there is something in them."""
        return any(name in CALENDAR for name in self._question.by)

    def value(self, lead: LeadFact, name: str, at: datetime) -> str | None:
        if name in LOGGED:
            return self._held.value(lead.id, name, at)
        if name.startswith(ATTRIBUTE):
            return lead.attributes.get(name.removeprefix(ATTRIBUTE))
        of_the_record = {"source": lead.source, "channel": lead.channel, "system": lead.system}
        if name in of_the_record:
            return of_the_record[name]
        keys = {"month": month_key, "week": week_key}
        return keys[name](at, self._question.zone)


def in_order(keys: set[Key]) -> list[Key]:
    """By value, what is not known last."""
    return sorted(keys, key=lambda key: [(value is None, value or "") for value in key])

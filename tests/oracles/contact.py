"""What was known about reaching a lead at an instant: touches, consent, e-mail and telephone, owner?"""

from __future__ import annotations

from datetime import datetime

from tests.oracles.cuts import HeldValues
from tests.oracles.facts import ActivityRow, Clock, ConsentRow, ContactRow, LeadId, PersonRow, World
from tests.oracles.stage_set import same_side


class LeadContact:
    """Everything about one lead that leaks look at beside its stages, as known by a clock."""

    def __init__(self, world: World, lead: LeadId, clock: Clock, held: HeldValues, replies: frozenset[str]) -> None:
        mine = [a for a in world.activities if a.lead == lead and clock.knows(a.at, a.recorded_at)]
        self._activities: list[ActivityRow] = sorted(mine, key=lambda a: a.at)
        self._replies = replies
        consents = [c for c in world.consents if c.lead == lead and c.purpose == "marketing"]
        self._consents: list[ConsentRow] = sorted(
            (c for c in consents if clock.knows(c.at, c.recorded_at)), key=lambda c: (c.at, c.seq)
        )
        contacts = [c for c in world.contacts if c.lead == lead and clock.knows(c.at, c.recorded_at)]
        self._contacts: list[ContactRow] = sorted(contacts, key=lambda c: c.at)
        self._owners = held.timeline(lead, "owner")
        self._people: list[PersonRow] = sorted(world.people, key=lambda p: p.at)

    def outreach(self, side: str) -> list[datetime]:
        """What that side did: outbound; of sales only what no machine did."""
        return [
            a.at
            for a in self._activities
            if a.direction == "outbound" and same_side(a.side) == side and not (side == "sales" and a.automated)
        ]

    def inbound_replies(self) -> list[datetime]:
        return [a.at for a in self._activities if a.direction == "inbound" and a.kind in self._replies]

    def allowed(self, at: datetime) -> bool:
        """Unless the latest consent for marketing is refused or withdrawn."""
        states = [c.state for c in self._consents if c.at <= at]
        return not states or states[-1] == "granted"

    def reachable(self, at: datetime) -> bool:
        states = [c.email_usable or c.phone_usable for c in self._contacts if c.at <= at]
        return bool(states) and states[-1]

    def well_owned(self, at: datetime, side: str) -> bool:
        """Is there an owner who is active and in a team of that side?"""
        owners = [owner for since, owner in self._owners if since <= at]
        owner = owners[-1] if owners else None
        entries = [p for p in self._people if p.user == owner]
        if owner is None or not entries:
            return False
        person = next((p for p in reversed(entries) if p.at <= at), entries[0])
        return person.active and side in {same_side(s) for s in person.sides}

    def turning_points(self) -> list[datetime]:
        """Every instant at which consent, contact or the owner's standing may change."""
        owners = {owner for _, owner in self._owners}
        return [
            *(c.at for c in self._consents),
            *(c.at for c in self._contacts),
            *(since for since, _ in self._owners),
            *(p.at for p in self._people if p.user in owners),
        ]

"""May somebody still open a lead or handoff that a notice leads to? A partner's people lose sight of leads that went on."""

from __future__ import annotations

import re

from alignment.outbox.leading import plug_in
from alignment.people.models import User
from leads.handoffs.reading import seen_by
from leads.records.models import Lead

PLACE = re.compile(r"/(leads|handoffs)/([0-9]{1,18})/")
GONE = "This lead is not with your team any more, so there is nothing left to open."


def why_gone(user_id: int, path: str) -> str | None:
    """The sentence for who sees the lead no more."""
    found = PLACE.match(path)
    user = User.objects.select_related("team").filter(pk=user_id).first()
    if found is None or user is None:
        return None
    seen = Lead.objects.visible_to(user) if found[1] == "leads" else seen_by(user)
    return None if seen.filter(pk=int(found[2])).exists() else GONE


def install() -> None:
    """Let notices ask."""
    plug_in(why_gone)

"""Does somebody hold the lead that is passed on by this handoff? One expression, for everybody who asks. Grain: one value a handoff.

Clock: as this handoff ended, or by now while it is open. Index: the primary key, one step a link of the chain.
"""

from __future__ import annotations

_KEPT = """CASE WHEN {handoff}.state <> 'accepted' AND {handoff}.replaces_id IS NOT NULL THEN (
    WITH RECURSIVE chain AS (
        SELECT b.id, b.replaces_id, b.state, b.returned_at FROM leads_handoff b WHERE b.id = {handoff}.replaces_id
        UNION ALL
        SELECT b.id, b.replaces_id, b.state, b.returned_at FROM chain c JOIN leads_handoff b ON b.id = c.replaces_id
        WHERE c.state <> 'accepted'
    )
    SELECT id FROM chain WHERE state = 'accepted' AND (returned_at IS NULL OR returned_at > {handoff}.decided_at)) END"""
"""The chain is followed back to the last that was accepted: to sort it would have the whole table read, in the order of its key."""


def kept_by(handoff: str = "h") -> str:
    """The handoff by which somebody took the lead before this one of that alias passed it on, and has it still; else null.

    Nobody needs the lead then, whatever becomes of this handoff, and a no to it is no coming back.
    """
    return _KEPT.format(handoff=handoff)

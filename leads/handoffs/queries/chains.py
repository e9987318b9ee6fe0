"""Does somebody hold the lead that is passed on by this handoff? One expression, for everybody who asks. Grain: one value a handoff.

Clock: as this handoff ended, or by now while it is open. Index: the primary key, one step a link of the chain.
"""

from __future__ import annotations

_KEPT = """CASE WHEN {handoff}.state <> 'accepted' AND {handoff}.replaces_id IS NOT NULL THEN (
    WITH RECURSIVE chain AS (
        SELECT {handoff}.replaces_id AS id
        UNION ALL
        SELECT b.replaces_id FROM chain c JOIN leads_handoff b ON b.id = c.id
    ),
    taken AS (
        SELECT b.id, b.returned_at FROM chain c JOIN leads_handoff b ON b.id = c.id
        WHERE b.state = 'accepted' ORDER BY b.id DESC LIMIT 1
    )
    SELECT id FROM taken WHERE returned_at IS NULL OR returned_at > {handoff}.decided_at) END"""


def kept_by(handoff: str = "h") -> str:
    """The handoff by which somebody took the lead before this one of that alias passed it on, and has it still; else null.

    Nobody needs the lead then, whatever becomes of this handoff, and a no to it is no coming back.
    """
    return _KEPT.format(handoff=handoff)

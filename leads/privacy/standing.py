"""What did an import say of people's teams, and who is in? Its rows leave their log, and figures forget them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import connection

from alignment.people.models import PersonChange

LOG_STANDING = """
INSERT INTO people_personchange (user_id, at, recorded_at, active, team_id)
SELECT u.id, %(now)s, %(now)s, u.is_active, u.team_id FROM people_user u
CROSS JOIN LATERAL (
    SELECT c.active, c.team_id FROM people_personchange c WHERE c.user_id = u.id ORDER BY c.at DESC, c.id DESC LIMIT 1) AS last
WHERE u.id = ANY(%(people)s::bigint[]) AND (u.is_active, u.team_id) IS DISTINCT FROM (last.active, last.team_id)
"""

TOUCH_THEIRS = """
INSERT INTO leads_touched (lead_id)
SELECT DISTINCT v.lead_id FROM leads_leadvalue v WHERE v.field = 'owner' AND v.ref = ANY(%(people)s::bigint[])
"""


def take_standing_back(import_id: int, user_ids: Collection[int], *, now: datetime) -> int:
    """Take the import's rows about these people out of their log; how many there were.

    Where somebody changed them since, so that the log no longer ends with what they are, that is logged at `now`.
    Every lead that they ever owned is marked for recomputing.
    """
    gone = PersonChange.objects.filter(import_id=import_id, user_id__in=user_ids).delete()[0]
    if gone:
        with connection.cursor() as cursor:
            cursor.execute(LOG_STANDING, {"people": sorted(user_ids), "now": now})
            cursor.execute(TOUCH_THEIRS, {"people": sorted(user_ids)})
    return gone

"""Where does a lead stand with regard to handing it over? Its stay, its open offer and need, and what came back before.

Grain: one row a lead. Clock: `at`; what happened later is left out, so that past instants can be asked. Facts of the lead itself, and its
open need, are those of now. A stay counts from when it was known: at once where an agreement moved the lead, else from its recording.
Indexes: stay_order, handoff_order, need_order, activity_order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection

from alignment.prepared import planned
from leads.activities.kinds import TOUCHES
from leads.funnel.stage_sets import StageSet
from leads.handoffs.queries.chains import kept_by

MOST_AT_ONCE = 500
"""Of so many leads the statement is planned once: lead by lead by the indexes, as for one."""

BY_HAND = """EXISTS (
        WITH RECURSIVE chain AS (
            SELECT h.origin, h.replaces_id FROM leads_handoff h
            WHERE h.lead_id = n.lead_id AND h.rule_id = n.rule_id AND coalesce(h.returned_at, h.decided_at) = n.qualified_at
            UNION ALL
            SELECT b.origin, b.replaces_id FROM chain c JOIN leads_handoff b ON b.id = c.replaces_id
        )
        SELECT FROM chain WHERE origin = 'person')"""
"""Of a need aliased `n`: it was left by an offer that somebody made by hand, or that continued one."""

SITUATIONS = f"""
SELECT l.id, l.is_test, l.merged_into_id IS NOT NULL, l.erased_at IS NOT NULL, here.stage, here.since, here.left_at,
       (SELECT min(s.at) FROM leads_stay s WHERE s.lead_id = l.id AND s.at > %(at)s),
       past.open_id, past.open_from, need.id, need.rule_key, need.from_stage, need.qualified_at, need.no_receiver,
       past.accepted_by, past.ended_at, coalesce(past.came_back, 0), past.refusers, past.tired_teams, past.cool_until,
       past.fresh_after, CASE WHEN past.fresh_after IS NOT NULL THEN (
           SELECT min(greatest(a.at, a.recorded_at)) FROM leads_activity a
           WHERE a.lead_id = l.id AND a.at > past.fresh_after AND a.kind = ANY(%(touches)s) AND a.direction = 'inbound'
             AND a.at <= %(at)s AND a.recorded_at <= %(at)s) END,
       past.last_id, past.last_end, past.last_side, past.last_by,
       EXISTS (SELECT FROM leads_fieldspast p WHERE p.lead_id = l.id), l.stage,
       need.by_hand, l.xmin::text
FROM leads_lead l
LEFT JOIN LATERAL (
    SELECT s.stage, s.until AS left_at,
           (SELECT min(p.at) FROM leads_stay p WHERE p.lead_id = l.id AND p.pass_number = s.pass_number) AS pass_since,
           CASE WHEN c.agreement_version_id IS NULL THEN greatest(c.at, c.recorded_at) ELSE c.at END AS since
    FROM leads_stay s JOIN leads_stagechange c ON c.id = s.change_id
    WHERE s.lead_id = l.id AND s.at <= %(at)s ORDER BY s.at DESC, s.change_id DESC LIMIT 1
) here ON true
LEFT JOIN LATERAL (
    SELECT n.*, v.terms -> 'from' ->> 'stage' AS from_stage, {BY_HAND} AS by_hand
    FROM leads_need n JOIN agreements_version v ON v.id = n.rule_id
    WHERE n.lead_id = l.id AND n.ended_at IS NULL
) need ON true
LEFT JOIN LATERAL (
    SELECT max(h.id) FILTER (WHERE h.ended_at IS NULL) AS open_id,
           max(h.from_stage) FILTER (WHERE h.ended_at IS NULL) AS open_from,
           max(h.receiver) FILTER (WHERE h.state = 'accepted' AND h.back_at IS NULL AND h.ended_at IS NOT NULL AND h.here) AS accepted_by,
           max(h.ended_at) FILTER (WHERE h.here) AS ended_at,
           count(h.back_at) FILTER (WHERE h.of_pass AND NOT h.kept) AS came_back,
           array_agg(h.to_user_id) FILTER (WHERE h.of_pass AND h.refused)
               || array_agg(h.decided_by_id) FILTER (WHERE h.of_pass AND h.refused AND h.state = 'rejected')
               || array_agg(h.returned_by_id) FILTER (WHERE h.of_pass AND h.refused AND h.back_at IS NOT NULL) AS refusers,
           array_agg(h.to_team_id) FILTER (WHERE h.of_pass AND h.state = 'expired' AND h.ended_at IS NOT NULL
                                                 AND h.to_user_id IS NULL) AS tired_teams,
           max(h.back_at + coalesce((h.said ->> 'cool_off_days')::int, 0) * interval '24 hours')
               FILTER (WHERE NOT h.kept) AS cool_until,
           max(h.back_at) FILTER (WHERE h.said ->> 'next' IS DISTINCT FROM 'reroute' AND NOT h.kept) AS fresh_after,
           (array_agg(h.id ORDER BY h.offered_at DESC, h.id DESC) FILTER (WHERE h.here))[1] AS last_id,
           (array_agg(h.how ORDER BY h.offered_at DESC, h.id DESC) FILTER (WHERE h.here))[1] AS last_end,
           (array_agg(h.to_side ORDER BY h.offered_at DESC, h.id DESC) FILTER (WHERE h.here))[1] AS last_side,
           (array_agg(h.decider ORDER BY h.offered_at DESC, h.id DESC) FILTER (WHERE h.here))[1] AS last_by
    FROM (
        SELECT o.*, d.name AS decider, coalesce(r.name, t.name) AS receiver,
               o.ended_at IS NOT NULL AND (o.back_at IS NOT NULL OR o.state = 'expired') AS refused,
               CASE WHEN o.ended_at IS NULL THEN 'open'
                    WHEN o.back_at IS NOT NULL THEN coalesce(o.said ->> 'next', 'unexplained')
                    WHEN o.state = 'withdrawn' AND o.decided_by_id IS NOT NULL AND NOT o.replaced THEN 'taken_back'
                    ELSE o.state END AS how,
               o.offered_at >= here.since AS here,
               o.offered_at >= here.pass_since AS of_pass
        FROM (
            SELECT h.*, CASE WHEN h.returned_at <= %(at)s THEN h.returned_at WHEN h.decided_at <= %(at)s THEN h.decided_at END AS ended_at,
                   CASE WHEN h.returned_at <= %(at)s THEN h.returned_at
                        WHEN h.state = 'rejected' AND h.decided_at <= %(at)s THEN h.decided_at END AS back_at,
                   {kept_by()} IS NOT NULL AS kept,
                   EXISTS (SELECT FROM leads_handoff n WHERE n.replaces_id = h.id AND n.offered_at <= %(at)s) AS replaced,
                   (SELECT r FROM agreements_version v CROSS JOIN LATERAL jsonb_array_elements(v.terms -> 'reasons') r
                    WHERE v.id = h.rule_id AND r ->> 'key' = h.reason LIMIT 1) AS said
            FROM leads_handoff h WHERE h.lead_id = l.id AND h.offered_at <= %(at)s
            OFFSET 0
        ) o
        LEFT JOIN people_user d ON d.id = o.decided_by_id
        LEFT JOIN people_user r ON r.id = o.to_user_id
        LEFT JOIN people_team t ON t.id = o.to_team_id
    ) h
) past ON true
WHERE l.id = ANY(%(leads)s::bigint[])
ORDER BY l.id
"""


@dataclass(frozen=True, slots=True)
class Situation:
    """One lead. `since`: from when its present stay counts; `left_at`: when it left the stage again, of past instants;
    `next_at`: the next change that is dated later. `ended_at`: the end of the last handoff of this stay.

    `came_back` counts rejections and returns of this pass, but no rejection of what somebody who has the lead passed on. `refusers`
    are who turned it down, gave it back or let it expire in this pass, `tired_teams` the teams whose queue did. `cool_until` is the
    latest end of a cool-off, `fresh_after` the last time it came back but for being offered to the next, `fresh_at` when something
    new after that was known. `last_*` tell of the last handoff of this stay: how it ended (`open`, `accepted`, `expired`,
    `withdrawn`, `taken_back` by a person, or what follows its reason).
    `has_past`: what its fields held before is kept still. `stage_now` is where its log leads to, changes dated later included.
    `need_by_hand`: its need is left by an offer that was made by hand, whatever the rule says. `row` is another as soon as its own
    row is written.
    """

    lead_id: int
    is_test: bool
    is_merged: bool
    is_erased: bool
    stage: str | None
    since: datetime | None
    left_at: datetime | None
    next_at: datetime | None
    open_id: int | None
    open_from: str | None
    need_id: int | None
    need_key: str | None
    need_from: str | None
    need_qualified_at: datetime | None
    no_receiver: str | None
    accepted_by: str | None
    ended_at: datetime | None
    came_back: int
    refusers: Sequence[int | None] | None
    tired_teams: Sequence[int] | None
    cool_until: datetime | None
    fresh_after: datetime | None
    fresh_at: datetime | None
    last_id: int | None
    last_end: str | None
    last_side: str | None
    last_by: str | None
    has_past: bool
    stage_now: str | None
    need_by_hand: bool | None
    row: str

    @property
    def has_left(self) -> bool:
        """Whether it left the stage in which its need began, even if it is there again."""
        if self.need_qualified_at is None or self.since is None:
            return self.need_id is not None
        return self.stage != self.need_from or self.need_qualified_at < self.since


def situations(lead_ids: Sequence[int], *, at: datetime, stages: StageSet) -> list[Situation]:
    """Of each of these leads that there is, in order of id; retired stages are told by what they count as in `stages`."""
    values: dict[str, Any] = {"leads": list(lead_ids), "at": at, "touches": sorted(TOUCHES)}
    with connection.cursor() as cursor:
        statement = planned(cursor, SITUATIONS) if len(lead_ids) <= MOST_AT_ONCE else SITUATIONS
        cursor.execute(f"SET LOCAL jit = off; {statement}", values)
        found = [Situation(*row) for row in cursor.fetchall()]
    return [_by(stages, one) for one in found] if stages.retired else found


def _by(stages: StageSet, one: Situation) -> Situation:
    def said(key: str | None) -> str | None:
        return stages.meaning(key) if key is not None else None

    return replace(
        one,
        stage=said(one.stage),
        open_from=said(one.open_from),
        need_from=said(one.need_from),
        stage_now=said(one.stage_now),
    )

"""What happens to a lead that came back? What the agreed reason says: nurtured on, ended, or offered to the next.

Called by rejection, return and expiry, which hold the lead's lock. Stage changes keep the version of the rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from alignment.refusals import Refused
from leads.funnel.models import Category
from leads.funnel.stage_sets import StageSet, stage_set
from leads.handoffs.models import Handoff, State
from leads.handoffs.queries.chains import kept_by
from leads.handoffs.routing import waiting
from leads.handoffs.rules import rule_of
from leads.handoffs.terms import Reason
from leads.lifecycle.changes import NewChange, NewValue, append_changes, append_values, bring_up_to_date

CAUSE = "return"

NEED_AGAIN = f"""
INSERT INTO leads_need (lead_id, rule_id, rule_key, qualified_at, recorded_at)
SELECT h.lead_id, h.rule_id, h.rule_key, coalesce(h.returned_at, h.decided_at), %(now)s FROM leads_handoff h
WHERE h.id = ANY(%(handoffs)s::bigint[]) AND h.rule_id IS NOT NULL AND {kept_by()} IS NULL
ORDER BY h.id
ON CONFLICT (lead_id) WHERE ended_at IS NULL DO NOTHING
"""  # noqa: S608
"""A lead that somebody has accepted and passes on needs nobody: they still have it."""


@dataclass(frozen=True)
class CameBack:
    """A handoff that was turned down or given back, and the agreed reason."""

    handoff: Handoff
    reason: Reason
    by_id: int | None
    now: datetime


def follow(came: CameBack) -> None:
    """Let the lead go where the reason says."""
    NEXT[came.reason.next](came)


def stays_with_owner(handoff: Handoff) -> bool:
    """Whether somebody has accepted this lead and passes it on: if the next will not have it, they still do."""
    taken = next((before for before in earlier(handoff) if before.state == State.ACCEPTED), None)
    return taken is not None and taken.returned_at is None


def earlier(handoff: Handoff) -> Iterator[Handoff]:
    """The handoffs that this one continues, the latest first."""
    before = handoff.replaces
    while before is not None:
        yield before
        before = before.replaces


def need_again(handoff_ids: Sequence[int], *, now: datetime) -> None:
    """Their leads qualified for the same rule again when these ended: routing looks for the next receiver."""
    with connection.cursor() as cursor:
        cursor.execute(NEED_AGAIN, {"handoffs": list(handoff_ids), "now": now})
    waiting.mark(Handoff.objects.filter(pk__in=handoff_ids).values_list("lead_id", flat=True), due_at=now)


def _recycle(came: CameBack) -> None:
    _off_path(came, Category.RECYCLED)
    if came.reason.campaign is not None:
        campaign = NewValue(came.handoff.lead_id, "campaign", came.now, ref=came.reason.campaign)
        append_values([campaign], recorded_at=came.now, actor_id=came.by_id)
        bring_up_to_date([came.handoff.lead_id])


def _disqualify(came: CameBack) -> None:
    _off_path(came, Category.DISQUALIFIED)


def _off_path(came: CameBack, category: Category) -> None:
    target = stage_set().first_of(category)
    if target is None:
        detail = f"The funnel has no stage for leads that are {category.value}. Choose another reason."
        raise Refused("no_such_stage", detail, status=409)
    _goes(came, target.key)


def _reroute(came: CameBack) -> None:
    """An accepted one goes back to where the rule takes leads from; then the next is looked for."""
    rule = rule_of(came.handoff)
    if came.handoff.returned_at is not None and rule is not None:
        _goes(came, stage_set().meaning(rule.from_.stage))
    need_again([came.handoff.pk], now=came.now)


def _goes(came: CameBack, stage: str) -> None:
    """Into that stage, for the agreed reason; held by nobody but the team from which it came."""
    lead = came.handoff.lead
    if lead.stage_id != stage:
        change = NewChange(
            lead.pk, stage, came.now, CAUSE, reason=came.reason.title, agreement_version_id=came.handoff.rule_id
        )
        append_changes([change], recorded_at=came.now, actor_id=came.by_id)
    holders = [
        NewValue(lead.pk, "owner", came.now),
        NewValue(lead.pk, "team", came.now, ref=first_of(came.handoff).from_team_id),
    ]
    append_values(holders, recorded_at=came.now, actor_id=came.by_id)
    bring_up_to_date([lead.pk])


def first_of(handoff: Handoff) -> Handoff:
    """The handoff with which this one began, where it was passed on."""
    return [handoff, *earlier(handoff)][-1]


def moves_to(stages: StageSet, present: str | None, target: str) -> bool:
    """Whether accepting moves a lead: it stands below the target, in an open stage or in one from which leads are taken up again."""
    to, now = stages.by_key.get(stages.meaning(target)), stages.by_key.get(present or "")
    if to is None:
        return False
    if now is None or now.category == Category.RECYCLED:
        return True
    return now.category == Category.OPEN and (now.position or 0) < (to.position or 0)


NEXT = {"recycle": _recycle, "disqualify": _disqualify, "reroute": _reroute}

"""How is a lead offered to somebody? The only writer of new handoffs; called by routing, by people, and when offers are passed on.

An offer changes neither owner nor stage. Both deadlines are reckoned now, by the calendar of the receiver, and what the sweep will
do on the way is laid down with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from alignment.agreements.in_force import InForce
from alignment.people.models import Side, Team
from leads.handoffs import telling
from leads.handoffs.models import Origin
from leads.handoffs.queries.offer import Row, offer
from leads.handoffs.queries.reckon import calendars_of
from leads.handoffs.schedules import Plan, plans
from leads.handoffs.terms import HandoffRule
from leads.lifecycle.changes import touch


@dataclass(frozen=True)
class Offer:
    """One lead for one receiver by one rule; `to_user_id` None: for anybody of the team.

    `why` says how the receiver was found, one sentence an item. `replaces_id` is the handoff that this one continues.
    `from_side` is the side that hands over; None: the one the rule names.
    """

    lead_id: int
    rule: InForce
    to_user_id: int | None
    to_team_id: int
    strategy: str | None = None
    why: Sequence[str] = field(default_factory=tuple)
    origin: str = Origin.RULE.value
    replaces_id: int | None = None
    qualified_at: datetime | None = None
    offered_by_id: int | None = None
    from_side: str | None = None


def offer_all(offers: Sequence[Offer], *, now: datetime) -> list[int]:
    """Offer them, end their leads' needs, and tell the receivers; ids of the handoffs, in the order of the offers.

    The caller holds a transaction and the locks of the leads, none of which is on open offer. The number of statements does not
    grow with the leads, but with the receivers told.
    """
    if not offers:
        return []
    sides = dict(Team.objects.filter(pk__in={one.to_team_id for one in offers}).values_list("pk", "side"))
    found = _plans(offers, sides, now)
    ids = offer([_row(one, *found[_receiver(one)]) for one in offers], now=now)
    touch(one.lead_id for one in offers)
    telling.offered(ids, now=now)
    return ids


_Asked = tuple[int, int | None, int]


def _receiver(one: Offer) -> _Asked:
    return one.rule.version_id, one.to_user_id, one.to_team_id


def _plans(offers: Sequence[Offer], sides: dict[int, str], now: datetime) -> dict[_Asked, tuple[int | None, Plan]]:
    """The calendar and the plan for each rule and receiver; who works by the same calendar shares the plan."""
    asked = list({_receiver(one): one.rule for one in offers}.items())
    calendars = calendars_of([(user, team, sides[team]) for (_rule, user, team), _in_force in asked], now)
    rules = {rule.version_id: rule.says(HandoffRule) for _asked, rule in asked}
    distinct = sorted(
        {(key[0], calendar) for (key, _rule), calendar in zip(asked, calendars, strict=True)},
        key=lambda pair: (pair[0], pair[1] or 0),
    )
    laid = plans([(rules[version], calendar) for version, calendar in distinct], now)
    by_calendar = dict(zip(distinct, laid, strict=True))
    return {
        key: (calendar, by_calendar[key[0], calendar]) for (key, _rule), calendar in zip(asked, calendars, strict=True)
    }


def _row(one: Offer, calendar_id: int | None, plan: Plan) -> Row:
    rule = one.rule.says(HandoffRule)
    return Row(
        lead_id=one.lead_id,
        rule_id=one.rule.version_id,
        rule_key=one.rule.key,
        origin=str(one.origin),
        replaces_id=one.replaces_id,
        to_stage=rule.to.stage,
        from_side=one.from_side or rule.from_.side,
        to_team_id=one.to_team_id,
        to_user_id=one.to_user_id,
        offered_by_id=one.offered_by_id,
        strategy=one.strategy,
        why=list(one.why),
        qualified_at=one.qualified_at,
        calendar_id=calendar_id,
        accept_by=plan.accept_by,
        contact_by=plan.contact_by,
        schedule=plan.entries,
    )


def figure_side(side: str) -> str:
    """The side as figures count it: a partner is sales."""
    return Side.SALES.value if side == Side.PARTNER else side

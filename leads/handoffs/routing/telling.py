"""Who is told what by routing? The leads of both sides where a lead came back too often, operators where a rule cannot be asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from alignment.outbox.posting import Message, Recipient, post
from alignment.people.models import Role, Side, User
from leads.handoffs.routing.agreed import Rule

FAILS = """Nobody is handed over by version {number} of “{title}”: {why}. Other rules go on. The leads concerned are tried again every \
ten minutes; the worker's log says more. If the rule asks for too much, propose a simpler one."""

BOUNCED = """A lead came back {times} times in this pass, as often as “{title}” allows: it is offered to nobody any more by itself. \
Talk about what it lacks, then offer it by hand, recycle it, or change the rule."""


def came_back_too_often(bounced: Mapping[int, tuple[Rule, int, int]], *, now: datetime) -> None:
    """Tell the leads of both sides, once for each need (the key): by which rule, of which lead, how often it came back."""
    for need_id, (rule, lead_id, times) in bounced.items():
        message = Message(
            key=f"bounce-limit:{need_id}",
            title="A lead came back too often",
            text=BOUNCED.format(times=times, title=rule.terms.title),
            path=f"/leads/{lead_id}/",
            topic="leaks",
        )
        sides = {Side.MARKETING.value, Side.SALES.value} & {rule.terms.from_.side, _figured(rule.terms.to.side)}
        people = User.objects.filter(role=Role.LEAD, is_active=True, team__side__in=sides).order_by("pk")
        _tell(message, list(people), now)


def rule_fails(rule: Rule, why: str, *, now: datetime) -> None:
    """A notice to every operator, once a version and day."""
    message = Message(
        key=f"rule-failing:{rule.version.version_id}:{now:%Y-%m-%d}",
        title=f"The rule “{rule.terms.title}” cannot be asked",
        text=FAILS.format(number=rule.version.number, title=rule.terms.title, why=why),
        path=f"/agreements/{rule.version.kind}/{rule.key}/",
    )
    _tell(message, list(User.objects.filter(role=Role.OPERATOR, is_active=True).order_by("pk")), now)


def _figured(side: str) -> str:
    return Side.SALES.value if side == Side.PARTNER else side


def _tell(message: Message, people: list[User], now: datetime) -> None:
    if people:
        post(message, to=[Recipient(user.pk, user.email) for user in people], now=now)

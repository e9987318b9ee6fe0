"""Who is here, in which zone and currency do we report, and which people and teams may somebody see?"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from alignment.people.models import Organisation, Side, Team, User
from alignment.remembering import once

Somebody = User | AnonymousUser
"""Who looks: signed in or not."""


def organisation() -> Organisation:
    """The company's settings; before the set-up page was filled in, what the environment says."""
    return once(organisation, _organisation)


def _organisation() -> Organisation:
    found = Organisation.objects.filter(id=1).first()
    return found or Organisation(
        id=1, name="", timezone=settings.REPORTING_TIMEZONE, currency=settings.REPORTING_CURRENCY
    )


def reporting_zone() -> ZoneInfo:
    """The zone in which periods begin and end."""
    return ZoneInfo(organisation().timezone)


def reporting_currency() -> str:
    """The currency of every figure, such as EUR."""
    return organisation().currency


def is_set_up() -> bool:
    """True once there is an operator; a deactivated one counts: the set-up page never opens again to whoever comes by."""
    return User.objects.filter(role="operator").exists()


def sees_everything(user: Somebody) -> bool:
    """Whether this person sees every lead; the same rule as `Lead.objects.visible_to`."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return user.role in ("manager", "operator") or user.side in (Side.MARKETING, Side.SALES)


def people_visible_to(user: Somebody) -> QuerySet[User]:
    """Everybody for those who see everything; a partner's people see their own team; others themselves."""
    if sees_everything(user):
        return User.objects.all()
    if isinstance(user, User) and user.team_id is not None:
        return User.objects.filter(team_id=user.team_id)
    return User.objects.filter(pk=user.pk or 0)


def teams_visible_to(user: Somebody) -> QuerySet[Team]:
    """Every team for those who see everything; a partner's people see their own."""
    if sees_everything(user):
        return Team.objects.all()
    if isinstance(user, User) and user.team_id is not None:
        return Team.objects.filter(pk=user.team_id)
    return Team.objects.none()


def may_write(user: Somebody) -> bool:
    """Whether this person changes leads at all: managers read, everybody in a team and operators write."""
    if not isinstance(user, User) or not user.is_active or user.role == "manager":
        return False
    return user.is_operator or user.team_id is not None

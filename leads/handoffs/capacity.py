"""How much has everybody taken and in hand now, against what they can? For whoever looks after receivers, and for themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from alignment.people.models import Role, Team, User
from alignment.people.selectors import reporting_zone
from alignment.timezones import start_of_day
from leads.funnel.models import Category
from leads.funnel.stage_sets import StageSet
from leads.handoffs.models import Absence, Receiver
from leads.handoffs.receivers import may_set
from leads.handoffs.routing.availability import Person, judge_person, period_began, quota
from leads.handoffs.routing.eligibility import Verdict
from leads.handoffs.routing.queries.receivers import in_hand, people


@dataclass(frozen=True)
class Load:
    """One person: what is set for them (None: nothing, so no limit), how they stand, and their absences that are not over."""

    user: User
    receiver: Receiver | None
    person: Person
    quota: int | None
    verdict: Verdict
    may_set: bool
    absences: Sequence[Absence]

    @property
    def period(self) -> str:
        return self.person.period


@dataclass(frozen=True)
class TeamLoad:
    """A team and its people."""

    team: Team
    loads: Sequence[Load]


def loads(user: User, stages: StageSet, *, now: datetime) -> list[TeamLoad]:
    """Whom `user` looks after, team by team: everybody for operators and managers, a lead's own team, else only oneself."""
    zone = reporting_zone()
    today = now.astimezone(zone).date()
    members = _looked_after_by(user)
    stand = people(
        [one.pk for one in members],
        [],
        at=now,
        week=start_of_day(period_began(today, "week"), zone),
        month=start_of_day(period_began(today, "month"), zone),
    )
    held = in_hand(stand, [terms.key for terms in stages.stages if terms.category == Category.OPEN])
    receivers = Receiver.objects.in_bulk([one.pk for one in members])
    absences: dict[int, list[Absence]] = {}
    for absence in Absence.objects.filter(user__in=members, until__gt=now).order_by("since", "pk"):
        absences.setdefault(absence.user_id, []).append(absence)
    found = [
        Load(
            user=one,
            receiver=receivers.get(one.pk),
            person=replace(stand[one.pk], in_hand=held.get(one.pk, 0)),
            quota=quota(stand[one.pk], today),
            verdict=judge_person(stand[one.pk], now=now, zone=zone),
            may_set=may_set(user, one),
            absences=absences.get(one.pk, ()),
        )
        for one in members
    ]
    teams = sorted({load.user.team for load in found if load.user.team}, key=lambda team: (team.name, team.pk))
    return [TeamLoad(team, [load for load in found if load.user.team_id == team.pk]) for team in teams]


def _looked_after_by(user: User) -> list[User]:
    people = User.objects.filter(is_active=True, team__isnull=False).exclude(role=Role.MANAGER)
    if user.role not in (Role.OPERATOR, Role.MANAGER):
        leads = user.role == Role.LEAD and user.team_id is not None
        people = people.filter(team=user.team_id) if leads else people.filter(pk=user.pk)
    return list(people.select_related("team").order_by("name", "pk"))

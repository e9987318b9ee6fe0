"""Is a lead left alone that somebody moves while the job runs, or whose next move is dated later? And does no clock break a batch?"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from leads.definitions import judging
from leads.handoffs.models import Handoff, Need, ToRoute
from leads.handoffs.receivers import add_absence, remove_absence
from leads.handoffs.routing import job, waiting
from leads.handoffs.sweeping import sweep
from leads.lifecycle.changes import move_stage
from tests.leads.handoffs.handing import agreed
from tests.leads.handoffs.routing.pools import came_into, needs, offers, round_robin, route_at, team_of
from tests.world import Cast, day

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


def route_until(last: datetime) -> None:
    """Everybody who waits by then is judged and routed."""
    judging.drain(now=lambda: last)
    job.drain(now=lambda: last)


def test_what_time_it_is_is_asked_once_the_leads_are_locked(cast: Cast) -> None:
    team, _people = team_of("Anna")
    agreed(cast, routing=[round_robin(team)])
    lead = came_into("mql", "1", 2)
    judging.drain(now=lambda: day(3))
    waiting.mark([lead.pk], due_at=day(2))
    asked: list[tuple[bool, bool]] = []

    def clock() -> datetime:
        asked.append((ToRoute.objects.filter(lead_id=lead.pk).exists(), bool(asked)))
        return day(3)

    job.route_waiting(now=clock)
    assert asked[:2] == [(True, False), (False, True)]
    assert Handoff.objects.get().offered_at == day(3)


def test_a_lead_that_somebody_moved_after_the_clock_was_read_is_left_alone(cast: Cast) -> None:
    team, _people = team_of("Anna")
    agreed(cast, routing=[round_robin(team)])
    lead, other = came_into("mql", "1", 2), came_into("mql", "2", 2)
    judging.drain(now=lambda: day(3))
    ToRoute.objects.all().delete()
    move_stage(lead, "disqualified", actor=cast.marketer, now=day(3) + 2 * SECOND, reason="x")
    with transaction.atomic():
        job.route_leads([lead.pk, other.pk], now=day(3))
    assert [name for name, *_rest in offers()] == ["2"]
    route_until(day(3.1))
    assert [name for name, *_rest in offers()] == ["2"]
    assert not ToRoute.objects.filter(lead_id=lead.pk).exists()


def test_a_lead_whose_next_move_is_dated_later_is_offered_to_nobody_and_its_need_ends_by_then(cast: Cast) -> None:
    team, (anna,) = team_of("Anna")
    agreed(cast, routing=[round_robin(team)])
    away = add_absence(anna.pk, first_day=day(0).date(), last_day=day(9).date(), by=cast.operator, now=day(0))
    lead = came_into("mql", "1", 2)
    route_at(3)
    assert needs() == [("1", 2, "Nobody in Inside Sales can take it: Anna is away until 11 January.", None, False)]
    now = day(3) + timedelta(minutes=1)
    move_stage(lead, "disqualified", actor=cast.marketer, now=now, at=now + timedelta(minutes=4), reason="x")
    remove_absence(away.pk, by=cast.operator, now=now)
    route_until(now)
    assert (offers(), Need.objects.get().ended_at) == ([], None)
    route_until(now + timedelta(minutes=10))
    assert offers() == []
    assert Need.objects.get().ended_at == now + timedelta(minutes=4)


def test_a_need_that_was_noted_by_a_clock_that_goes_before_ours_breaks_no_batch(cast: Cast) -> None:
    team, _people = team_of("Anna", "Bob")
    agreed(cast, routing=[round_robin(team)])
    lead, other = came_into("mql", "1", 0.01), came_into("mql", "2", 1)
    route_at(0.02)
    sweep(now=lambda: day(1.5) + SECOND)
    need = Need.objects.get(lead=lead, ended_at=None)
    assert need.recorded_at > day(1.5)
    judging.drain(now=lambda: day(1.5))
    waiting.mark([lead.pk, other.pk], due_at=day(1))
    job.route_waiting(now=lambda: day(1.5))
    assert [(name, to) for name, to, *_rest in offers()] == [("1", "Anna"), ("1", "Bob"), ("2", "Bob")]
    need.refresh_from_db()
    assert need.handoff_id is not None

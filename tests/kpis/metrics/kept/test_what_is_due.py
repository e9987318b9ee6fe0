"""Which periods wait where something changed? Those that it reaches, and no others."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from alignment.clock import now
from kpis import freshness
from kpis.metrics.kept import computing
from kpis.metrics.kept.freshness import State, look
from kpis.metrics.kept.models import GRAINS, KeptDue, KeptMetric
from kpis.recompute import drain
from leads.lifecycle.changes import NewChange, record_changes
from leads.models import Lead
from tests.clocks import present_is
from tests.kpis.metrics.kept.comparing import begin, differences
from tests.leads.handoffs.handing import agreed, at, offered
from tests.world import TIME_ZERO, Cast, a_lead, cast, day, moved

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch) -> Cast:
    present_is(day(120), monkeypatch)
    return cast()


def settle() -> None:
    """Everything that waits is counted and read."""
    drain()
    computing.work_off(now=now(), seconds=None)


def months_due(key: str) -> set[date]:
    """The months of that metric that wait."""
    metric = KeptMetric.objects.get(key=key)
    return set(
        KeptDue.objects.filter(metric_id=metric.pk, grain=GRAINS.index("month")).values_list("first_day", flat=True)
    )


@pytest.mark.parametrize(("many", "minutes"), [(1_000, 5), (1, 20)])
def test_the_present_is_read_anew_more_seldom_in_a_large_company(
    people: Cast, many: int, minutes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(computing, "MANY", many)
    a_lead()
    begin()
    settle()
    began = now()
    for later in (minutes - 1, minutes):
        present_is(began + timedelta(minutes=later), monkeypatch)
        settle()
        read = freshness.last(computing.PRESENT)
        assert read is not None
        assert read.at == (began if later < minutes else now())


@pytest.mark.parametrize(("many", "late"), [(1_000, [4, 11, 21]), (1, [19, 41, 81])])
def test_what_is_computed_is_told_as_old_as_what_changes_by_the_clock(
    people: Cast, monkeypatch: pytest.MonkeyPatch, many: int, late: list[int]
) -> None:
    monkeypatch.setattr(computing, "MANY", many)
    a_lead()
    begin()
    settle()
    read = freshness.last(computing.PRESENT)
    assert read is not None
    states = []
    for minutes in late:
        moment = read.at + timedelta(minutes=minutes)
        if minutes == late[0]:  # nothing waits, and nothing is due by the clock yet
            assert computing.work_off(now=moment, seconds=None) == 0
        found = next(one for one in look(moment) if one.what == "computed")
        assert found.at == read.at
        states.append(found.state)
    assert states == [State.FRESH, State.LATE, State.TOO_LATE]


def test_a_move_of_today_lets_no_stay_of_the_past_wait(people: Cast) -> None:
    lead = a_lead()
    moved(lead, ("mql", 3), ("sal", 40))
    begin()
    settle()
    record_changes([NewChange(lead.pk, "sql", day(119), "manual")], recorded_at=now())
    drain()
    assert months_due("time_in_stage.sal") == months_due("time_in_stage.mql") == {date(2024, 4, 1)}
    assert months_due("speed_to_lead") == set()
    assert TIME_ZERO.date().replace(day=1) in months_due("step_km.mql")


def test_an_earlier_beginning_lets_the_period_wait_in_which_a_stay_ended(people: Cast) -> None:
    lead = a_lead()
    moved(lead, ("mql", 20), ("sal", 70))
    begin()
    settle()
    record_changes([NewChange(lead.pk, "mql", day(10), "manual")], recorded_at=now())
    drain()
    assert day(70).date().replace(day=1) in months_due("time_in_stage.mql")
    computing.work_off(now=now(), seconds=None)
    assert differences(now(), computed=True) == []


def test_who_was_not_spoken_with_waits_since_a_move_that_is_told_late(people: Cast) -> None:
    a_lead(created_at=day(-5))
    lead = a_lead(owner=people.marketer)
    record_changes([NewChange(lead.pk, "mql", day(2), "manual")], recorded_at=now())
    offered(Lead.objects.get(pk=lead.pk), agreed(people), people.salesperson, when=at(24 * 30))
    begin()
    settle()
    record_changes([NewChange(lead.pk, "inquiry", day(-3), "manual")], recorded_at=now())
    drain()
    assert months_due("speed_to_lead") == {date(2024, 1, 1)}
    computing.work_off(now=now(), seconds=None)
    assert differences(now(), computed=True) == []

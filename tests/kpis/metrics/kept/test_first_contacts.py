"""Speed to lead follows contacts that no count and no sum tells."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from alignment.clock import now
from kpis.metrics.kept import computing
from kpis.metrics.kept.models import KeptDue
from kpis.metrics.kept.reading import read
from kpis.recompute import drain
from leads.handoffs.deciding import reject
from leads.models import Lead
from tests.clocks import present_is
from tests.kpis.metrics.kept.comparing import begin, differences
from tests.leads.handoffs.handing import agreed, an_mql, at, offered
from tests.world import Cast, cast, day, did

pytestmark = pytest.mark.django_db

HOUR = 3_600


@pytest.fixture
def lead(monkeypatch: pytest.MonkeyPatch) -> Lead:
    """Offered on the last day of January, to be spoken with on the first of February: turned down at once. All is counted."""
    people: Cast = cast()
    found = an_mql("wanted", owner=None)
    handoff = offered(found, agreed(people), people.salesperson, when=at(24 * 30 + 12))
    reject(handoff.pk, by=people.salesperson, reason="not-mine", note=None, now=at(24 * 30 + 13))
    present_is(day(60), monkeypatch)
    begin()
    settle()
    return found


def settle() -> None:
    """Everything that waits is counted and read."""
    drain()
    computing.work_off(now=now(), seconds=None)


def speed(first: date, end: date) -> Decimal | None:
    [found] = read("speed_to_lead", "month", first, end)
    return found.value


def february() -> Decimal | None:
    return speed(date(2024, 2, 1), date(2024, 3, 1))


def test_a_contact_with_who_was_turned_down_is_told_where_the_deadline_lies(lead: Lead) -> None:
    assert february() is None
    did(lead, "call", 30 + 20 / 24)
    settle()
    assert february() == (24 * 30 + 20) * HOUR
    assert differences(now(), computed=True) == []


def test_a_contact_that_was_before_the_one_that_was_known_is_the_first(lead: Lead) -> None:
    did(lead, "call", 32)
    settle()
    assert february() == 32 * 24 * HOUR
    did(lead, "call", 31)
    settle()
    assert february() == 31 * 24 * HOUR


def test_a_contact_after_the_first_one_lets_no_period_wait(lead: Lead) -> None:
    did(lead, "call", 31)
    settle()
    did(lead, "call", 40)
    drain()
    assert not KeptDue.objects.exists()

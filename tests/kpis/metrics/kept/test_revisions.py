"""Does a closed period change in the open only, and is what is late told?"""

from __future__ import annotations

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from alignment.clock import now
from alignment.programs.models import Rate
from kpis.freshness import note
from kpis.metrics.kept import computing
from kpis.metrics.kept.freshness import EXPECTED, State, look, state_of
from kpis.metrics.kept.models import KeptFact, KeptValue, Revision
from kpis.metrics.kept.reading import is_fresh, read
from kpis.recompute import drain
from kpis.verify.run import verify
from leads.models import Deal, Lead
from tests.clocks import present_is
from tests.kpis.metrics.kept.comparing import begin
from tests.world import Cast, a_deal, a_lead, cast, day

pytestmark = pytest.mark.django_db
JANUARY, FEBRUARY, MARCH = date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)
PRESENT = day(45)


@pytest.fixture(autouse=True)
def people(monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Somebody, with a lead of January and a deal of its, in the middle of February."""
    present_is(PRESENT, monkeypatch)
    found = cast()
    a_deal(a_lead("first", source="web"), amount="100", status="won", opened_at=day(1), closed_at=day(2))
    begin()
    return found


def test_late_data_revises_a_closed_period_with_the_old_value_beside_it() -> None:
    assert [value.value for value in read("leads_created", "month", JANUARY, FEBRUARY)] == [1]
    a_lead("late", created_at=day(3))
    drain()
    [value] = read("leads_created", "month", JANUARY, FEBRUARY)
    assert (value.value, value.closed) == (2, True)
    assert value.revised is not None
    assert (value.revised.old, value.revised.new, value.revised.cause) == (1, 2, "late data")


def test_a_correction_and_new_rates_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    deal = Deal.objects.get()
    Deal.objects.update(amount="150")
    drain()
    [value] = read("won_revenue", "month", JANUARY, FEBRUARY)
    assert value.revised is not None
    assert (value.revised.old, value.value, value.revised.cause) == (100, 150, "correction")
    present_is(day(46), monkeypatch)
    Deal.objects.filter(pk=deal.pk).update(currency="USD")
    drain()
    assert read("won_revenue", "month", JANUARY, FEBRUARY)[0].value is None
    present_is(day(47), monkeypatch)
    Rate.objects.create(date=JANUARY, currency="USD", rate="0.5")
    drain()
    [value] = read("won_revenue", "month", JANUARY, FEBRUARY)
    assert value.revised is not None
    assert (value.revised.old, value.value, value.revised.cause) == (None, 75, "new rates")


def test_a_ratio_is_revised_where_its_parts_were() -> None:
    a_deal(Lead.objects.get(), amount="50", status="lost", opened_at=day(1), closed_at=day(5))
    drain()
    [value] = read("win_rate", "month", JANUARY, FEBRUARY)
    assert [(one.old, one.new) for one in value.revisions] == [(1, value.value)]
    assert float(value.value or 0) == 0.5


def test_an_open_period_changes_without_a_word() -> None:
    a_lead("new", created_at=PRESENT)
    Revision.objects.all().delete()
    a_lead("today", created_at=PRESENT)
    drain()
    today = now().date()
    assert not Revision.objects.filter(first_day__gte=today - timedelta(days=6)).exists()


def test_zeros_are_kept_where_a_period_has_begun_and_what_is_unknown_is_not_one() -> None:
    values = read("leads_created", "month", JANUARY, MARCH)
    assert [value.value for value in values] == [1, 0]
    assert KeptValue.objects.filter(grain=2, first_day=FEBRUARY, cut=0, lines=0).exists()
    assert [value.value for value in read("win_rate", "month", JANUARY, MARCH)] == [1, None]


def test_values_are_fresh_until_somebody_waits() -> None:
    assert is_fresh("leads_created")
    a_lead("more")
    assert not is_fresh("leads_created")
    drain()
    assert is_fresh("leads_created")
    computing.work_off(now=now(), seconds=None)
    assert is_fresh("sales_cycle")


def test_verify_finds_a_planted_difference_in_every_table() -> None:
    computing.work_off(now=now(), seconds=None)
    assert verify().differences == 0
    fact = KeptFact.objects.filter(total=100).first()
    assert fact is not None
    KeptFact.objects.filter(pk=fact.pk).update(total=101)
    assert verify().differences > 0
    KeptFact.objects.filter(pk=fact.pk).update(total=100)
    assert verify().differences == 0
    for grain in range(5):
        place = KeptValue.objects.filter(grain=grain, total=100).first()
        assert place is not None
        KeptValue.objects.filter(pk=place.pk).update(total=99)
        assert verify().differences > 0, grain
        KeptValue.objects.filter(pk=place.pk).update(total=100)
    assert verify().differences == 0


def test_late_once_is_warned_of_and_late_twice_fails() -> None:
    moment = now()
    minute = timedelta(minutes=1)
    assert state_of(moment - minute, minute, moment) is State.FRESH
    assert state_of(moment - 1.5 * minute, minute, moment) is State.LATE
    assert state_of(moment - 3 * minute, minute, moment) is State.TOO_LATE
    assert state_of(None, minute, moment) is State.TOO_LATE
    assert len(look(moment)) == len(EXPECTED)
    out, err = StringIO(), StringIO()
    note("leaks", moment - timedelta(hours=1))
    call_command("check_fresh", stdout=out, stderr=err)
    assert "Late twice" in err.getvalue()
    assert "Leaks" in err.getvalue()


def test_the_page_tells_how_fresh_everything_is_and_what_was_revised(people: Cast) -> None:
    a_lead("late", created_at=day(3))
    drain()
    browser = Client()
    browser.force_login(people.manager)
    page = browser.get("/freshness/").content.decode()
    assert "Leads created" in page
    assert "Late data" in page
    browser.force_login(people.partner)
    assert "Late data" not in browser.get("/freshness/").content.decode()

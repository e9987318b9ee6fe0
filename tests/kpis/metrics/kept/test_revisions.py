"""Does a closed period change in the open only, and is what is late told?"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from alignment.clock import now
from alignment.programs.models import Campaign, Rate
from kpis.freshness import note
from kpis.metrics.evaluating import of_period
from kpis.metrics.kept import computing, counting
from kpis.metrics.kept.basis import ground
from kpis.metrics.kept.freshness import EXPECTED, State, late, look, state_of
from kpis.metrics.kept.models import CUTS, KeptDue, KeptFact, KeptGroup, KeptMetric, KeptValue, Revision
from kpis.metrics.kept.reading import is_fresh, read
from kpis.metrics.periods import containing
from kpis.recompute import drain
from kpis.verify import metrics as verify_metrics
from kpis.verify.metrics import kept_metrics
from leads.imports.service import undo
from leads.lifecycle.changes import NewValue, record_values
from leads.models import Deal, Lead
from tests.clocks import present_is
from tests.kpis.leaking import draw_leaks
from tests.kpis.metrics.kept.comparing import begin
from tests.leads.imports.bringing import LEADS, bring
from tests.world import Cast, a_deal, a_lead, cast, day, held_by

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


def kept(*asked: Any) -> list[Any]:
    """What is kept, as pages read it."""
    return list(read(*asked))


def test_late_data_revises_a_closed_period_with_the_old_value_beside_it() -> None:
    assert [value.value for value in kept("leads_created", "month", JANUARY, FEBRUARY)] == [1]
    a_lead("late", created_at=day(3))
    drain()
    [value] = kept("leads_created", "month", JANUARY, FEBRUARY)
    assert (value.value, value.closed) == (2, True)
    assert value.revised is not None
    assert (value.revised.old, value.revised.new, value.revised.cause) == (1, 2, "late data")


def test_a_correction_and_new_rates_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    deal = Deal.objects.get()
    Deal.objects.update(amount="150")
    drain()
    [value] = kept("won_revenue", "month", JANUARY, FEBRUARY)
    assert value.revised is not None
    assert (value.revised.old, value.value, value.revised.cause) == (100, 150, "correction")
    present_is(day(46), monkeypatch)
    Deal.objects.filter(pk=deal.pk).update(currency="USD")
    drain()
    assert kept("won_revenue", "month", JANUARY, FEBRUARY)[0].value is None
    present_is(day(47), monkeypatch)
    Rate.objects.create(date=JANUARY, currency="USD", rate="0.5")
    drain()
    [value] = kept("won_revenue", "month", JANUARY, FEBRUARY)
    assert value.revised is not None
    assert (value.revised.old, value.value, value.revised.cause) == (None, 75, "new rates")


def test_a_ratio_is_revised_where_its_parts_were() -> None:
    a_deal(Lead.objects.get(), amount="50", status="lost", opened_at=day(1), closed_at=day(5))
    drain()
    [value] = kept("win_rate", "month", JANUARY, FEBRUARY)
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
    values = kept("leads_created", "month", JANUARY, MARCH)
    assert [value.value for value in values] == [1, 0]
    assert KeptValue.objects.filter(grain=2, first_day=FEBRUARY, cut=0, lines=0).exists()
    assert [value.value for value in kept("win_rate", "month", JANUARY, MARCH)] == [1, None]


def test_values_are_fresh_until_somebody_waits() -> None:
    assert is_fresh("leads_created")
    a_lead("more")
    assert not is_fresh("leads_created")
    drain()
    assert is_fresh("leads_created")
    computing.work_off(now=now(), seconds=None)
    assert is_fresh("sales_cycle")


def differ() -> str | None:
    """The first table of kept values that `verify` finds to differ."""
    return next((found.table for found in kept_metrics() if found.kept != found.expected), None)


def test_verify_finds_a_planted_difference_in_every_table() -> None:
    KeptDue.objects.all().delete()
    computing.work_off(now=now(), seconds=None)
    assert differ() is None
    plants: tuple[tuple[Any, Any], ...] = (
        (KeptFact, KeptFact.objects.filter(total=100)[:1]),
        *((KeptValue, KeptValue.objects.filter(grain=grain, total=100)[:1]) for grain in range(5)),
        (
            KeptValue,
            KeptValue.objects.filter(
                metric_id__in=KeptMetric.objects.filter(key="sales_cycle").values("id"), cut=0, grain=4
            )[:1],
        ),
    )
    for model, rows in plants:
        place, old = rows[0].pk, rows[0].total
        model._default_manager.filter(pk=place).update(total=99)
        assert differ(), rows
        model._default_manager.filter(pk=place).update(total=old)


@pytest.mark.parametrize("cut", CUTS[1:])
def test_verify_finds_a_fact_in_the_wrong_group_also_where_one_cut_is_read_live(
    cut: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fact, elsewhere = (
        KeptFact.objects.filter(total=100)[:1],
        KeptGroup.objects.create(cut=CUTS.index(cut), name="=else"),
    )
    KeptFact.objects.filter(pk=fact[0].pk).update(**{f"{cut}_id": elsewhere.pk})
    assert differ() == f"kept facts by month and {cut}"
    monkeypatch.setattr(verify_metrics, "MANY_FACTS", 0)
    monkeypatch.setattr(secrets, "choice", lambda _cuts: cut)
    assert differ() == f"kept facts by month and {cut}"


def test_an_undone_import_takes_its_figures_out_and_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    content = "key,born,from,mail\na,2024-01-03,fair,a@example.com\n"
    brought = bring("leads", content, LEADS, now=PRESENT)
    drain()
    assert [value.value for value in kept("leads_created", "month", JANUARY, FEBRUARY)] == [2]
    present_is(day(46), monkeypatch)
    undo(brought["id"], now=day(46), actor=None)
    drain()
    [value] = kept("leads_created", "month", JANUARY, FEBRUARY)
    assert (value.value, value.revised and value.revised.cause) == (1, "import undone")


def test_what_is_brought_in_for_periods_of_which_nothing_was_kept_revises_nothing() -> None:
    a_lead("of long ago", created_at=day(-400))
    drain()
    assert [value.value for value in kept("leads_created", "year", date(2022, 1, 1), JANUARY)] == [1, 0]
    assert not Revision.objects.filter(first_day__lt=date(2023, 12, 1)).exists()


def test_an_owner_team_and_campaign_dated_back_move_what_had_been_counted(people: Cast) -> None:
    lead = Lead.objects.get()
    campaign = Campaign.objects.create(name="Fair")
    held_by(lead, people.salesperson, day(0))
    record_values([NewValue(lead.pk, "campaign", day(0), ref=campaign.pk)], recorded_at=PRESENT)
    drain()
    for cut, group in (
        ("owner", people.salesperson.email),
        ("team", str(people.salesperson.team)),
        ("campaign", "Fair"),
    ):
        for key, value in (("won_revenue", 100), ("leads_created", 1)):
            found = kept(key, "month", JANUARY, FEBRUARY, cut, group)
            assert [one.value for one in found] == [value], (cut, key)


def test_a_closed_period_does_not_change_by_the_clock_alone() -> None:
    draw_leaks(3, leads=60)
    year = containing("year", JANUARY)
    there = ground(now())
    keys = [key for key in there.metrics if key.startswith(("step_p50", "step_km", "speed_to_lead"))]
    closed = year.closes_at(True, 90)
    before, then, *later = (
        of_period(keys, year, replace(there.params, by=(), as_of=closed + timedelta(days=days)))[()]
        for days in (-120, 0, 30, 400)
    )
    assert before != then
    assert later == [then, then]


def test_by_night_only_what_changed_or_is_not_closed_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    present_is(day(300), monkeypatch)
    counting.work_off(now=now())
    counting.rebuild(now=now())
    KeptDue.objects.all().delete()
    counting.rebuild(now=now())
    due = set(KeptDue.objects.filter(grain=2).values_list("first_day", flat=True))
    assert min(due) >= date(2024, 7, 1)
    fact = KeptFact.objects.filter(total=100).first()
    assert fact is not None
    KeptValue.objects.filter(metric_id=fact.metric_id, first_day=JANUARY).update(total=1)
    counting.rebuild(now=now())
    assert set(KeptDue.objects.filter(grain=2, first_day=JANUARY).values_list("cause", flat=True)) == {1}


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


def test_what_is_read_for_the_first_time_is_not_late_as_long_as_somebody_is_at_it() -> None:
    moment = now()
    counting.rebuild(now=moment)

    def computed(at: datetime) -> State:
        return next(one.state for one in look(at) if one.what == "computed")

    assert computed(moment) is State.BEGUN
    assert "computed" not in [one.what for one in late(moment)]
    assert computed(moment + timedelta(minutes=21)) is State.TOO_LATE
    computing.work_off(now=moment + timedelta(minutes=22), seconds=None)
    assert computed(moment + timedelta(minutes=22)) is State.FRESH


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

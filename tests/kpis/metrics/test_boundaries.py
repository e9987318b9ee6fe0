"""What counts in which period: edges and clock changes, leads that come again, duplicates, late news, voids, tests, partners."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from alignment.people.models import Organisation, User
from alignment.programs.models import Series
from kpis.metrics.by_period import values_by_period
from kpis.metrics.evaluating import evaluate, of_period
from kpis.metrics.periods import Grain, period_of
from kpis.models import Leak
from kpis.recompute import recompute_touched
from kpis.reports.params import ReportParams, read_params
from leads.lifecycle.changes import NewChange, record_changes, void_changes
from leads.models import Lead, StageChange
from tests.kpis.leaks.handing import offered
from tests.world import NOW, Cast, a_deal, a_lead, cast, day, did, held_by, moved

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")
MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def people() -> Cast:
    return cast()


def ask(now: datetime = NOW, **options: Any) -> ReportParams:
    said = {"start": "2024-01-01", "end": "2025-01-01"} | options
    return read_params({name: [text] for name, text in said.items()}, now=now)


def number(key: str, user: User | None = None, **options: Any) -> Any:
    return evaluate([key], ask(**options), user)[()][key].value


def at(moment: datetime, number: int = 1) -> Lead:
    return a_lead(f"{moment.isoformat()} {number}", created_at=moment)


def test_a_period_begins_with_its_first_instant_and_ends_before_the_next(people: Cast) -> None:
    march = period_of("2024-03", ZoneInfo("UTC"))
    for moment in (march.since - MICROSECOND, march.since, march.until - MICROSECOND, march.until):
        at(moment)
    assert of_period(["leads_created"], march, ask())[()]["leads_created"].value == 2
    answer = values_by_period("leads_created", ask(), None, grain=Grain.MONTH, windowed=False)
    counts = {one.period.name: one.groups[()].value for one in answer.periods if one.groups}
    assert {name: value for name, value in counts.items() if value} == {"2024-02": 1, "2024-03": 2, "2024-04": 1}
    assert len(counts) == 12, "those that have begun have their zero, also the one that now lies in"


@pytest.mark.parametrize(("name", "hours"), [("2024-03-31", 23), ("2024-10-27", 25)])
def test_in_the_night_in_which_clocks_change_a_day_has_as_many_hours_as_it_has(
    people: Cast, name: str, hours: int
) -> None:
    Organisation.objects.update(timezone="Europe/Berlin")
    period = period_of(name)
    for hour in range(-1, 27):
        at(period.since + timedelta(hours=hour))
    assert of_period(["leads_created"], period, ask())[()]["leads_created"].value == hours
    [answer] = values_by_period(
        "leads_created", ask(start=name, end=f"{period.end_day}"), None, grain=Grain.DAY, windowed=False
    ).periods
    assert answer.groups[()].value == hours


def test_weeks_of_two_years_are_one(people: Cast) -> None:
    at(datetime(2024, 12, 31, tzinfo=UTC))
    at(datetime(2025, 1, 1, tzinfo=UTC))
    found = values_by_period(
        "leads_created", ask(now=datetime(2025, 6, 1, tzinfo=UTC), start="2024-12-30", end="2025-01-06"), None,
        grain=Grain.WEEK, windowed=False,
    )  # fmt: skip
    assert {one.period.name: one.groups[()].value for one in found.periods} == {"2025-W01": Decimal(2)}


def test_a_lead_that_was_recycled_and_comes_again_enters_twice_and_reaches_once(people: Cast) -> None:
    moved(at(day(0)), ("inquiry", 0), ("mql", 1), ("recycled", 5), ("mql", 40), ("sal", 41))
    assert (number("entered.mql"), number("left.mql"), number("reached.mql"), number("cohort.mql")) == (2, 2, 1, 1)
    assert number("entered.recycled") == number("left.recycled") == 1
    assert (number("open.sal"), number("open.mql")) == (1, 0)


def test_the_same_stage_again_is_no_change(people: Cast) -> None:
    moved(at(day(0)), ("inquiry", 0), ("mql", 1), ("mql", 2), ("mql", 2))
    assert number("entered.mql") == 1


def test_tests_and_merged_leads_count_in_nothing(people: Cast) -> None:
    marks: tuple[dict[str, Any], ...] = ({"is_test": True}, {"merged_into": at(day(0))})
    for later, fields in enumerate(marks, start=1):
        lead = at(day(later))
        moved(lead, ("inquiry", 1), ("mql", 2))
        did(lead, "form", 3)
        Lead.objects.filter(pk=lead.pk).update(**fields)
    for key in ("reached.mql", "entered.mql", "cohort.mql", "open.mql", "touches"):
        assert number(key) == 0, key
    assert number("leads_created") == 1


def test_what_comes_late_was_not_known_before(people: Cast) -> None:
    lead = at(day(0))
    moved(lead, ("inquiry", 0), recorded_at=day(0))
    moved(lead, ("mql", 1), recorded_at=day(50))
    assert number("reached.mql", known_at="2024-02-01T00:00:00Z") == 0
    assert number("reached.mql", known_at="2024-03-01T00:00:00Z") == number("reached.mql") == 1


def test_a_void_takes_a_change_back_from_when_it_was_known_on(people: Cast) -> None:
    lead = at(day(0))
    moved(lead, ("inquiry", 0), ("mql", 1), recorded_at=day(2))
    row = StageChange.objects.get(lead=lead, to="mql")
    void_changes([row.pk], reason="by mistake", now=day(50))
    keys = ("reached.mql", "entered.mql", "cohort.mql", "open.mql")
    assert [number(key) for key in keys] == [0, 0, 0, 0]
    assert [number(key, known_at="2024-02-15T00:00:00Z", as_of="2024-06-01T00:00:00Z") for key in keys] == [1, 1, 1, 1]


def test_a_cohort_counts_from_the_instant_at_which_its_window_is_over(people: Cast) -> None:
    lead = at(day(0))
    moved(lead, ("inquiry", 0), ("mql", 89.9), ("sal", 90.1))
    over = day(90)
    for moment, expected in ((over - MICROSECOND, (0, 0, None)), (over, (1, 1, 1))):
        keys = ("cohort.inquiry", "cohort.mql", "conversion.mql")
        assert tuple(number(key, as_of=moment.isoformat()) for key in keys) == expected
    assert (number("cohort.sal"), number("conversion.sal")) == (0, 0)


def test_a_stock_is_that_of_the_end_of_the_period_or_of_now(people: Cast) -> None:
    moved(at(day(0)), ("inquiry", 0), ("mql", 31))
    answer = values_by_period("open.inquiry", ask(as_of="2024-03-15"), None, grain=Grain.MONTH, windowed=False)
    assert [one.groups[()].value for one in answer.periods if one.groups] == [1, 0, 0]
    assert number("open.mql", end="2024-02-01T09:00:00Z") == 0, "what changes at the end belongs to the next period"
    assert number("open.mql", end="2024-02-01T09:00:00.000001Z") == 1
    assert number("open_age.inquiry", end="2024-01-11T09:00:00Z") == 10 * 86_400
    assert number("open_old.inquiry", end="2024-01-31T09:00:00Z") == 0
    assert number("open_old.inquiry", end="2024-01-31T09:00:00.000002Z") == 1


def test_touches_are_inbound_ones_of_marketing_and_mail_that_was_opened_is_none(people: Cast) -> None:
    lead = at(day(0))
    for kind in ("form", "page_view", "email_open", "email_sent", "call", "email_reply"):
        did(lead, kind, 1)
    assert number("touches") == 2


def test_attempts_are_those_of_the_receivers_between_the_offer_and_the_first_reply(people: Cast) -> None:
    lead = at(day(0))
    moved(lead, ("inquiry", 0), ("mql", 1))
    offered(lead, day(2), to=people.sales, state="accepted", decided_at=day(3))
    for kind, days in (
        ("call", 1.9),
        ("call", 2.5),
        ("newsletter", 3),
        ("email", 4),
        ("email_reply", 5),
        ("call", 6),
        ("email_reply", 7),
    ):
        did(lead, kind, days)
    found = evaluate(["attempts", "attempts_made", "answered"], ask())[()]
    assert [value.value for value in found.values()] == [2, 2, 1]
    assert number("attempts", as_of=day(4.5).isoformat()) is None


def test_what_was_won_soon_after_a_leak_closed_is_recovered(people: Cast) -> None:
    soon, late = at(day(0), 1), at(day(0), 2)
    for lead, won in ((soon, 100), (late, 200)):
        moved(lead, ("inquiry", 0), ("mql", 60), ("sal", 61), ("opportunity", 62))
        a_deal(lead, amount="50.25", status="won", currency="EUR", opened_at=day(62), closed_at=day(won))
    recompute_touched(now=NOW)
    Leak.objects.all().delete()
    for lead in (soon, late):
        Leak.objects.create(
            lead=lead,
            kind="stalled",
            pass_number=1,
            since=day(40),
            until=day(60),
            side="marketing",
            stage="inquiry",
            limit_seconds=1,
        )
    assert number("value_recovered") == Decimal("50.25")
    assert number("won_revenue") == Decimal("100.50")


def test_an_outside_number_lies_on_its_day_and_has_cuts_of_its_own(people: Cast) -> None:
    Series.objects.create(metric="Page_Views", date="2024-02-29", value="10.5", source="web")
    Series.objects.create(metric="page_views", date="2024-03-01", value="-2", source=None)
    found = evaluate(["series.page_views"], ask(by="source"))
    assert {group: values["series.page_views"].value for group, values in found.items()} == {
        ("web",): Decimal("10.5"),
        (None,): -2,
    }
    assert number("series.page_views", end="2024-03-01") == Decimal("10.5")
    assert number("series.page_views", where="owner=nobody") == 0


def test_a_partner_counts_what_it_holds_and_nothing_that_is_nobodys_lead(people: Cast) -> None:
    own, other = at(day(0), 1), at(day(0), 2)
    for lead in (own, other):
        moved(lead, ("inquiry", 0), ("mql", 1))
        did(lead, "form", 1)
    held_by(own, people.partner)
    Series.objects.create(metric="page_views", date="2024-02-01", value=5)
    for key in ("leads_created", "reached.mql", "entered.mql", "open.mql", "touches", "cohort.mql"):
        assert (number(key, people.partner), number(key, people.other_partner), number(key, people.marketer)) == (
            1,
            0,
            2,
        ), key
    for key in ("series.page_views", "spend", "cost_per_lead"):
        assert (number(key, people.partner), number(key, people.outsider)) == (None, None), key
    assert number("series.page_views", people.marketer) == 5


def test_the_same_question_has_the_same_answer_whatever_comes_later(people: Cast) -> None:
    lead = at(day(0))
    moved(lead, ("inquiry", 0), ("mql", 1), recorded_at=day(2))
    clock: dict[str, Any] = {"as_of": day(120).isoformat(), "known_at": day(120).isoformat()}
    keys = [
        "reached.mql",
        "cohort.mql",
        "open.mql",
        "conversion.mql",
        "step_p50.mql",
        "step_km.mql",
        "time_in_stage.inquiry",
    ]
    before = evaluate(keys, ask(**clock))
    record_changes(
        [NewChange(lead.pk, "lost", day(100), "manual"), NewChange(lead.pk, "sal", day(3), "import")],
        recorded_at=day(130),
    )
    assert evaluate(keys, ask(**clock)) == before

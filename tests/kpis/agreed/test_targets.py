"""From a goal back to leads and spend by today's rates; split exactly; made the proposal by one button."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from alignment.agreements.models import Version
from alignment.agreements.terms import terms_of
from alignment.programs.models import Spend
from kpis.agreed.targets import plan
from kpis.agreed.terms import KpiTerms
from kpis.metrics.periods import period_of
from tests.clocks import present_is
from tests.world import Cast, a_deal, a_lead, cast, day, moved

pytestmark = pytest.mark.django_db
TODAY = day(300)


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch) -> Cast:
    """40 leads from day 20 on, of which 20 qualified, 10 were accepted, 8 opportunities, 4 won at 1,000 to 2,500."""
    present_is(TODAY, monkeypatch)
    people = cast()
    stages = ("inquiry", "mql", "sal", "sql", "opportunity", "won")
    far = [6] * 4 + [5] * 4 + [3] * 2 + [2] * 10 + [1] * 20
    for number, reached in enumerate(far):
        lead = a_lead(f"l-{number}", created_at=day(20), source="web" if number % 4 else "fair", territory="north")
        moved(lead, *((stage, 20 + place) for place, stage in enumerate(stages[:reached])))
        if reached == 6:
            a_deal(
                lead,
                amount=f"{1000 + 500 * number}",
                status="won",
                opened_at=day(24),
                closed_at=day(25),
                system="t",
                external_id=f"{number}",
            )
    Spend.objects.create(
        starts_on=date(2024, 1, 21), ends_on=date(2024, 1, 21), amount=Decimal(4000), currency="EUR", identity="1"
    )
    return people


def test_a_goal_goes_back_to_what_it_needs(people: Cast) -> None:
    found = plan(amount=Decimal(17_500), forward=False, period=period_of("2025-Q1"), now=TODAY)
    assert [(line.step.title, line.target) for line in found.lines] == [
        ("Spend", Decimal("10000.00")), ("Inquiry", 100), ("MQL", 50), ("SAL", 25), ("SQL", 20), ("Opportunity", 20),
        ("Won", 10), ("Won revenue", Decimal("17500.00")),
    ]  # fmt: skip
    assert found.chain.problems == []
    for line in found.lines[:-1]:
        assert line.range.low is not None
        assert line.range.value is not None
        assert line.range.low < line.range.value
        assert line.range.high is None or line.range.value < line.range.high
    won = found.lines[-2]
    assert won.range.low == pytest.approx(17_500 / 2382.7, abs=0.01)
    assert won.range.high == pytest.approx(17_500 / 1117.3, abs=0.01)


def test_months_and_groups_add_up_to_the_target(people: Cast) -> None:
    found = plan(amount=Decimal("12345.67"), forward=False, period=period_of("2025"), now=TODAY)
    for line in found.lines:
        assert line.target is not None
        assert list(line.months) == [f"2025-{month:02d}" for month in range(1, 13)]
        assert sum(line.months.values()) == line.target
        for cut in ("territory", "source"):
            assert sum(line.parts[cut].values()) == line.target
    assert set(found.lines[0].parts["source"]) == {"web", "fair"}
    assert set(found.lines[0].parts["territory"]) == {"north"}


def test_a_budget_goes_forward_to_what_it_brings(people: Cast) -> None:
    found = plan(amount=Decimal(8000), forward=True, period=period_of("2025-01"), now=TODAY)
    assert [line.target for line in found.lines] == [8000, 80, 40, 20, 16, 16, 8, 14_000]


def test_without_history_it_says_what_is_missing() -> None:
    cast()
    found = plan(amount=Decimal(1000), forward=False, period=period_of("2025-01"), now=TODAY)
    assert not found.possible
    assert any("cost per lead" in problem for problem in found.chain.problems)
    assert any("average deal" in problem for problem in found.chain.problems)


def test_the_plan_becomes_the_proposal(people: Cast) -> None:
    client = Client()
    client.force_login(people.marketer)
    page = client.get("/kpis/targets/?of=goal&amount=17500&period=2025-Q1").content.decode()
    assert "Make this the proposal" in page
    answer = client.post(
        "/kpis/targets/propose/",
        {"of": "goal", "amount": "17500", "period": "2025-Q1", "step": ["revenue", "sal"], "cut": "source"},
    )
    assert answer["Location"] == "/kpis/"
    made = {
        one.agreement.key: terms_of(one)
        for one in Version.objects.select_related("agreement").filter(agreement__kind="kpi")
    }
    assert set(made) == {"won-revenue", "accepted-leads"}
    accepted = made["accepted-leads"]
    assert isinstance(accepted, KpiTerms)
    assert sum(line.value for line in accepted.targets) == 25
    for target in accepted.targets:
        assert sum(line.value for line in accepted.split if line.period == target.period) == target.value
    assert client.get("/kpis/accepted-leads/draft/1/").status_code == 200


@pytest.mark.parametrize(
    ("amount", "period"), [("0", "2025-Q1"), ("many", "2025-Q1"), ("10", "2025-W05"), ("10", "soon")]
)
def test_what_is_no_goal_is_said_so(people: Cast, amount: str, period: str) -> None:
    client = Client()
    client.force_login(people.marketer)
    page = client.get("/kpis/targets/", {"of": "goal", "amount": amount, "period": period})
    assert page.status_code == 200
    assert "Make this the proposal" not in page.content.decode()

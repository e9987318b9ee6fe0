"""The pace equals its oracle week by week, reckons what receivers can take, and says who outruns whom."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from alignment.agreements.in_force import InForce
from alignment.people.models import User
from alignment.refusals import Refused
from kpis.reports.pace import Rates, Span, capacity, judge
from kpis.reports.params import ReportParams, read_params
from kpis.reports.queries.pace import Receiver as Taker
from kpis.reports.registry import REPORTS
from kpis.reports.tables import as_table, flatten
from leads.handoffs.deciding import accept, reject
from leads.handoffs.models import Absence, Need, Receiver
from leads.models import Lead
from tests import snapshot
from tests.clocks import present_is
from tests.kpis.histories import GRID, draw_histories
from tests.kpis.pages.test_lists_behind_figures import LINK, length, read, signed_in
from tests.kpis.reports.handed_histories import draw_handoffs, handoff_rows, outreach_rows
from tests.kpis.test_reports_equal_oracles import as_question
from tests.leads.handoffs.handing import agreed, an_mql, offered
from tests.oracles import pace as oracle
from tests.world import Cast, cast, day

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MONDAY = datetime(2024, 1, 1, tzinfo=UTC)


def asked(**options: str) -> ReportParams:
    given = {"start": "2024-01-01", "end": "2024-01-29", **options}
    return read_params({name: [value] for name, value in given.items()}, now=NOW)


def answer(user: User | None = None, **options: str) -> dict[str, Any]:
    return REPORTS["pace"].run(asked(**options), user)


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def rule(people: Cast) -> InForce:
    return agreed(people)


def need(lead: Lead, rule: InForce, at: datetime) -> Need:
    """The lead qualifies for its handoff; an offer ends it."""
    return Need.objects.create(lead=lead, rule_id=rule.version_id, rule_key=rule.key, qualified_at=at, recorded_at=at)


@pytest.mark.parametrize("seed", range(3))
def test_the_pace_equals_its_oracle(people: Cast, rule: InForce, seed: int) -> None:
    draw_histories(seed, leads=80)
    draw_handoffs(seed)
    _draw_needs(seed, rule)
    world, needs = snapshot.world(), _need_rows()
    for options in (
        {"end": "2025-01-01"},
        {"start": "2024-02-07", "end": "2024-04-03", "timezone": "Pacific/Auckland"},
        {"end": "2025-01-01", "as_of": "2024-05-01T10:00:00Z"},
        {"end": "2024-09-01", "known_at": "2024-06-01"},
    ):
        params = asked(**options)
        found = REPORTS["pace"].run(params, None)["weeks"]
        expected = oracle.pace(world, needs, handoff_rows(), outreach_rows(), as_question(params))
        names = ("qualified", "offered", "accepted", "contacted", "waiting")
        assert {week["week"]: tuple(week[name] for name in names) for week in found} == {
            name: tuple(vars(week).values()) for name, week in expected.items()
        }, options


def _draw_needs(seed: int, rule: InForce) -> None:
    random = Random(seed)
    for lead in Lead.objects.order_by("pk"):
        at = lead.created_at + GRID * random.randrange(100)
        again = lead.handoffs.exclude(decided_at=None).order_by("offered_at").first()
        if again is not None and again.decided_at is not None and random.random() < 0.5:
            at = again.decided_at
        ended = random.choice((None, at + GRID * random.randrange(1, 40)))
        late = timedelta(hours=random.choice((0, 0, 900)))
        Need.objects.create(
            lead=lead, rule_id=rule.version_id, rule_key=rule.key, qualified_at=at, recorded_at=at + late, ended_at=ended,
            ended_recorded_at=ended and ended + late,
        )  # fmt: skip


def _need_rows() -> list[oracle.NeedRow]:
    return [
        oracle.NeedRow(n.lead_id, n.qualified_at, n.recorded_at, n.ended_at, n.ended_recorded_at)
        for n in Need.objects.all()
    ]


def a_month(people: Cast, rule: InForce) -> None:
    """Three leads in the first week: one accepted at once, one turned down and offered to the next, one that nobody takes."""
    first, second, third = (an_mql(name) for name in ("first", "second", "third"))
    need(first, rule, day(1))
    accept(offered(first, rule, people.salesperson, when=day(1)).pk, by=people.salesperson, now=day(1.1))
    need(second, rule, day(2))
    reject(
        offered(second, rule, people.salesperson, when=day(2)).pk, by=people.salesperson, reason="not-mine", note=None,
        now=day(2.5),
    )  # fmt: skip
    offered(second, rule, people.sales_lead, when=day(8))
    need(third, rule, day(3))


def weeks(document: dict[str, Any]) -> list[tuple[Any, ...]]:
    names = ("week", "qualified", "offered", "accepted", "contacted", "waiting")
    return [tuple(week[name] for name in names) for week in document["weeks"]]


def test_an_offer_that_goes_to_the_next_is_no_new_qualification(
    people: Cast, rule: InForce, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_month(people, rule)
    document = answer(end="2024-01-15")
    assert weeks(document) == [("2024-W01", 3, 2, 1, 0, 2), ("2024-W02", 0, 1, 0, 0, 2)]
    assert document["verdict"] == "marketing_ahead"
    assert document["says"] == (
        "Marketing outruns sales: 1.5 leads a week qualified, 0.5 were accepted, and what waits went from 0 to 2."
    )
    present_is(NOW, monkeypatch)
    client = signed_in(people.marketer)
    html = read(client, "/reports/pace/?start=2024-01-01&end=2024-01-15")
    behind = [(link, int(n)) for link, n in LINK.findall(html) if link.startswith("/reports/pace/behind/")]
    assert [n for _link, n in behind] == [3, 2, 1, 0, 2, 0, 1, 0, 0, 2]
    assert [(link, length(client, link)) for link, _n in behind] == behind


def test_what_receivers_can_take_is_known_once_all_have_a_limit(people: Cast, rule: InForce) -> None:
    a_month(people, rule)
    Receiver.objects.create(user=people.salesperson, capacity=Decimal(5), period="week", since=date(2024, 1, 1))
    assert [week["capacity"] for week in answer()["weeks"]] == [None] * 4
    Receiver.objects.create(user=people.sales_lead, capacity=Decimal("8.69"), period="month", since=date(2024, 1, 1))
    Absence.objects.create(user=people.salesperson, since=MONDAY + timedelta(days=7), until=MONDAY + timedelta(days=14))
    document = answer()
    assert [week["capacity"] for week in document["weeks"]] == [7.0, 2.0, 7.0, 7.0]
    assert (document["verdict"], document["capacity_per_week"]) == ("sales_ahead", 5.75)
    assert document["says"].startswith(
        "Sales outruns marketing: the receivers can follow up 5.75 a week, and 0.75 leads"
    )
    assert "7.0" in as_table(flatten(document, REPORTS["pace"].rows)).splitlines()[1].split()
    narrowed = answer(where=f"owner={people.sales_lead.email}")
    assert [week["capacity"] for week in narrowed["weeks"]] == [2.0] * 4
    assert answer(where="source=web")["receivers"] is None


def test_absences_that_overlap_count_once() -> None:
    def away(*days: tuple[float, float]) -> float | None:
        absences = tuple((MONDAY + timedelta(days=a), MONDAY + timedelta(days=b)) for a, b in days)
        return capacity([Taker(1, 7, "week", absences)], Span("2024-W01", MONDAY, MONDAY + timedelta(days=7)))

    assert away() == 7
    assert away((1, 3), (2, 4)) == 4
    assert away((-5, 1), (6, 20)) == 5
    assert away((-5, 20)) == 0
    assert capacity([], Span("2024-W01", MONDAY, MONDAY + timedelta(days=7))) is None


@pytest.mark.parametrize(
    ("qualified", "capacity_", "before", "after", "verdict"),
    [
        (11.1, 10, 0, 0, "marketing_ahead"),
        (11.0, 10, 0, 0, "in_step"),
        (9.0, 10, 0, 0, "in_step"),
        (8.9, 10, 0, 0, "sales_ahead"),
        (10.0, None, 0, 5, "marketing_ahead"),
        (10.0, None, 0, 4, "in_step"),
        (10.0, None, 5, 0, "sales_ahead"),
        (0.0, None, 0, 0, "nothing"),
    ],
)
def test_who_outruns_whom(qualified: float, capacity_: float | None, before: int, after: int, verdict: str) -> None:
    code, says = judge(Rates(qualified, 1.0, capacity_, before, after, weeks=4))
    assert code == verdict
    assert says.endswith(".")


def test_weeks_are_not_cut_and_a_partner_sees_its_own(people: Cast, rule: InForce) -> None:
    a_month(people, rule)
    offered(an_mql("theirs"), rule, people.partner, when=day(9))
    with pytest.raises(Refused):
        answer(by="source")
    assert weeks(answer(people.partner, end="2024-01-15")) == [("2024-W01", 0, 0, 0, 0, 0), ("2024-W02", 0, 1, 0, 0, 1)]
    assert answer(people.other_partner)["waiting"] == 0

"""Hand-overs are counted as the oracle counts them, open into lists of that length, and are seen by whom they concern."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from alignment.people.models import Team, User
from alignment.people.persons import add_person, ensure_team
from alignment.refusals import Refused
from kpis.reports.params import ReportParams, read_params
from kpis.reports.registry import REPORTS
from leads.lifecycle.changes import NewChange, NewValue, record_changes, record_values, void_changes
from leads.models import Lead, StageChange
from tests import snapshot
from tests.clocks import present_is
from tests.kpis.histories import draw_histories
from tests.kpis.pages.test_lists_behind_figures import LINK, length, read, signed_in
from tests.kpis.test_reports_equal_oracles import as_question
from tests.oracles import trail as oracle
from tests.world import Cast, a_lead, cast, day, held_by

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def asked(**options: str) -> ReportParams:
    given = {"start": "2024-01-01", "end": "2025-01-01", **options}
    return read_params({name: [value] for name, value in given.items()}, now=NOW)


def answer(user: User | None = None, **options: str) -> dict[str, Any]:
    return REPORTS["trail"].run(asked(**options), user)


@pytest.fixture
def people() -> Cast:
    return cast()


def pairs(document: dict[str, Any]) -> list[tuple[str, str, int, int]]:
    return [(pair["from"], pair["to"], pair["n"], pair["p50_seconds"]) for pair in document["pairs"]]


def figures(document: dict[str, Any]) -> tuple[int, ...]:
    return tuple(document[name] for name in ("leads", "handovers", "pingpong", "pingpong_leads"))


def a_circle(people: Cast) -> Lead:
    """Marketer → salesperson → (nobody) → salesperson → sales lead → salesperson, one day after the other."""
    lead = a_lead("circle", owner=people.marketer)
    holders = (people.salesperson, None, people.salesperson, people.sales_lead, people.salesperson)
    for number, holder in enumerate(holders, start=1):
        held_by(lead, holder, day(number))
    return lead


def test_nothing_happened(people: Cast) -> None:
    document = answer()
    assert figures(document) == (0, 0, 0, 0)
    assert document["mean_per_lead"] is None
    assert document["pairs"] == []


def test_a_lead_goes_in_a_circle(people: Cast) -> None:
    a_circle(people)
    a_lead("quiet", owner=people.salesperson)
    a_lead("nobody's")
    document = answer()
    assert figures(document) == (2, 3, 1, 1)
    assert document["mean_per_lead"] == 1.5
    one = 86_400
    mails = [person.email for person in (people.marketer, people.salesperson, people.sales_lead)]
    assert pairs(document) == [
        (mails[0], mails[1], 1, one),
        (mails[2], mails[1], 1, one),
        (mails[1], mails[2], 1, 3 * one),
    ]


def test_between_teams_and_between_sides(people: Cast) -> None:
    lead = a_circle(people)
    held_by(lead, people.partner, day(6))
    assert pairs(answer(between="team")) == [
        ("Marketing", "Sales", 1, 86_400),
        ("Sales", "Partners", 1, 5 * 86_400),
    ]
    assert pairs(answer(between="side")) == [("marketing", "sales", 1, 86_400)]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2024-01-02T09:00:00Z", "2024-01-05T09:00:00Z", (1, 1, 0, 0)),
        ("2024-01-05T09:00:00Z", "2024-01-06T09:00:00Z", (1, 1, 0, 0)),
        ("2024-01-06T09:00:00Z", "2024-01-06T09:00:00.000001Z", (1, 1, 1, 1)),
        ("2024-01-07", "2024-02-01", (1, 0, 0, 0)),
        ("2023-01-01", "2024-01-01", (0, 0, 0, 0)),
    ],
)
def test_a_handover_lies_where_the_holder_changed(
    people: Cast, start: str, end: str, expected: tuple[int, ...]
) -> None:
    a_circle(people)
    assert figures(answer(start=start, end=end)) == expected


def test_what_had_not_happened_or_was_not_known_does_not_count(people: Cast) -> None:
    lead = a_circle(people)
    assert figures(answer(as_of="2024-01-05T08:59:59Z")) == (1, 1, 0, 0)
    record_values(
        [NewValue(lead.pk, "owner", day(9), ref=people.marketer.pk)], recorded_at=datetime(2025, 6, 1, tzinfo=UTC)
    )
    assert figures(answer()) == (1, 4, 1, 1)
    assert figures(answer(known_at="2025-05-31")) == (1, 3, 1, 1)


def test_a_row_taken_back_does_not_count_from_then_on(people: Cast) -> None:
    lead = a_lead("1", owner=people.marketer, stage="mql")
    record_changes([NewChange(lead.pk, "sal", day(3), "manual", owner_id=people.salesperson.pk)], recorded_at=day(3))
    assert figures(answer()) == (1, 1, 0, 0)
    void_changes([StageChange.objects.latest("id").pk], reason="a mistake", now=datetime(2025, 3, 1, tzinfo=UTC))
    assert figures(answer()) == (1, 0, 0, 0)
    assert figures(answer(known_at="2025-02-01")) == (1, 1, 0, 0)


def test_conditions_narrow_leads_as_they_stood_at_the_end(people: Cast) -> None:
    a_circle(people)
    a_lead("other", source="web", owner=people.salesperson)
    assert figures(answer(where="source=web")) == (1, 0, 0, 0)
    assert figures(answer(where="source=")) == (1, 3, 1, 1)
    assert figures(answer(where=f"owner={people.salesperson.email}")) == (2, 3, 1, 1)


def test_it_is_not_cut_and_wrong_options_are_named(people: Cast) -> None:
    with pytest.raises(Refused):
        answer(by="source")
    with pytest.raises(Refused):
        answer(between="desks")


@pytest.mark.parametrize("seed", range(3))
def test_the_trail_equals_its_oracle(seed: int) -> None:
    draw_histories(seed, leads=120)
    _other_sides()
    world = snapshot.world()
    sides = dict(Team.objects.values_list("name", "side"))
    many: list[dict[str, str]] = [
        {},
        {"as_of": "2024-05-01T00:00:00Z"},
        {"known_at": "2024-06-01"},
        {"start": "2024-03-01", "end": "2024-04-01", "timezone": "Pacific/Auckland"},
        {"where": "segment=x"},
        {"where": "owner=ann@example.com", "known_at": "2024-06-01"},
        {"system": "a"},
    ]
    for options in many:
        for between in ("owner", "team", "side"):
            params = asked(**options, between=between)
            document = REPORTS["trail"].run(params, None)
            expected = oracle.trail(world, as_question(params), between, sides)
            assert figures(document) == (
                expected.leads,
                expected.handovers,
                expected.pingpong,
                expected.pingpong_leads,
            ), (options, between)
            assert document["mean_per_lead"] == expected.mean_per_lead
            found = {(p["from"], p["to"]): {"n": p["n"], "p50_seconds": p["p50_seconds"]} for p in document["pairs"]}
            assert found == expected.pairs, (options, between)


def _other_sides() -> None:
    """Some leads are also held by people of marketing and of a partner."""
    marketing, partner = ensure_team("Marketing", side="marketing"), ensure_team("Partner", side="partner")
    others = [
        add_person(name=name, email=f"{name}@example.com", now=NOW, team=team)
        for name, team in (("mia", marketing), ("pat", partner), ("max", marketing))
    ]
    for number, lead in enumerate(Lead.objects.order_by("pk")):
        for step in range(number % 4):
            record_values(
                [
                    NewValue(
                        lead.pk,
                        "owner",
                        day(
                            10 * step + number,
                        ),
                        ref=others[(number + step) % 3].pk,
                    )
                ],
                recorded_at=datetime(2024, 7, 1 + step, tzinfo=UTC),
            )


def test_a_partner_sees_the_trail_of_its_own_leads(people: Cast) -> None:
    a_circle(people)
    lead = a_lead("theirs", owner=people.salesperson)
    held_by(lead, people.partner, day(4))
    assert figures(answer(people.marketer)) == (2, 4, 1, 1)
    assert figures(answer(people.partner)) == (1, 1, 0, 0)
    assert figures(answer(people.other_partner)) == (0, 0, 0, 0)
    assert figures(answer(people.outsider)) == (0, 0, 0, 0)


def test_every_count_opens_its_list(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kpis.pages.listings.PAGE", 2)
    present_is(NOW, monkeypatch)
    a_circle(people)
    a_lead("quiet", owner=people.salesperson)
    client: Client = signed_in(people.marketer)
    html = read(client, "/reports/trail/?start=2024-01-01&end=2025-01-01")
    behind = [(link, int(n)) for link, n in LINK.findall(html) if link.startswith("/reports/trail/behind/")]
    assert sorted(n for _link, n in behind) == [1, 1, 1, 1, 1, 2, 3]
    assert [(link, length(client, link)) for link, _n in behind] == behind
    assert '<th scope="row">marketer@test.example</th>' in html
    assert client.get("/reports/trail/behind/?start=2024-01-01&end=2025-01-01&measure=nonsense").status_code == 400
    assert client.get("/reports/funnel/behind/?start=2024-01-01&end=2025-01-01").status_code == 404

"""The five numbers are those that both sides chose, else a stated set; and since we began they are compared honestly."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from alignment.agreements.drafts import start_draft
from alignment.refusals import Refused
from kpis.agreed.baseline import baseline
from kpis.agreed.headlines import five_numbers
from tests.clocks import present_is
from tests.kpis.agreed.agreeing import a_kpi
from tests.kpis.agreeing import agreed
from tests.world import TIME_ZERO, Cast, a_deal, a_lead, cast, day

pytestmark = pytest.mark.django_db
TODAY = day(300)  # 27 October 2024
CHOSEN: dict[str, Any] = {
    "numbers": [
        {"metric": "leads_created", "advice": "Call them.", "link": "/leads/"},
        {"kpi": "won-deals", "advice": "Ask what helped.", "link": ""},
    ]
}


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch) -> Cast:
    present_is(TODAY, monkeypatch)
    return cast()


def test_until_they_are_agreed_a_stated_set_stands_there(people: Cast) -> None:
    found = five_numbers(now=TODAY, user=people.marketer)
    assert not found.agreed
    assert [one.title for one in found.numbers] == [
        "Leads created", "Acceptance rate", "Leaks open", "Won deals", "Won revenue"
    ]  # fmt: skip


def test_those_that_both_chose_stand_there_in_their_order(people: Cast) -> None:
    a_kpi(people, at=TIME_ZERO, targets=[{"period": "2024-10", "value": "4"}])
    agreed(people, "headline", CHOSEN, at=day(1))
    a_deal(
        a_lead("1", created_at=day(290)),
        status="won",
        opened_at=day(291),
        closed_at=day(292),
        system="t",
        external_id="1",
    )
    found = five_numbers(now=TODAY, user=people.marketer)
    assert found.agreed
    assert [(one.title, one.value, one.advice, one.link) for one in found.numbers] == [
        ("Leads created", "1", "Call them.", "/leads/"), ("Won deals", "1", "Ask what helped.", "/kpis/won-deals/")
    ]  # fmt: skip
    assert found.numbers[1].verdict is not None
    assert found.numbers[1].note.endswith("target 4")


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ({"metric": "leads_created", "kpi": "won-deals"}, "one_measure"),
        ({}, "one_measure"),
        ({"metric": "leeds"}, "unknown_metric"),
        ({"kpi": "none"}, "unknown_kpi"),
        ({"metric": "leads_created", "link": "https://elsewhere.example/"}, "invalid_link"),
        ({"metric": "leads_created", "link": "//elsewhere.example/"}, "invalid_link"),
    ],
)
def test_what_cannot_stand_there_is_refused(people: Cast, number: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as refused:
        start_draft(
            "headline", "default", {"numbers": [{"advice": "Act.", **number}]}, author=people.marketer, now=TODAY
        )
    assert code in [error.code for error in refused.value.errors]


def leads(number: int, at: float) -> None:
    for one in range(number):
        a_lead(f"{at}-{one}", created_at=day(at))


def test_since_we_began_many_more_leads_are_better_and_a_few_more_may_be_chance(people: Cast) -> None:
    agreed(people, "headline", {"numbers": [CHOSEN["numbers"][0]]}, at=day(130))  # 10 May: February to April before it
    leads(1, 0)
    leads(20, 60)
    leads(24, 200)
    [few] = baseline(now=TODAY, user=None).numbers
    assert (few.then, few.now, few.verdict) == ("20", "24", "unclear")
    leads(40, 210)
    found = baseline(now=TODAY, user=None)
    [many] = found.numbers
    assert (found.began, many.then_days.first, many.then_days.end) == (
        date(2024, 5, 10),
        date(2024, 2, 1),
        date(2024, 5, 1),
    )
    assert (many.now_days.first, many.now_days.end) == (date(2024, 7, 1), date(2024, 10, 1))
    assert (many.then, many.now, many.change, many.verdict) == ("20", "64", "+44", "better")


def test_without_leads_there_is_nothing_to_compare(people: Cast) -> None:
    found = baseline(now=TODAY, user=None)
    assert found.began is None
    assert "nothing to compare" in found.problem


def test_before_three_months_have_followed_it_is_too_early(people: Cast) -> None:
    leads(3, 250)
    found = baseline(now=TODAY, user=None)
    assert (found.began, found.numbers) == (day(250).date(), [])
    assert "too early" in found.problem

"""Do the seven models share out every amount exactly, whatever the journey?"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpis.attribution.crediting import NEVER, Journeys, allotted, shares, weights_of
from kpis.attribution.models import WHOLE
from kpis.attribution.queries.deals import FACTS
from kpis.attribution.terms import MODELS
from tests.oracles import attribution as oracle

OPENED = datetime(2024, 4, 1, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TERMS = oracle.Terms(frozenset({"form"}))
EFFECTS = {"a": 0, "b": 1, "c": 333_333_333, "d": 10**9}
AMOUNTS = st.sampled_from([0, 1, 2, 3, 7, -1, -10, 100, 12_345, 10**9 + 1, 10**15 + 7]) | st.integers(-(10**9), 10**12)
AGES = st.sampled_from([timedelta(days=days) for days in (1, 7, 14, 21, 60)]) | st.timedeltas(
    timedelta(microseconds=1), timedelta(days=90)
)


@st.composite
def deals(draw: st.DrawFn) -> tuple[oracle.Deal, list[oracle.Touch]]:
    """One deal with its touches; instants often on a grid of half-lives."""
    ages = sorted(draw(st.lists(AGES, min_size=1, max_size=12)), reverse=True)
    touches = [
        oracle.Touch(n, 1, "form", OPENED - age, OPENED - age, draw(st.sampled_from("abcd")))
        for n, age in enumerate(ages)
    ]
    created = draw(st.none() | st.sampled_from([OPENED - age for age in ages]) | AGES.map(lambda age: OPENED - age))
    opened = draw(st.sampled_from([OPENED, None]))
    return oracle.Deal(0, None, 1, created, "won", opened, OPENED, draw(AMOUNTS)), touches


def microseconds(at: datetime | None) -> int:
    return -NEVER if at is None else (at - EPOCH) // timedelta(microseconds=1)


def journeys_of(found: list[tuple[oracle.Deal, list[oracle.Touch]]]) -> Journeys:
    """As arrays, in one batch."""
    return Journeys(
        deal=np.repeat(np.arange(len(found)), [len(touches) for _deal, touches in found]),
        at=np.array([microseconds(touch.at) for _deal, touches in found for touch in touches]),
        effect=np.array([EFFECTS[touch.channel or ""] for _deal, touches in found for touch in touches]),
        lead_created=np.array([microseconds(deal.lead_created_at) for deal, _touches in found]),
        opened=np.array([microseconds(deal.opened_at) for deal, _touches in found]),
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(deals(), min_size=1, max_size=4))
def test_many_deals_at_once_equal_one_after_the_other(found: list[tuple[oracle.Deal, list[oracle.Touch]]]) -> None:
    journeys = journeys_of(found)
    totals = np.array([deal.total or 0 for deal, _touches in found])
    exact: oracle.Effects = {name: Fraction(effect) for name, effect in EFFECTS.items()}
    for model, weights in weights_of(journeys, 7).items():
        amounts, parts = allotted(journeys, weights, totals), shares(journeys, weights)
        for n, (deal, touches) in enumerate(found):
            mine = journeys.deal == n
            expected = oracle.seven(deal, touches, TERMS, exact)[model]
            assert amounts[mine].tolist() == oracle.rounded(expected, deal.total or 0), (model, deal)
            assert int(parts[mine].sum()) == WHOLE
            assert all(
                abs(part - share * WHOLE) < 2 for part, share in zip(parts[mine].tolist(), expected, strict=True)
            )


def one(ages: list[float], *, total: int, created: float | None = None, opened: bool = True) -> dict[str, list[int]]:
    """The amounts of one deal touched so many days before it was opened."""
    touches = [oracle.Touch(n, 1, "form", OPENED - timedelta(days=age), OPENED, "d") for n, age in enumerate(ages)]
    born = None if created is None else OPENED - timedelta(days=created)
    journeys = journeys_of([(oracle.Deal(0, None, 1, born, "won", OPENED if opened else None, OPENED), touches)])
    return {
        model: allotted(journeys, weights, np.array([total])).tolist()
        for model, weights in weights_of(journeys, 7).items()
    }


@pytest.mark.parametrize(
    ("ages", "model", "expected"),
    [
        ([5], "position", [100]),
        ([5, 4], "position", [50, 50]),
        ([5, 4, 3], "position", [40, 20, 40]),
        ([5, 4, 3, 2], "position", [40, 10, 10, 40]),
        ([5], "first", [100]),
        ([5, 4, 3], "last", [0, 0, 100]),
        ([5, 4, 3], "linear", [34, 33, 33]),
        ([14, 7], "time_decay", [33, 67]),
    ],
)
def test_models_as_they_are_written(ages: list[float], model: str, expected: list[int]) -> None:
    assert one(ages, total=100)[model] == expected


@pytest.mark.parametrize(
    ("ages", "created", "opened", "expected"),
    [
        ([9, 8, 7, 6, 5], 7, True, [30, 5, 30, 5, 30]),
        ([9, 8, 7, 6, 5], 9, True, [60, 4, 3, 3, 30]),  # the first touch made the lead, too
        ([9, 8, 7], 20, True, [43, 14, 43]),  # the lead was there before: two roles and the rest, pro rata
        ([9, 8, 7], 8, True, [34, 33, 33]),  # every touch has a role: they share the ten
        ([9, 8], 1, True, [33, 67]),  # the last made the lead and the deal
        ([9, 8, 7], None, False, [75, 13, 12]),  # only the first role is known: 30 of 40
        ([9], None, False, [100]),
    ],
)
def test_roles_of_the_w(ages: list[float], created: float | None, opened: bool, expected: list[int]) -> None:
    assert one(ages, total=100, created=created, opened=opened)["w_shaped"] == expected


def test_a_deal_of_one_cent_and_one_of_nothing() -> None:
    assert {model: sum(amounts) for model, amounts in one([5, 4, 3], total=1).items()} == dict.fromkeys(MODELS, 1)
    assert one([5, 4, 3], total=1)["linear"] == [1, 0, 0]
    assert one([5, 4, 3], total=-1)["linear"] == [-1, 0, 0]
    assert {tuple(amounts) for amounts in one([5, 4, 3], total=0).values()} == {(0, 0, 0)}


def test_journeys_of_a_thousand_touches() -> None:
    ages = [90 - n * 0.08 for n in range(1000)]
    began = time.perf_counter()
    found = one(ages, total=99_999_999, created=50)
    assert time.perf_counter() - began < 2
    assert {sum(amounts) for amounts in found.values()} == {99_999_999}
    assert len(found["linear"]) == 1000


def test_each_rate_of_a_deal_is_looked_up_once() -> None:
    assert FACTS.count("FROM programs_rate") == len(("closed", "opened"))

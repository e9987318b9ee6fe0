"""Whom a rule would have offered, against a reckoning in plain Python over random histories."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import pytest

from tests import world
from tests.clocks import present_is
from tests.leads.definitions.qualifying import a_lead_at, saw, viewed
from tests.leads.handoffs.rules.test_backtest import END, rule, tried, went, who
from tests.world import day

pytestmark = pytest.mark.django_db
START, WINDOW = END - 30, 5


@dataclass
class Life:
    """Moments in days. `moves`: (stage, when it happened, when we learnt it); `views`: (when, when learnt)."""

    moves: list[tuple[str, float, float]] = field(default_factory=list)
    views: list[tuple[float, float]] = field(default_factory=list)


def a_life(rng: random.Random) -> Life:
    life, at = Life(), float(rng.randrange(15, 40))
    for _ in range(rng.randrange(1, 6)):
        last = life.moves[-1][0] if life.moves else ""
        stage = rng.choice([one for one in ("mql", "recycled", "inquiry", "mql") if one != last])
        life.moves.append((stage, at, at + rng.choice((0, 0, 0, 2))))
        at += rng.randrange(1, 14)
    for _ in range(rng.randrange(6)):
        seen = rng.randrange(12, 66) + 0.5
        life.views.append((seen, seen + rng.choice((0, 0, 3, 9))))
    return life


def offers(life: Life) -> list[float]:
    """A rule that asks for a page view within five days: the first moment of each stay in the days tried."""
    found = []
    for n, (stage, at, learnt) in enumerate(life.moves):
        if stage != "mql":
            continue
        until = life.moves[n + 1][1] if n + 1 < len(life.moves) else float("inf")
        since = max(at, learnt)
        held = [max(since, known) for seen, known in life.views if max(since, known) < seen + WINDOW]
        first = min(held, default=None)
        if first is not None and START <= first < min(END, until):
            found.append(first)
    return found


@pytest.mark.parametrize("seed", range(2))
def test_offers_equal_the_oracle(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    present_is(day(300), monkeypatch)
    people, rng = world.cast(), random.Random(seed)
    expected: list[tuple[str, float]] = []
    for n in range(40):
        life, lead = a_life(rng), a_lead_at(f"{n:02}", 10)
        for stage, at, learnt in life.moves:
            went(lead, (stage, at), recorded=learnt)
        for seen, known in life.views:
            saw(lead, seen, known)
        expected += [(f"{n:02}", at) for at in offers(life)]
    found = who(tried(people, rule(people, criteria=viewed(1, days=WINDOW))))
    assert sorted(found) == sorted(expected)
    assert len(found) > 5

"""How far is counted what waits? Exactly, up to a number beyond which it is "more than" that."""

from __future__ import annotations

import pytest

from alignment.agreements.in_force import InForce
from leads.funnel.stage_sets import stage_set
from leads.handoffs import selectors
from tests.leads.handoffs.handing import an_mql, at, offered
from tests.world import Cast


@pytest.mark.parametrize(("most", "told"), [(18, (17, False)), (17, (17, False)), (16, (16, True))])
def test_counts_end_at_the_most_that_is_told(
    cast: Cast, rule: InForce, monkeypatch: pytest.MonkeyPatch, most: int, told: tuple[int, bool]
) -> None:
    monkeypatch.setattr(selectors, "MOST", most)
    for n in range(17):
        offered(an_mql(f"lead-{n}"), rule, cast.salesperson)
    [section] = selectors.inbox(cast.salesperson, "mine", stage_set(), now=at(1))
    assert (section.total, section.is_over) == told

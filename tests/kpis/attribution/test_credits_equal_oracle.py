"""Do kept credits equal what plain Python makes of the same facts, touch by touch and to the cent?"""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from kpis.attribution.learning import PARTS, kept_effects
from kpis.attribution.models import WHOLE, Credit
from kpis.attribution.terms import MODELS, NOTHING_AGREED
from kpis.recompute import recompute_everything
from tests.kpis.attribution.drawing import draw, facts, kept_credits
from tests.oracles import attribution as oracle
from tests.oracles.money import Purse
from tests.world import NOW, cast

pytestmark = pytest.mark.django_db(transaction=True)

TERMS = oracle.Terms(frozenset(NOTHING_AGREED.kinds))
EUROS = Purse("EUR", ZoneInfo("UTC"), ())


def effects_of(found: oracle.Facts, at: datetime) -> dict[str | None, Fraction]:
    """As they are kept: in billionths."""
    exact = oracle.removal_effects(oracle.paths(found, TERMS, at))
    return {name: Fraction(round(effect * PARTS), PARTS) for name, effect in exact.items()}


def check_credits(found: oracle.Facts, effects: dict[str | None, Fraction]) -> int:
    """Hold every deal's kept credits to the oracle's; of how many deals."""
    kept, held = kept_credits(), 0
    for deal in found.deals:
        counts = deal.opened_at is not None or (deal.status == "won")
        if not counts:
            assert deal.id not in kept
            continue
        touches = oracle.journey(deal, found, TERMS)
        if not touches:
            assert kept.pop(deal.id) == [(None, (WHOLE,) * 7, (deal.total,) * 7)]
            continue
        rows = kept.pop(deal.id)
        assert [row[0] for row in rows] == [touch.id for touch in touches]
        for at, (model, shares) in enumerate(oracle.seven(deal, touches, TERMS, effects).items()):
            assert model == MODELS[at]
            amounts = [None] * len(rows) if deal.total is None else list(oracle.rounded(shares, deal.total))
            assert [row[2][at] for row in rows] == amounts, (model, deal)
            assert sum(row[1][at] for row in rows) == WHOLE
            assert all(abs(row[1][at] - share * WHOLE) < 2 for row, share in zip(rows, shares, strict=True))
        held += 1
    assert kept == {}
    return held


@pytest.mark.parametrize("seed", range(4))
def test_kept_credits_equal_the_oracle(seed: int) -> None:
    cast()
    drawn = draw(seed)
    recompute_everything(now=NOW)
    found = facts(drawn, EUROS)
    effects = effects_of(found, NOW)
    learnt = kept_effects().effects
    assert {name: Fraction(effect, PARTS) for name, effect in learnt.items() if effect} == {
        name: effect for name, effect in effects.items() if effect
    }
    check_credits(found, effects)
    assert Credit.objects.filter(lead_id__in=drawn.tests).count() == 0


def test_the_draws_meet_what_is_hard() -> None:
    cast()
    drawn = draw(3, touches=120, deals=25)
    recompute_everything(now=NOW)
    found = facts(drawn, EUROS)
    assert check_credits(found, effects_of(found, NOW)) > 15

"""Over which steps do units reach the goal? Drawn step by step where many do, unit by unit where few do: the same chances either way."""

from __future__ import annotations

import numpy as np
import pytest

from kpis.forecasts import pipeline

SHARES = np.array([[[0.02, 0.0, 0.05, 0.01]], [[0.0, 0.1, 0.0, 0.3]]])
RUNS = 40_000


def spread(number: int, *, each: float, monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    monkeypatch.setattr(pipeline, "EACH", each)
    counts = np.full((len(SHARES), RUNS), number)
    drawn = pipeline._spread(np.random.default_rng(7), counts, SHARES)
    assert drawn.shape == (len(SHARES), RUNS, SHARES.shape[-1])
    return np.asarray(drawn)


@pytest.mark.parametrize("each", [0.0, 1e9], ids=["step by step", "unit by unit"])
@pytest.mark.parametrize("number", [1, 12])
def test_each_step_has_its_share_and_steps_go_together_as_they_should(
    number: int, each: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = spread(number, each=each, monkeypatch=monkeypatch)
    assert drawn.sum(axis=-1).max() <= number
    for draw, [shares] in enumerate(SHARES):
        off = drawn[draw].mean(axis=0) - number * shares
        assert np.all(np.abs(off) <= 5 * np.sqrt(number * shares * (1 - shares) / RUNS))
        wanted = number * (np.diag(shares) - np.outer(shares, shares))
        assert np.cov(drawn[draw].T) == pytest.approx(wanted, abs=0.06)


@pytest.mark.parametrize("each", [0.0, 1e9], ids=["step by step", "unit by unit"])
def test_nobody_and_no_chance_give_nothing_and_everybody_is_never_more(
    each: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "EACH", each)
    rng = np.random.default_rng(7)
    assert not pipeline._spread(rng, np.zeros((2, 3), dtype=np.int64), SHARES).any()
    assert not pipeline._spread(rng, np.full((2, 3), 50), np.zeros_like(SHARES)).any()
    certain = np.array([[[0.7, 0.7]], [[0.5, 0.5]]])
    assert (pipeline._spread(rng, np.full((2, 3), 50), certain).sum(axis=-1) == 50).all()

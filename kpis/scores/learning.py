"""How are a model's numbers found? By scikit-learn: boosted trees beside a plain logistic regression, each calibrated on later rows.

Always the same for the same rows. What it learned is taken out as plain numbers at once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kpis.scores.encoding import Encoding, Numbers
from kpis.scores.fitted import Calibration, Fitted, Logistic, Raw, Tree, Trees

SEED = 20240101
ROUNDS, RATE, LEAVES, SMALLEST_LEAF, RIDGE = 120, 0.06, 8, 20, 1.0
ENOUGH_TO_BEND = 200
"""With so many wins (and others) to calibrate on, the curve may have any rising form; with fewer it is a sigmoid."""

Flags = NDArray[np.bool_]


def fit_trees(table: Numbers, won: Flags, weights: Numbers) -> Trees:
    """Gradient boosting on the log loss."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    model = HistGradientBoostingClassifier(
        max_iter=ROUNDS, learning_rate=RATE, max_leaf_nodes=LEAVES, min_samples_leaf=max(SMALLEST_LEAF, len(won) // 500),
        l2_regularization=RIDGE, early_stopping=False, random_state=SEED,
    )  # fmt: skip
    # where others work on the same cores, threads wait for each other many times as long as they work
    with threadpool_limits(1):
        model.fit(table, won, sample_weight=weights)
    return Trees(
        tuple(_tree(grown[0].nodes) for grown in model._predictors), float(np.ravel(model._baseline_prediction)[0])
    )


def _tree(nodes: np.ndarray) -> Tree:
    leaf = nodes["is_leaf"].astype(bool)
    return Tree(
        column=np.where(leaf, -1, nodes["feature_idx"].astype(np.int64)),
        limit=np.where(leaf, 0.0, nodes["num_threshold"].astype(np.float64)),
        left=nodes["left"].astype(np.int64),
        right=nodes["right"].astype(np.int64),
        value=nodes["value"].astype(np.float64),
    )


def fit_logistic(table: Numbers, won: Flags, weights: Numbers) -> Logistic:
    """A plain logistic regression over standardised columns, written back to the columns as they are."""
    from sklearn.linear_model import LogisticRegression

    middle, spread = table.mean(axis=0), table.std(axis=0)
    spread[spread == 0] = 1.0
    model = LogisticRegression(C=1.0, max_iter=2000).fit((table - middle) / spread, won, sample_weight=weights)
    slopes = model.coef_[0] / spread
    return Logistic(tuple(slopes.tolist()), float(model.intercept_[0] - slopes @ middle))


def calibrate(raw: Raw, table: Numbers, won: Flags, weights: Numbers) -> Calibration:
    """By rows that the model has not seen, and that are later than those it was learned from."""
    from sklearn.isotonic import IsotonicRegression
    from sklearn.linear_model import LogisticRegression

    lean = raw.lean(table)
    if min(int(won.sum()), int((~won).sum())) >= ENOUGH_TO_BEND:
        curve = IsotonicRegression(out_of_bounds="clip").fit(lean, won.astype(float), sample_weight=weights)
        return Calibration(
            "isotonic",
            tuple(curve.X_thresholds_.astype(float).tolist()),
            tuple(curve.y_thresholds_.astype(float).tolist()),
        )
    sigmoid = LogisticRegression(C=1e6, max_iter=2000).fit(lean[:, None], won, sample_weight=weights)
    return Calibration("sigmoid", slope=float(sigmoid.coef_[0][0]), shift=float(sigmoid.intercept_[0]))


def learn(
    kind: str, encoding: Encoding, learned: tuple[Numbers, Flags, Numbers], later: tuple[Numbers, Flags, Numbers]
) -> Fitted:
    """A model of that kind learned from the first and calibrated on the second (table, won, weights)."""
    raw: Raw = fit_trees(*learned) if kind == "trees" else fit_logistic(*learned)
    return Fitted(encoding, raw, calibrate(raw, *later))

"""Which few conditions tell won leads from the others? A small decision tree, written as conditions that people can read.

Pure: answers in, conditions out. Always the same for the same answers. The figures come from cross-validation: each lead is judged by
a tree that was grown without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]

MOST_LEAVES, DEPTH, FOLDS, SEED = 5, 3, 5, 20240101
WORTH_A_LEAF = 0.01
"""How much better a larger tree must tell them apart (balanced accuracy) to be worth reading."""

SMALLEST_LEAF = 10
NEVER, ALWAYS = False, True


@dataclass(frozen=True)
class Learned:
    """The criteria, None where nothing told them apart; of all leads, how many were picked when judged by a tree grown without
    them, and how many of those were won.
    """

    criteria: Document | None
    picked: int
    picked_won: int


def learn(conditions: Sequence[Document], answers: Sequence[Sequence[bool]], won: Sequence[bool]) -> Learned:
    """Grow the smallest tree that does about as well as any of at most `MOST_LEAVES` leaves; in it won leads weigh as much as the
    others together.
    """
    import numpy as np
    from sklearn.metrics import balanced_accuracy_score
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.tree import DecisionTreeClassifier

    table, target = np.asarray(answers, dtype=np.int8), np.asarray(won, dtype=np.int8)
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=SEED)
    grown = []
    for leaves in range(2, MOST_LEAVES + 1):
        tree = DecisionTreeClassifier(
            max_leaf_nodes=leaves,
            max_depth=DEPTH,
            min_samples_leaf=max(SMALLEST_LEAF, len(won) // 200),
            class_weight="balanced",
            random_state=SEED,
        )
        picked = cross_val_predict(tree, table, target, cv=folds) == 1
        grown.append((tree, picked, float(balanced_accuracy_score(target, picked))))
    best = max(score for _tree, _picked, score in grown)
    tree, picked, _score = next(one for one in grown if one[2] >= best - WORTH_A_LEAF)
    tree.fit(table, target)
    said = _say(tree.tree_, 0, conditions)
    return Learned(said if isinstance(said, dict) else None, int(picked.sum()), int((picked & (target == 1)).sum()))


def _say(tree: Any, node: int, conditions: Sequence[Document]) -> Document | bool:
    """A node as conditions; `ALWAYS` or `NEVER` where all below it are picked, or none."""
    without, within = tree.children_left[node], tree.children_right[node]
    if without == within:
        others, won = tree.value[node][0]
        return bool(won > others)
    asked = conditions[tree.feature[node]]
    return _either(asked, _say(tree, within, conditions), _say(tree, without, conditions))


def _either(asked: Document, then: Document | bool, otherwise: Document | bool) -> Document | bool:
    """`then` where the condition holds, else `otherwise`, in as few words as that can be said."""
    if then == otherwise:
        return then
    if otherwise is NEVER:
        return asked if then is ALWAYS else _all(asked, then)
    if then is ALWAYS:
        return _any(asked, otherwise)
    if then is NEVER:
        return {"not": asked} if otherwise is ALWAYS else _all({"not": asked}, otherwise)
    if otherwise is ALWAYS:
        return _any({"not": asked}, then)
    return _any(_all(asked, then), _all({"not": asked}, otherwise))


def _all(first: Document, then: Any) -> Document:
    return {"all": [first, *(then.get("all", [then]))]}


def _any(first: Document, other: Any) -> Document:
    return {"any": [first, *(other.get("any", [other]))]}

"""Does a score learn what is there to be learned, from what was known then, the same each time?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pytest

from kpis.scores.encoding import Encoding
from kpis.scores.features import FEATURES
from kpis.scores.fitted import Fitted
from kpis.scores.learning import fit_trees
from kpis.scores.queries.rows import Row, in_the_past
from kpis.scores.splitting import moments
from kpis.scores.training import Trained, train
from leads.funnel.stage_sets import stage_set
from leads.lifecycle.changes import NewChange, NewValue, record_changes, record_values, void_changes
from leads.models import Lead, StageChange
from tests.conftest import Lasting
from tests.kpis.scores.making import a_history, chance_of
from tests.world import NOW, Cast, a_lead, cast, did, moved

LATER = NOW + timedelta(days=130)
MOST = 1_000_000


@pytest.fixture(scope="module")
def past(lasting: Lasting) -> Iterator[Cast]:
    """Four thousand leads up to LATER; models are learned as of NOW."""
    with lasting():
        people = cast()
        a_history(4_000, until=LATER)
        yield people


@pytest.fixture(scope="module")
def _learned(past: Cast, django_db_blocker: object) -> Iterator[Trained]:
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        yield train(now=NOW)


@pytest.fixture
def learned(_learned: Trained, db: None) -> Trained:
    return _learned


def wait_of(learned: Trained) -> timedelta:
    return timedelta(seconds=learned.terms["horizon_seconds"])


def rows_after(learned: Trained) -> list[Row]:
    """Open leads after the model was learned, with what became of them."""
    at = [(NOW + timedelta(days=day), 0) for day in range(0, 60, 6)]
    return in_the_past(stage_set(), at, wait=wait_of(learned), most=MOST)


def test_chances_come_as_near_to_what_happens_as_the_true_odds(learned: Trained) -> None:
    rows = rows_after(learned)
    won = np.array([row.won for row in rows], dtype=float)
    truth = np.array([chance_of(row, wait_of(learned)) for row in rows])
    said = learned.fitted.chances(learned.fitted.encoding.table([row.values for row in rows]))
    leads = np.array([row.lead_id for row in rows])
    squares = (truth - won) ** 2
    by_lead = np.array([squares[leads == lead].sum() for lead in np.unique(leads)])
    error = np.sqrt(((by_lead - by_lead.mean()) ** 2).sum()) / len(rows)
    assert len(rows) > 1_000
    assert abs(((said - won) ** 2).mean() - squares.mean()) < 1.96 * error
    assert abs(said.mean() - won.mean()) < 0.04
    assert np.corrcoef(said, truth)[0, 1] > 0.9


def test_both_models_are_measured_on_the_same_later_rows_and_the_better_one_is_used(learned: Trained) -> None:
    figures = learned.figures
    assert learned.kind == min(("trees", "logistic"), key=lambda kind: float(figures[kind]["brier"]["value"]))
    for kind in ("trees", "logistic"):
        for figure in figures[kind].values():
            assert figure["low"] <= figure["value"] <= figure["high"]
        assert figures[kind]["brier"]["value"] < figures["base"]["brier"]["value"]
        assert figures[kind]["auc"]["low"] > 0.6
    assert figures["base"]["auc"]["value"] == 0.5
    test = learned.trained_on["test"]
    assert sum(one["rows"] for one in learned.reliability) == test["rows"]
    assert learned.reliability[0]["low"] == 0
    assert learned.reliability[-1]["high"] == 1


def test_what_matters_is_what_hangs_together_with_winning(learned: Trained) -> None:
    assert learned.features[0]["feature"] == "source"
    assert {one["feature"] for one in learned.features} == {feature.key for feature in FEATURES}


def test_the_test_begins_after_every_earlier_horizon_has_ended() -> None:
    wait = timedelta(days=47)
    for days in (100, 107, 120, 400, 1_000, 5_000):
        found = moments(NOW - timedelta(days=days), NOW, wait)
        if days == 100:
            assert found == []
            continue
        parts = [part for _at, part in found]
        assert parts == sorted(parts)
        assert [at for at, _part in found] == sorted(at for at, _part in found)
        tested = [at for at, part in found if part == 2]
        assert max(at for at, part in found if part < 2) + wait <= tested[0]
        assert tested[-1] + wait == NOW
        assert found[0][0] >= NOW - timedelta(days=days)


def test_learned_twice_it_is_the_same_to_the_last_digit(learned: Trained) -> None:
    again = train(now=NOW)
    assert again == again.__class__(**{**vars(learned), "fitted": again.fitted})
    assert again.fitted.document() == learned.fitted.document()


def test_what_happens_or_becomes_known_later_changes_no_row(learned: Trained, past: Cast) -> None:
    at = [(NOW - timedelta(days=days), 0) for days in (300, 200, 120)]
    stages, wait = stage_set(), timedelta(days=30)
    before = in_the_past(stages, at, wait=wait, most=MOST)
    assert len(before) > 500
    leads = list(Lead.objects.order_by("pk"))
    known_late = [NewValue(lead.pk, "segment", lead.created_at, text="late") for lead in leads]
    record_values(
        [*known_late, *(NewValue(lead.pk, "owner", LATER, ref=past.salesperson.pk) for lead in leads)],
        recorded_at=LATER,
    )
    record_changes([NewChange(lead.pk, "sal", LATER, "manual") for lead in leads[::2]], recorded_at=LATER)
    did(leads[0], "call", 300)
    moves = StageChange.objects.filter(to_id="mql", lead__in=leads[1:400:2])
    void_changes(list(moves.values_list("pk", flat=True)), reason="later doubted", now=LATER)
    Lead.objects.filter(pk=leads[5].pk).update(country="Ruritania", attributes={"plan": "gold"}, title="Buyer")
    moved(a_lead("new", created_at=NOW), ("inquiry", 334))
    assert in_the_past(stages, at, wait=wait, most=MOST) == before


def test_names_may_be_anything_and_strange_ones_say_nothing() -> None:
    strange = ["Robert'); DROP TABLE--", "%s %(x)s", "💥", "x" * 5_000, "\u202eevil", "{}", "", "NaN", "inf"]
    base: dict[str, str | float | None] = {
        one.key: (None if one.shape in ("name", "days") else 0.0) for one in FEATURES
    }
    rows = [tuple({**base, "source": strange[n % len(strange)], "age": 10.0**n}.values()) for n in range(18)]
    encoding = Encoding.learn(rows)
    table = encoding.table([*rows, tuple({**base, "source": "never seen"}.values())])
    assert np.isfinite(table).all()
    assert Encoding.read(encoding.document()) == encoding
    assert "x" * 5_000 not in encoding.names["source"]
    block = encoding.blocks()[1]
    assert not table[-1, block].any()


def test_trees_taken_out_as_numbers_say_what_the_library_says() -> None:
    from sklearn.ensemble import HistGradientBoostingClassifier

    random = np.random.default_rng(3)
    table = random.normal(size=(3_000, 6))
    won = random.random(3_000) < 1 / (1 + np.exp(-table[:, 0] * table[:, 1]))
    ours = fit_trees(table, won, np.ones(3_000))
    model = HistGradientBoostingClassifier(
        max_iter=120, learning_rate=0.06, max_leaf_nodes=8, min_samples_leaf=20, l2_regularization=1.0, early_stopping=False,
        random_state=20240101,
    ).fit(table, won)  # fmt: skip
    new = random.normal(size=(2_000, 6)) * 2
    assert np.allclose(ours.lean(new), model.decision_function(new), atol=1e-12)


def test_a_model_comes_back_from_its_document_and_nonsense_does_not(learned: Trained) -> None:
    document = learned.fitted.document()
    again = Fitted.read(document)
    table = again.encoding.table([row.values for row in rows_after(learned)[:50]])
    assert (again.chances(table) == learned.fitted.chances(table)).all()
    loop = {"column": [0, -1], "limit": [0, 0], "left": [0, 0], "right": [1, 1], "value": [0, 0]}
    for wrong in (
        {}, {**document, "format": 2}, {**document, "model": {"kind": "logistic", "weights": [1], "base": 0}},
        {**document, "model": {"kind": "trees", "base": 0, "trees": [loop]}}, {**document, "encoding": {"names": {}}},
        {**document, "calibration": None},
    ):  # fmt: skip
        with pytest.raises(ValueError, match="this"):
            Fitted.read(wrong)

"""A KPI's value in a period is what its metric says of these days, for any grain, filter and ratio; kept or live."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kpis.agreed.changes import changed
from kpis.agreed.kept import do_answer, values_kept
from kpis.agreed.measures import Measure, ask, between, measure_of, values_of
from kpis.agreed.terms import KpiTerms
from kpis.metrics.evaluating import evaluate
from kpis.metrics.periods import Grain
from kpis.metrics.periods import between as periods_between
from leads.funnel.stage_sets import stage_set
from tests.clocks import present_is
from tests.conftest import Lasting
from tests.kpis.leaking import NOW
from tests.kpis.metrics.kept.comparing import begin
from tests.kpis.metrics.worlds import draw_everything

MEASURES: dict[str, dict[str, Any]] = {
    "sum": {"metric": "leads_created"},
    "filtered": {"metric": "leads_created", "where": {"source": "web"}},
    "ratio": {"metric": "acceptance_rate"},
    "of two": {"over": {"metric": "accepted_leads", "where": {"source": "web"}}, "under": {"metric": "leads_created"}},
    "money": {"metric": "average_deal"},
    "windowed": {"metric": "conversion_from_start.sql"},
    "stock": {"metric": "open_leaks"},
    "outside": {"series": "page_views"},
}


@pytest.fixture(scope="module")
def drawn(lasting: Lasting) -> Iterator[None]:
    with lasting(), pytest.MonkeyPatch.context() as clock:
        present_is(NOW, clock)
        draw_everything(11, leads=20)
        begin()
        yield


@pytest.fixture
def world(drawn: None, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    present_is(NOW, monkeypatch)


def a_measure(**what: Any) -> Measure:
    terms = KpiTerms.model_validate({"title": "A number", "side": "sales", **what})
    return measure_of(terms, stage_set(at=NOW))


@pytest.mark.parametrize("name", MEASURES)
@pytest.mark.parametrize("grain", ["week", "month", "quarter", "year"])
def test_each_period_is_what_the_engine_says_of_its_days(world: None, name: str, grain: str) -> None:
    measure = a_measure(**MEASURES[name])
    periods = periods_between(Grain(grain), date(2024, 2, 10), date(2024, 5, 20))
    found = values_of(measure, periods, now=NOW, user=None)
    for period in periods:
        params = ask(period.first_day, period.end_day, now=NOW)
        parts = [
            evaluate([part.metric], replace(params, where=part.where))[()][part.metric].value
            for part in (measure.over, measure.under)
            if part is not None
        ]
        expected = parts[0] if len(parts) == 1 else _divided(parts)
        assert found[period.name].value == expected, period.name


def _divided(parts: list[Decimal | None]) -> Decimal | None:
    over, under = parts
    return over / under if over is not None and under else None


@pytest.mark.parametrize("name", MEASURES)
@pytest.mark.parametrize("grain", ["week", "month", "quarter"])
def test_kept_values_say_the_same(world: None, name: str, grain: str) -> None:
    assert do_answer(NOW)
    measure = a_measure(**MEASURES[name])
    periods = periods_between(Grain(grain), date(2024, 2, 10), date(2024, 5, 20))
    live = values_of(measure, periods, now=NOW, user=None)
    kept = values_kept(measure, periods, NOW)
    if name == "stock":
        assert kept is None  # not computed yet
        return
    if kept is None:
        assert measure.over.where
        assert grain == "quarter"
        return
    assert {name: one.value.value for name, one in kept.items()} == {name: one.value for name, one in live.items()}


@pytest.mark.parametrize("name", MEASURES)
def test_what_explains_a_change_adds_up_to_it(world: None, name: str) -> None:
    measure = a_measure(**MEASURES[name])
    found = changed(measure, now=NOW, user=None)
    for week, value in ((found.before_week, found.before), (found.week, found.after)):
        assert between(measure, week.first, week.end, now=NOW, user=None).value == value
    if found.explanation is not None:
        effects = sum(effect.total for effect in found.explanation.effects)
        assert effects == found.explanation.change
        assert found.before is not None
        assert found.after is not None
        assert float(effects) == pytest.approx(float(found.after - found.before), abs=0.006)

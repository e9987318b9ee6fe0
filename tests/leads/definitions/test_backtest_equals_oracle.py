"""Do a backtest and its second computation in plain Python name the same leads, whatever definitions and histories there are?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from alignment.agreements.kinds import BacktestQuestion
from alignment.agreements.models import Agreement, Backtest, Version
from leads.definitions.backtesting.computing import backtest
from leads.definitions.backtesting.lists import LISTS, rows_of
from leads.definitions.backtesting.span import span_of
from leads.definitions.terms import AllOf, AnyOf, LeadDefinition
from leads.funnel.stage_sets import stage_set
from leads.lifecycle.models import Progress
from leads.records.models import Lead
from tests.leads.definitions.rows import write
from tests.oracles.backtest import Life
from tests.oracles.backtest import backtest as compute
from tests.oracles.definition_cases import NOON, Case, cases, definitions
from tests.oracles.definition_facts import Facts
from tests.world import cast

pytestmark = pytest.mark.django_db

thoroughly = settings(
    max_examples=35,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
DAYS = st.sampled_from((1, 3, 7, 20))
LATER = st.sampled_from(tuple(timedelta(hours=12 * n) for n in (0, 1, 2, 5, 12, 30)))
ZONE = ZoneInfo("UTC")


@dataclass(frozen=True)
class Past:
    """A definition, one in force or none, and leads with what became of them."""

    definition: LeadDefinition
    against: LeadDefinition | None
    people: list[Life]
    end: datetime
    days: int


@st.composite
def pasts(draw: st.DrawFn) -> Past:
    """The other definition is a looser or another one; the span ends at a moment that something may lie on."""
    case: Case = draw(cases(most=5, past=False))
    others = [definitions(), *map(st.just, _parts(case.definition))]
    against = draw(st.one_of(st.none(), *others))
    people = [_life(draw, n, found) for n, found in enumerate(case.people)]
    return Past(case.definition, against, people, case.moments[-1], draw(DAYS))


def _parts(definition: LeadDefinition) -> list[LeadDefinition]:
    """The definition with one of its outermost conditions alone."""
    criteria = definition.criteria
    inner = criteria.all if isinstance(criteria, AllOf) else criteria.any if isinstance(criteria, AnyOf) else []
    return [definition.model_copy(update={"criteria": one}) for one in inner]


def _life(draw: st.DrawFn, number: int, found: Facts) -> Life:
    began = found.lead.created_at + draw(LATER)
    worked = draw(_or_not(LATER.map(lambda later: began + later)))
    won = draw(_or_not(LATER.map(lambda later: (worked or began) + later)))
    return Life(str(number), found, began, worked or won, won, lost=won is None and draw(st.booleans()))


def _or_not(times: SearchStrategy[datetime]) -> SearchStrategy[datetime | None]:
    return st.one_of(st.none(), times, times)


@thoroughly
@given(pasts())
def test_a_backtest_names_the_leads_that_a_second_computation_names(past: Past) -> None:
    people, against, end, days = past.people, past.against, past.end, past.days
    with transaction.atomic():
        cast()
        ids = dict(zip((life.name for life in people), _written(people), strict=True))
        names = {lead_id: name for name, lead_id in ids.items()}
        kept = _a_backtest(days, end)
        question = BacktestQuestion(kept.pk, "mql", past.definition, against, days, end, False)
        result = backtest(question, lambda _share: None)
        expected = compute(past.definition, against, people, end - timedelta(days=days), end, ZONE)
        span = span_of(result)
        found = {
            key: frozenset(names[row.lead_id] for row in rows_of(LISTS[key], kept.pk, span)) for key in expected.lists
        }
        there = {row.lead_id: row.this_at for row in rows_of(LISTS["qualified"], kept.pk, span)}
        transaction.set_rollback(True)
    assert result["horizon_seconds"] == expected.wait
    assert found == expected.lists
    assert {names[lead_id]: at for lead_id, at in there.items()} == expected.moments
    assert {week["week"]: week["this"] for week in result["weeks"] if week["this"]} == expected.weeks
    assert (result["precision"]["this"]["n"], result["precision"]["this"]["k"]) == _pair(expected.precision)
    assert result["precision"]["this"]["worked"]["n"] == expected.worked.n
    assert (result["recall"]["this"]["n"], result["recall"]["this"]["k"]) == _pair(expected.recall)
    lengths = {key: len(names) for key, names in expected.lists.items()}
    assert {key: figure["listed"] for key, figure in result["counts"].items() if key in lengths} == {
        key: n for key, n in lengths.items() if against is not None or not LISTS[key].compares
    }


def _pair(share: object) -> tuple[int, int]:
    return share.n, share.k  # type: ignore[attr-defined]


def _written(people: list[Life]) -> list[int]:
    """Their facts, and how far they came."""
    ids = write([life.facts for life in people])
    stages = stage_set()
    for lead_id, life in zip(ids, people, strict=True):
        reached = [life.began, life.began, life.worked, life.worked, life.worked, life.won, None]
        Progress.objects.create(
            lead_id=lead_id, version_id=stages.version_id, reached=reached, entered=reached, pass_number=1
        )
        if life.lost:
            Lead.objects.filter(pk=lead_id).update(stage="lost")
    return ids


def _a_backtest(days: int, end: datetime) -> Backtest:
    agreement, _made = Agreement.objects.get_or_create(kind="lead_definition", key="mql", defaults={"created_at": NOON})
    version = Version.objects.create(
        agreement=agreement, number=1, terms={}, schema=1, created_at=NOON, changed_at=NOON
    )
    return Backtest.objects.create(version=version, terms={}, days=days, ends_at=end, asked_at=NOON)

"""Do the compiler to SQL and the evaluator in plain Python agree, on whatever definition, lead and moment there may be?

Who is right where they differ is said by docs/definitions.md. Moments lie at the borders of windows, half-lives and recording;
values are missing, empty, of the wrong type, and look like wildcards and numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg2 import sql

from leads.definitions.compiling.activities import BACKTEST, JUDGED, LIVE, Knowledge
from leads.definitions.compiling.statements import Statement
from leads.definitions.explaining import Explanation, Part, explain
from leads.definitions.queries.everybody import meeting
from leads.definitions.queries.first_moments import first_moments
from leads.definitions.queries.moments import held
from leads.definitions.terms import AllOf, AnyOf, Condition, LeadDefinition, NotThis
from leads.records.models import Lead
from tests.leads.definitions.asking import run
from tests.leads.definitions.rows import write
from tests.oracles import definitions as oracle
from tests.oracles.definition_cases import Case, cases
from tests.oracles.definition_facts import Facts

pytestmark = pytest.mark.django_db

TICK = timedelta(microseconds=1)
WAYS: dict[oracle.Known, Knowledge] = {oracle.LIVE: JUDGED, oracle.BACKTEST: BACKTEST}
thoroughly = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@contextmanager
def written(found: list[Facts]) -> Iterator[list[int]]:
    """These leads are there, and gone again afterwards."""
    with transaction.atomic():
        yield write(found)
        transaction.set_rollback(True)


def at_moments(ids: list[int], moments: list[datetime]) -> Statement:
    """The relation of these leads at each of these moments."""
    text = "SELECT l.id AS lead_id, m.at FROM unnest(%(ids)s::bigint[]) l(id), unnest(%(at)s::timestamptz[]) m(at)"
    return Statement(sql.SQL(text), {"ids": ids, "at": moments})


def since(ids: list[int], moment: datetime) -> Statement:
    text = "SELECT l.id AS lead_id, %(since)s::timestamptz AS since FROM unnest(%(ids)s::bigint[]) l(id)"
    return Statement(sql.SQL(text), {"ids": ids, "since": moment})


def every_part(definition: LeadDefinition) -> Iterator[LeadDefinition]:
    """The definition, and one for each of its leaves alone: a group may hide what one of them gets wrong."""
    yield definition
    for leaf in leaves_of(definition.criteria):
        yield definition.model_copy(update={"criteria": leaf})


def leaves_of(condition: Condition) -> Iterator[Condition]:
    match condition:
        case AllOf():
            inner = condition.all
        case AnyOf():
            inner = condition.any
        case NotThis():
            inner = [condition.not_]
        case _:
            yield condition
            return
    for one in inner:
        yield from leaves_of(one)


@thoroughly
@given(cases(), st.sampled_from(sorted(WAYS)))
def test_a_definition_holds_at_the_same_moments(case: Case, known: oracle.Known) -> None:
    with written(case.people) as ids:
        for definition in every_part(case.definition):
            answered = run(held(definition, at_moments(ids, case.moments), knowledge=WAYS[known]))
            assert {(lead, at): holds for lead, at, holds in answered} == {
                (lead, at): oracle.holds(definition, one, at, known)
                for lead, one in zip(ids, case.people, strict=True)
                for at in case.moments
            }


@thoroughly
@given(cases(past=False))
def test_the_same_leads_meet_it_when_everybody_is_asked_at_once(case: Case) -> None:
    """Those that are there by then, by what is known of them now."""
    with written(case.people) as ids:
        for definition in every_part(case.definition):
            for at in case.moments:
                there = [(lead, one) for lead, one in zip(ids, case.people, strict=True) if one.recorded_at <= at]
                answered = {lead for (lead,) in run(meeting(definition, at, knowledge=LIVE))}
                assert answered == {lead for lead, one in there if oracle.holds(definition, one, at)}


@thoroughly
@given(cases(), st.sampled_from(sorted(WAYS)))
def test_leads_first_meet_it_at_the_same_instant(case: Case, known: oracle.Known) -> None:
    start, until = case.moments[0], case.moments[-1]
    with written(case.people) as ids:
        for definition in every_part(case.definition):
            answered = run(first_moments(definition, since(ids, start), until, knowledge=WAYS[known]))
            assert {lead: at for lead, at, _next in answered} == {
                lead: oracle.first_moment(definition, one, start, until, known)
                for lead, one in zip(ids, case.people, strict=True)
            }


@thoroughly
@given(cases())
def test_no_lead_comes_to_meet_it_before_it_is_looked_at_again(case: Case) -> None:
    """As long as nothing new is recorded: what is written down after `until` is left away."""
    start, until = case.moments[0], case.moments[-2]
    found = [_as_recorded_by(one, until) for one in case.people if one.recorded_at <= until]
    with written(found) as ids:
        for definition in every_part(case.definition):
            for lead, at, next_at in run(first_moments(definition, since(ids, start), until, knowledge=JUDGED)):
                end = until + timedelta(days=40)
                later = oracle.first_moment(definition, found[ids.index(lead)], until + TICK, end)
                if at is None and later is not None:
                    assert next_at is not None
                    assert until < next_at <= later


def _as_recorded_by(found: Facts, moment: datetime) -> Facts:
    return replace(
        found,
        activities=tuple(row for row in found.activities if row.recorded_at <= moment),
        consents=tuple(row for row in found.consents if row.recorded_at <= moment),
        lead_before=tuple(row for row in found.lead_before if row[0] <= moment),
        companies_before={
            key: tuple(row for row in rows if row[0] <= moment) for key, rows in found.companies_before.items()
        },
    )


def leaves_held(part: Part) -> Iterator[bool]:
    """Of every condition of an explanation that is no group, in order."""
    if part.joined is None:
        yield part.held
    for inner in part.parts:
        yield from leaves_held(inner)


@thoroughly
@given(cases(most=1, past=False))
def test_an_explanation_gives_the_same_points_rule_by_rule(case: Case) -> None:
    definition, found = case.definition, case.people[0]
    with written([found]) as [lead]:
        for at in case.moments:
            assert_explained(explain(definition, Lead.objects.get(pk=lead), at), definition, found, at)


def assert_explained(answered: Explanation, definition: LeadDefinition, found: Facts, at: datetime) -> None:
    assert answered.held == oracle.holds(definition, found, at)
    assert list(leaves_held(answered.tree)) == [leaf.holds for leaf in oracle.leaves(definition, found, at)]
    fit, engagement = oracle.ledger(definition, "fit", found, at), oracle.ledger(definition, "engagement", found, at)
    for lines, told in ((fit, answered.fit), (engagement, answered.engagement)):
        assert (told is None) == (not lines)
        if told is not None:
            assert [line.points for line in told.lines] == [line.points for line in lines]
            assert told.score == sum(line.points for line in told.lines)
            assert all(said.count in (None, line.count) for said, line in zip(told.lines, lines, strict=True))

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
from leads.definitions.explaining import Part, explain
from leads.definitions.queries.everybody import meeting
from leads.definitions.queries.first_moments import first_moments
from leads.definitions.queries.moments import held
from leads.definitions.terms import LeadDefinition
from leads.records.models import Lead
from tests.leads.definitions.asking import run
from tests.leads.definitions.rows import write
from tests.oracles import definitions as oracle
from tests.oracles.definition_cases import definitions, facts, moments
from tests.oracles.definition_facts import Facts

pytestmark = pytest.mark.django_db

TICK = timedelta(microseconds=1)
WAYS: dict[oracle.Known, Knowledge] = {oracle.LIVE: JUDGED, oracle.BACKTEST: BACKTEST}
thoroughly = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
people = st.lists(facts(), min_size=1, max_size=3)
asked = st.lists(moments(), min_size=1, max_size=4, unique=True)


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


@thoroughly
@given(definitions(), people, asked, st.sampled_from(sorted(WAYS)))
def test_a_definition_holds_at_the_same_moments(
    definition: LeadDefinition, found: list[Facts], at: list[datetime], known: oracle.Known
) -> None:
    with written(found) as ids:
        answered = {
            (lead, moment): holds
            for lead, moment, holds in run(held(definition, at_moments(ids, at), knowledge=WAYS[known]))
        }
    assert answered == {
        (lead, moment): oracle.holds(definition, one, moment, known)
        for lead, one in zip(ids, found, strict=True)
        for moment in at
    }


@thoroughly
@given(definitions(), people, moments())
def test_the_same_leads_meet_it_when_everybody_is_asked_at_once(
    definition: LeadDefinition, found: list[Facts], at: datetime
) -> None:
    """Those that are there by then, by what is known of them now."""
    found = [replace(one, lead_before=(), companies_before={}) for one in found]
    with written(found) as ids:
        answered = {lead for (lead,) in run(meeting(definition, at, knowledge=LIVE))}
    there = [(lead, one) for lead, one in zip(ids, found, strict=True) if one.recorded_at <= at]
    assert answered == {lead for lead, one in there if oracle.holds(definition, one, at)}


@thoroughly
@given(definitions(), people, moments(), moments(), st.sampled_from(sorted(WAYS)))
def test_leads_first_meet_it_at_the_same_instant(
    definition: LeadDefinition, found: list[Facts], one: datetime, other: datetime, known: oracle.Known
) -> None:
    start, until = sorted((one, other))
    with written(found) as ids:
        answered = {
            lead: at
            for lead, at, _next in run(first_moments(definition, since(ids, start), until, knowledge=WAYS[known]))
        }
    assert answered == {
        lead: oracle.first_moment(definition, one, start, until, known) for lead, one in zip(ids, found, strict=True)
    }


@thoroughly
@given(definitions(), people, moments(), moments())
def test_no_lead_comes_to_meet_it_before_it_is_looked_at_again(
    definition: LeadDefinition, found: list[Facts], one: datetime, other: datetime
) -> None:
    """As long as nothing new is recorded: what is written down after `until` is left away."""
    start, until = sorted((one, other))
    found = [_as_recorded_by(one, until) for one in found if one.recorded_at <= until]
    with written(found) as ids:
        answered = run(first_moments(definition, since(ids, start), until, knowledge=JUDGED))
    for lead, at, next_at in answered:
        facts = found[ids.index(lead)]
        later = oracle.first_moment(definition, facts, until + TICK, until + timedelta(days=40))
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
@given(definitions(), facts(past=False), moments())
def test_an_explanation_gives_the_same_points_rule_by_rule(
    definition: LeadDefinition, found: Facts, at: datetime
) -> None:
    with written([found]) as [lead]:
        answered = explain(definition, Lead.objects.get(pk=lead), at)
    assert answered.held == oracle.holds(definition, found, at)
    assert list(leaves_held(answered.tree)) == [leaf.holds for leaf in oracle.leaves(definition, found, at)]
    fit, engagement = oracle.ledger(definition, "fit", found, at), oracle.ledger(definition, "engagement", found, at)
    for lines, told in ((fit, answered.fit), (engagement, answered.engagement)):
        assert (told is None) == (not lines)
        if told is not None:
            assert [line.points for line in told.lines] == [line.points for line in lines]
            assert told.score == sum(line.points for line in told.lines)
            assert all(said.count in (None, line.count) for said, line in zip(told.lines, lines, strict=True))

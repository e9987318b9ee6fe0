"""How is a handoff rule tried on the past? The `backtest` of its kind, called by the worker and by the command.

Always every lead that stood where the rule begins: who receives hangs on everybody who came before, so that a share would tell nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from alignment.agreements.kinds import BacktestQuestion, Document, Report
from alignment.clock import now
from alignment.people.models import Team
from alignment.people.selectors import reporting_zone
from leads.definitions.backtesting.computing import moment
from leads.definitions.backtesting.span import DAY
from leads.definitions.compiling.watching import watched_by
from leads.definitions.terms import LeadDefinition
from leads.funnel.stage_sets import StageSet, stage_set
from leads.handoffs.backtesting import figures
from leads.handoffs.backtesting.lists import Row, micros, packed
from leads.handoffs.backtesting.offering import Offer, offers_of
from leads.handoffs.backtesting.queries.answers import Answer, answers
from leads.handoffs.backtesting.receiving import receive
from leads.handoffs.backtesting.saying import not_known, sentences
from leads.handoffs.queries.reckon import Term, calendars_of, reckon
from leads.handoffs.routing.agreed import rules_at
from leads.handoffs.routing.availability import Person
from leads.handoffs.routing.strategies import Step
from leads.handoffs.terms import HandoffRule, Span

SCHEMA = 1
FOUND, COMPARED, RECEIVED = 0.5, 0.7, 0.85
"""How far it is once each part of the work is done."""


def backtest(question: BacktestQuestion, report: Report) -> Document:
    """The evidence, as docs/handoffs.md tells it, with the rows behind every figure."""
    rule, zone, end = question.terms, reporting_zone(), question.ends_at
    start, others = end - question.days * DAY, rules_at(end)
    stages = stage_set(at=end)
    offers = offers_of(rule, question.key, others, start=start, end=end, report=lambda share: report(share * FOUND))
    before = _in_force(question, start, lambda share: report(FOUND + share * (COMPARED - FOUND)))
    mine = [one for one in offers if one.taken_by is None]
    with transaction.atomic():
        steps, people = receive(mine, rule, stages, end=end, zone=zone)
        report(RECEIVED)
        answered = answers(
            [(one.lead_id, one.at, one.pass_number) for one in mine], beyond=_beyond(rule, stages), to_side=rule.to.side
        )
        deadlines = _deadlines(mine, steps, rule, end)
    rows = [
        *(_row(*told, zone) for told in zip(mine, steps, answered, deadlines, strict=True)),
        *(Row(one.lead_id, micros(one.at), "taken") for one in offers if one.taken_by is not None),
        *(Row(one.lead_id, micros(one.at), "in_force") for one in before or ()),
    ]
    return _told(question, rows, steps, people, zone, compares=before is not None)


def _in_force(question: BacktestQuestion, start: datetime, report: Report) -> list[Offer] | None:
    """What the version in force would have offered; None where none is."""
    if question.against is None:
        return None
    others = rules_at(question.ends_at)
    found = offers_of(question.against, question.key, others, start=start, end=question.ends_at, report=report)
    return [one for one in found if one.taken_by is None]


def _beyond(rule: HandoffRule, stages: StageSet) -> list[str]:
    """The stages that a lead is in once it was accepted: where the rule leads, and those after it."""
    goal = stages.by_key.get(stages.meaning(rule.to.stage))
    if goal is None or goal.position is None:
        return [rule.to.stage]
    return [stage.key for stage in stages.forward if (stage.position or 0) >= goal.position]


Deadlines = tuple[datetime, datetime] | None


def _deadlines(offers: Sequence[Offer], steps: Sequence[Step], rule: HandoffRule, end: datetime) -> list[Deadlines]:
    """To accept and to make contact, by the calendars that held for each receiver at the end; None where nobody received."""
    to = [(step.user_id, step.team_id or 0) for step in steps]
    receivers = sorted({one for one, step in zip(to, steps, strict=True) if step.passed}, key=str)
    sides = dict(Team.objects.filter(pk__in={team for _user, team in receivers}).values_list("pk", "side"))
    asked = [(user, team, sides.get(team, rule.to.side)) for user, team in receivers]
    calendars = dict(zip(receivers, calendars_of(asked, end), strict=True))
    given = [n for n, step in enumerate(steps) if step.passed]
    found: list[Deadlines] = [None] * len(offers)
    both = [
        reckon([_term(offers[n], calendars[to[n]], span) for n in given])
        for span in (rule.accept_within, rule.contact_within)
    ]
    for n, accept, contact in zip(given, *both, strict=True):
        found[n] = (accept, contact)
    return found


def _term(offer: Offer, calendar: int | None, span: Span) -> Term:
    return Term(calendar if span.business else None, offer.at, span.hours * 3_600)


def _row(offer: Offer, step: Step, answer: Answer, deadlines: Deadlines, zone: ZoneInfo) -> Row:
    local = offer.at.astimezone(zone)
    accept_by, contact_by = deadlines or (None, None)
    return Row(
        lead=offer.lead_id,
        at=micros(offer.at),
        rule="this",
        user=step.user_id if step.passed else None,
        team=step.team_id if step.passed else None,
        accept_by=_maybe(accept_by),
        contact_by=_maybe(contact_by),
        accepted=_maybe(answer.accepted_at),
        contacted=_maybe(answer.contacted_at),
        hour=local.hour,
        weekday=local.weekday(),
    )


def _maybe(when: datetime | None) -> int | None:
    return None if when is None else micros(when)


def _told(
    question: BacktestQuestion,
    rows: list[Row],
    steps: list[Step],
    people: dict[int, Person],
    zone: ZoneInfo,
    *,
    compares: bool,
) -> Document:
    """The result, from the rows."""
    end, start = question.ends_at, question.ends_at - question.days * DAY
    lengths = figures.counts(rows, end, compares=compares)
    named = {one.team_id for one in people.values()} | {row.team for row in rows}
    asked = [team for team in named if team is not None]
    teams = dict(Team.objects.filter(pk__in=asked).values_list("pk", "name"))
    nobody = Counter(step.sentence for step in steps if not step.passed)
    told: Document = {
        "schema": SCHEMA,
        "start": moment(start),
        "end": moment(end),
        "days": question.days,
        "timezone": zone.key,
        "rule": question.key,
        "computed_at": moment(now()),
        "exact": True,
        "counts": lengths,
        "attained": {key: asdict(one) for key, one in figures.attained(lengths).items()},
        "times": {
            "accept": asdict(figures.times(rows, lambda row: row.accepted)),
            "contact": asdict(figures.times(rows, lambda row: row.contacted)),
        },
        "receivers": [asdict(one) for one in figures.loads(rows, people, teams, start, end, zone)],
        "nobody": [{"reason": reason, "leads": n} for reason, n in nobody.most_common(10)],
        "hours": figures.by_hour(rows),
        "weekdays": figures.by_weekday(rows),
        "weeks": [asdict(week) for week in figures.weeks(rows, start, end, zone, compares=compares)],
        "fields_as_now": bool(watched_by(LeadDefinition(criteria=question.terms.criteria)).owners),
        "offers": packed(rows),
    }
    return {**told, "sentences": sentences(told), "not_known": not_known(told)}

"""Whom the database finds most urgent is whom the rule finds, lead by lead; of somebody with very many the latest are looked at."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

import pytest

from alignment.people.models import Side, User
from kpis.acting import Facts, Next, judge, next_people, urgency
from kpis.leaks.selectors import leaks_of
from kpis.queries import acting
from kpis.recompute import drain
from leads.activities.kinds import REPLIES, TOUCHES
from leads.activities.log import log_activities
from leads.activities.rows import ActivityRow
from leads.funnel.stage_sets import stage_set
from leads.models import Activity, Lead
from tests.world import NOW, Cast, a_lead, cast, held_by

pytestmark = pytest.mark.django_db

OFTEN = {
    "call": 0.7,
    "email": 0.3,
    "email_reply": 0.1,
    "call_inbound": 0.1,
    "form": 0.5,
    "newsletter": 0.3,
    "note": 0.3,
}
STAGES = ("inquiry", "mql", "sal", "sql", "opportunity", "recycled", "lost", "won")
LEADS = 90


@pytest.fixture
def people() -> Cast:
    """Leads in every stage, held by some or waiting in a team, with things done at all sorts of distances from now."""
    people, drawn = cast(), Random(7)
    for n in range(LEADS):
        came = NOW - timedelta(days=drawn.choice((1, 4, 20, 60, 200)), hours=n)
        lead = a_lead(f"drawn-{n}", created_at=came, full_name=f"Drawn {n}", stage=drawn.choice(STAGES))
        holder = drawn.choice((people.salesperson, people.sales_lead, people.partner, None))
        if holder:
            held_by(lead, holder, came)
        else:
            Lead.objects.filter(pk=lead.pk).update(team=drawn.choice((people.sales, people.marketing)))
        rows = [
            ActivityRow(
                kind=kind,
                at=NOW - drawn.random() * min(NOW - came, timedelta(days=drawn.choice((2, 60)))),
                lead_id=lead.pk,
            )
            for kind, often in OFTEN.items()
            if drawn.random() < often
        ]
        log_activities(rows, now=NOW, actor_id=None)
    drain()
    return people


def by_rule(user: User) -> list[Next]:
    """Every open lead of theirs, judged one by one."""
    stages, found = stage_set(), []
    for lead in Lead.objects.visible_to(user).counted().select_related("progress", "owner"):
        terms = stages.by_key[lead.stage_id or ""]
        ours = lead.owner == user or (lead.owner is None and lead.team_id is not None and lead.team_id == user.team_id)
        if terms.category != "open" or not ours:
            continue
        came = lead.progress.stage_since
        if terms.side == Side.SALES:
            first = next(at for at, forward in enumerate(stages.forward) if forward.side == Side.SALES)
            came = lead.progress.reached[first] or came
        leaks = tuple(leak.kind for leak in leaks_of(lead, now=NOW))
        facts = Facts(terms, came, _last(lead, SPOKE), _last(lead, REPLIES), _last(lead, TOUCHES), leaks)
        reason = judge(facts, now=NOW)
        if reason:
            found.append(Next(lead, terms, reason, facts.spoke))
    return sorted(found, key=urgency)


SPOKE = frozenset({"call", "email"})


def _last(lead: Lead, kinds: frozenset[str]) -> datetime | None:
    moments = Activity.objects.filter(lead=lead, kind__in=kinds, at__lte=NOW).values_list("at", flat=True)
    return max(moments, default=None)


def told(found: list[Next]) -> list[tuple[int, str, datetime]]:
    return [(one.lead.pk, one.reason.code, one.reason.at) for one in found]


def test_the_database_finds_whom_the_rule_finds(people: Cast) -> None:
    codes = set()
    for user in (people.salesperson, people.sales_lead, people.partner, people.marketer, people.outsider):
        expected = told(by_rule(user))
        assert told(next_people(user, now=NOW, limit=LEADS)) == expected
        assert told(next_people(user, now=NOW, limit=4)) == expected[:4]
        besides = [pk for pk, _code, _at in expected[:3]]
        assert told(next_people(user, now=NOW, limit=4, besides=besides)) == expected[3:7]
        codes |= {code for _pk, code, _at in expected}
    assert {"answered", "new", "warm", "stalled"} <= codes


def test_of_very_many_the_latest_are_looked_at(people: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    everybody = {pk for pk, _code, _at in told(by_rule(people.salesperson))}
    monkeypatch.setattr(acting, "JUDGED", 5)
    latest = [one.lead for one in next_people(people.salesperson, now=NOW, limit=LEADS)]
    assert 0 < len(latest) <= 5 < len(everybody)
    left_out = Lead.objects.filter(pk__in=everybody - {lead.pk for lead in latest})
    assert min(lead.created_at for lead in latest) > max(lead.created_at for lead in left_out)

"""The measurements of leakage where leads are handed over, beside the same base before anything was handed over.

Handoffs are put straight into the tables, as they would have been kept: offers decided in time, late or never, turned down, expired
and offered once more, accepted and given back. Whatever looks random hangs on a row's number.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db import connection, transaction

from alignment.agreements.deciding import propose, sign
from alignment.agreements.drafts import start_draft
from alignment.agreements.models import Version
from alignment.people.models import Team
from alignment.people.persons import add_person, ensure_team
from kpis.leaks.queries import intervals
from kpis.leaks.report import leakage
from kpis.models import Leak
from kpis.recompute import recompute_touched
from kpis.reports.params import read_params, rfc3339
from leads.handoffs.models import Handoff
from leads.handoffs.terms import KIND
from leads.lifecycle.changes import touch
from leads.records.models import Lead
from tests.benchmarks.figures import Figure
from tests.benchmarks.population import END, SETTINGS, grow

_figure = partial(Figure, part="handoffs")
Said = Callable[[str], None]
EFFECT = END - timedelta(days=900)
PERIOD = {"start": ["2025-11-01"], "end": ["2026-11-01"], "limit": ["500"]}
OF_HANDOFFS = ("unrouted", "unaccepted", "uncontacted", "ping_pong", "unexplained")

FIRST = """
INSERT INTO leads_handoff (lead_id, rule_id, rule_key, origin, from_stage, to_stage, from_side, to_side, to_team_id, why, qualified_at,
    offered_at, recorded_at, accept_by, contact_by, state, decided_at, decided_recorded_at, returned_at, returned_recorded_at,
    reason, reason_recorded_at, schedule, step, version)
SELECT lead_id, %(rule)s, %(key)s, 'rule', stage, 'sal', 'marketing', 'sales', %(team)s, '[]', at - took, at, at, at + interval '4 hours',
       at + interval '12 hours', state, decided_at, decided_at, returned_at, returned_at, reason,
       CASE WHEN reason IS NOT NULL THEN decided_at END, '[]', 0, 1
FROM (
    SELECT *, CASE WHEN state = 'accepted' AND pg_temp.drawn(lead_id, 64) < 0.1 THEN decided_at + interval '5 days' END AS returned_at,
           CASE WHEN state = 'rejected' AND pg_temp.drawn(lead_id, 65) < 0.8 THEN 'not-mine' END AS reason
    FROM (
        SELECT lead_id, stage, at, state, interval '2 hours' * pg_temp.drawn(lead_id, 62) AS took,
               CASE state WHEN 'offered' THEN NULL WHEN 'expired' THEN at + interval '8 hours'
                    ELSE at + interval '8 hours' * pg_temp.drawn(lead_id, 63) END AS decided_at
        FROM (
            SELECT y.lead_id, y.stage, y.at + interval '3 hours' AS at,
                   pg_temp.one_of(ARRAY['accepted', 'accepted', 'rejected', 'expired'], pg_temp.drawn(y.lead_id, 61)) AS state
            FROM leads_stay y JOIN leads_lead l ON l.id = y.lead_id
            WHERE y.stage = 'inquiry' AND y.lead_id %% 10 < 3 AND NOT l.is_test AND y.at < %(end)s - interval '10 days'
        ) offered
    ) decided
) returned
"""

AGAIN = """
INSERT INTO leads_handoff (lead_id, rule_id, rule_key, origin, replaces_id, from_stage, to_stage, from_side, to_side, to_team_id, why,
    qualified_at, offered_at, recorded_at, accept_by, contact_by, state, decided_at, decided_recorded_at, schedule, step, version)
SELECT lead_id, rule_id, rule_key, 'rerouted', id, from_stage, to_stage, from_side, to_side, to_team_id, '[]', at - interval '1 hour',
       at, at, at + interval '4 hours', at + interval '12 hours', state, decided_at, decided_at, '[]', 0, 1
FROM (
    SELECT *, CASE state WHEN 'offered' THEN NULL ELSE at + interval '6 hours' * pg_temp.drawn(lead_id, 72) END AS decided_at
    FROM (
        SELECT lead_id, rule_id, rule_key, id, from_stage, to_stage, from_side, to_side, to_team_id,
               decided_at + interval '1 hour' AS at,
               pg_temp.one_of(ARRAY['accepted', 'accepted', 'rejected', 'offered'], pg_temp.drawn(lead_id, 71)) AS state
        FROM leads_handoff WHERE state IN ('rejected', 'expired')
    ) again
) decided
"""

DEADLINES = """
INSERT INTO leads_deadline (handoff_id, clock, due_at, recorded_at)
SELECT h.id, d.clock, d.due_at, h.recorded_at
FROM leads_handoff h CROSS JOIN LATERAL (VALUES ('accept', h.accept_by), ('contact', h.contact_by)) AS d(clock, due_at)
"""

NEEDS = """
INSERT INTO leads_need (lead_id, rule_id, rule_key, qualified_at, recorded_at, ended_at, ended_recorded_at, handoff_id)
SELECT lead_id, rule_id, rule_key, qualified_at, qualified_at, offered_at, offered_at, id FROM leads_handoff
"""

ON_OFFER = "UPDATE leads_lead l SET offered_team_id = h.to_team_id FROM leads_handoff h WHERE h.lead_id = l.id AND h.state = 'offered'"


def measure(leads: int, said: Said) -> list[Figure]:
    """Every figure, before and after leads were handed over."""
    grow(0, leads)
    team, rule = _agreed()
    said(f"{leads:,} leads are there")
    before = _kept(), _report()
    said(f"Without handoffs: kept in {before[0]:.2f} s, told in {before[1]:.2f} s")
    _hand_over(team, rule)
    offers, handed = Handoff.objects.count(), Handoff.objects.values("lead").distinct().count()
    said(f"{handed:,} leads have {offers:,} handoffs")
    kept, told, known = _kept(), _report(), _report(known_at=END)
    _check()
    said(f"With them: kept in {kept:.2f} s, told in {told:.2f} s, as it was known in {known:.2f} s")
    touched = _touched()
    size = f"{leads:,} leads, {handed:,} of them with {offers:,} handoffs"
    bare = f"{leads:,} leads, no handoff"
    return [
        _figure("leaks_kept_bare", "All leaks recomputed", before[0], "s", bare),
        _figure("leaks_kept", "All leaks recomputed", kept, "s", size),
        _figure("leakage_bare", "Leakage of a year", before[1], "s", bare),
        _figure("leakage_handed", "Leakage of a year", told, "s", size),
        _figure("leakage_known", "The same as it was known at an instant, from the logs", known, "s", size),
        _figure("leaks_touched", "Leaks and cells of 1,000 leads with handoffs", touched, "s", size),
    ]


def base_with_handoffs(leads: int, said: Said) -> None:
    """The same base, as far as that, for other measurements."""
    grow(0, leads)
    _hand_over(*_agreed())
    _keep()
    said(f"{leads:,} leads are there, three of ten handed over")


def _agreed() -> tuple[Team, Version]:
    """A rule that says how long there is."""
    team = ensure_team("sales", side="sales")
    marketer, seller = (
        add_person(name=side, email=f"{side}@bench.example", team=ensure_team(side, side=side), role="lead", now=EFFECT)
        for side in ("marketing", "sales")
    )
    terms = {
        "title": "Inquiry to sales",
        "criteria": {"field": "lead.email_usable", "op": "is", "value": True},
        "from": {"stage": "inquiry", "side": "marketing"},
        "to": {"stage": "sal", "side": "sales"},
        "routing": [{"strategy": "queue", "team": team.pk}],
        "accept_within": {"hours": 4.0, "business": False},
        "contact_within": {"hours": 12.0, "business": False},
        "reasons": [{"key": "not-mine", "title": "Belongs to somebody else", "next": "reroute"}],
    }
    draft = start_draft(KIND, "inquiry-to-sal", terms, author=marketer, now=EFFECT)
    propose(draft.pk, by=marketer, now=EFFECT)
    sign(draft.pk, by=seller, now=EFFECT)
    return team, draft


def _hand_over(team: Team, rule: Version) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SETTINGS)
        cursor.execute(FIRST, {"rule": rule.pk, "key": rule.agreement.key, "team": team.pk, "end": END})
        for statement in (AGAIN, NEEDS, DEADLINES, ON_OFFER):
            cursor.execute(statement)
    with connection.cursor() as cursor:
        for table in ("leads_handoff", "leads_need", "leads_deadline", "leads_lead"):
            cursor.execute(f"VACUUM (ANALYZE) {table}")


def _kept() -> float:
    """All of them once more: what holds already is not written again."""
    _keep()
    return _seconds(_keep)


def _keep() -> None:
    with transaction.atomic():
        intervals.keep(None)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE kpis_leak")


def _report(*, known_at: datetime | None = None) -> float:
    """The best of three."""
    clock = {} if known_at is None else {"known_at": [rfc3339(known_at)]}
    return min(_seconds(lambda: leakage(read_params({**PERIOD, **clock}, now=END))) for _ in range(3))


def _check() -> None:
    """Whether leads leak in every way that is measured."""
    missing = set(OF_HANDOFFS) - set(Leak.objects.values_list("kind", flat=True).distinct())
    if missing:
        raise SystemExit(f"Nothing leaked as {', '.join(sorted(missing))}.")


def _touched() -> float:
    """The best of three."""
    ids = list(Lead.objects.filter(handoffs__isnull=False).order_by("pk").values_list("pk", flat=True).distinct())
    some = ids[:: max(1, len(ids) // 1_000)][:1_000]

    def once() -> float:
        with transaction.atomic():
            touch(some)
        return _seconds(lambda: recompute_touched(now=END))

    return min(once() for _ in range(3))


def _seconds(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began

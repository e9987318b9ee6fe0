"""The measurements of kept metrics. Owners, teams, campaigns, deals and spend are put straight into the tables of a large base."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Event, Thread

from django.db import connection, transaction

from alignment.clock import now
from alignment.people.models import Organisation
from kpis.attribution import keeping
from kpis.leaks.queries import intervals
from kpis.metrics.kept import computing, counting
from kpis.metrics.kept.models import KeptDue, KeptFact, KeptMark, KeptValue
from kpis.metrics.kept.reading import read_many
from kpis.recompute import recompute_touched
from leads.lifecycle.changes import touch
from leads.records.models import Lead
from tests.benchmarks.figures import Figure
from tests.benchmarks.leak_measures import _agreed, _hand_over
from tests.benchmarks.population import END, SETTINGS, grow

Said = Callable[[str], None]
_figure = partial(Figure, part="metrics")

PEOPLE = """
INSERT INTO people_team (name, side) SELECT 'Team ' || n, CASE WHEN n % 2 = 0 THEN 'sales' ELSE 'marketing' END
FROM generate_series(1, 10) n ON CONFLICT DO NOTHING;
INSERT INTO programs_campaign (name, type, status, attributes, version) SELECT 'Campaign ' || n, '', '', '{}', 1
FROM generate_series(1, 50) n WHERE NOT EXISTS (SELECT FROM programs_campaign);
INSERT INTO programs_spend (starts_on, ends_on, amount, currency, campaign_id, channel, source, version)
SELECT d::date, (d + interval '27 days')::date, 1000 + c.id % 7, 'EUR', c.id, 'web', 'search', 1
FROM programs_campaign c, generate_series('2024-11-01'::timestamp, '2026-10-01', interval '1 month') d
WHERE NOT EXISTS (SELECT FROM programs_spend)
"""

HELD = """
INSERT INTO leads_leadvalue (lead_id, field, at, recorded_at, ref)
SELECT l.id, f.field, l.created_at, l.created_at, f.ids[1 + l.id %% cardinality(f.ids)]
FROM leads_lead l CROSS JOIN (VALUES
    ('owner', (SELECT array_agg(id ORDER BY id) FROM people_user)),
    ('team', (SELECT array_agg(id ORDER BY id) FROM people_team)),
    ('campaign', (SELECT array_agg(id ORDER BY id) FROM programs_campaign))
) AS f(field, ids)
WHERE l.id > %(first)s AND l.id <= %(last)s
"""

DEALS = """
INSERT INTO leads_deal (scope, lead_id, company_id, amount, currency, status, kind, opened_at, closed_at, attributes, created_at, version)
SELECT 0, l.id, l.company_id, 100 + l.id %% 9973, 'EUR', CASE l.id %% 3 WHEN 0 THEN 'lost' WHEN 1 THEN 'won' ELSE 'open' END, 'new',
       l.created_at + interval '20 days', CASE WHEN l.id %% 3 < 2 THEN l.created_at + interval '50 days' END, '{}', l.created_at, 1
FROM leads_lead l WHERE l.id %% 10 = 7 AND l.id > %(first)s AND l.id <= %(last)s
"""

TIDY = "VACUUM ANALYZE leads_leadvalue, leads_deal, leads_lead, programs_spend"


def measure(leads: int, said: Said) -> list[Figure]:
    """A tenth first, then all."""
    Organisation.objects.update_or_create(id=1, defaults={"name": "Bench", "timezone": "UTC", "currency": "EUR"})
    team, rule = _agreed()
    small = leads // 10
    _grow(0, small)
    _hand_over(team, rule)
    figures = _figures(small, said, "_small")
    _grow(small, leads)
    return figures + _figures(leads, said)


def _grow(first: int, last: int) -> None:
    from alignment.people.persons import add_person

    grow(first, last)
    for number in range(100 if first == 0 else 0):
        add_person(name=f"Owner {number}", email=f"owner-{number}@bench.example", now=END)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(SETTINGS)
        cursor.execute(PEOPLE)
        for statement in (HELD, DEALS):
            cursor.execute(statement, {"first": first, "last": last})
    with connection.cursor() as cursor:
        cursor.execute(TIDY)


def _figures(leads: int, said: Said, known_as: str = "") -> list[Figure]:
    said(f"{leads:,} leads are there")
    _prepare(said)
    size = f"{leads:,} leads, {leads * 8:,} activities, {leads // 10:,} deals"
    with Watched() as watched:
        whole = _seconds(lambda: counting.rebuild(now=now()))
    said(
        f"{KeptFact.objects.count():,} facts, {KeptValue.objects.count():,} values in {whole:.1f} s, {watched.most:.0f} MB at most"
    )
    again = _seconds(lambda: counting.rebuild(now=now()))
    said(f"again in {again:.1f} s")
    touched = min(_touched() for _ in range(3))
    said(f"1,000 touched leads in {touched:.2f} s")
    periods = KeptDue.objects.values("grain", "first_day").distinct().count()
    began = time.perf_counter()
    done = computing.work_off(now=now(), seconds=120)
    per = (time.perf_counter() - began) / max(1, done)
    said(f"{done} of {periods} periods of computed metrics, {per:.2f} s each")
    keys = ["leads_created", "touches", "spend", "cost_per_lead", "won_revenue", "win_rate", "acceptance_rate", "roi"]
    read = min(_seconds(lambda: read_many(keys, "month", END.date().replace(year=2025), END.date())) for _ in range(3))
    said(f"{len(keys) * 12} values read in {read * 1000:.1f} ms")
    return [
        _figure(
            f"metrics_whole{known_as}",
            "All counts and sums, everything anew",
            whole,
            "s",
            size,
            target=None if known_as else 300,
        ),
        _figure(f"metrics_again{known_as}", "The same where nothing changed (nightly)", again, "s", size),
        _figure(
            f"metrics_memory{known_as}",
            "Most memory of one process meanwhile (PSS)",
            watched.most,
            "MB",
            size,
            target=700,
        ),
        _figure(
            f"metrics_touched{known_as}",
            "1,000 touched leads, until counts and sums are right",
            touched,
            "s",
            size,
            target=5,
        ),
        _figure(f"metrics_computed{known_as}", "All computed metrics of one period", per, "s", size),
        _figure(f"metrics_read{known_as}", "96 kept values read", read * 1000, "ms", size, target=20),
    ]


def _prepare(said: Said) -> None:
    with transaction.atomic():
        intervals.keep(None)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE kpis_leak")
    seconds = _seconds(lambda: keeping.rebuild(now=now()))
    said(f"leaks and credits are there, credits in {seconds:.1f} s")
    KeptMark.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE kpis_credit")


def _touched() -> float:
    ids = list(Lead.objects.order_by("pk").values_list("pk", flat=True)[:: max(1, Lead.objects.count() // 1000)][:1000])
    with transaction.atomic():
        touch(ids)
    return _seconds(lambda: recompute_touched(now=now()))


class Watched:
    """How much memory the largest process of this run held: this one and the servers' (PSS), looked at twice a second."""

    def __init__(self) -> None:
        self.most, self._done = 0.0, Event()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            self._pids = [cursor.fetchone()[0], "self"]
        self._thread = Thread(target=self._watch)

    def __enter__(self) -> Watched:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(0.5):
            for pid in self._pids:
                text = Path(f"/proc/{pid}/smaps_rollup").read_text()
                found = next(line for line in text.splitlines() if line.startswith("Pss:"))
                self.most = max(self.most, int(found.split()[1]) / 1024)


def _seconds(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began

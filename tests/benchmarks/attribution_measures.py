"""The measurements of attribution. Companies, people, touches and deals are put straight into the tables.

Every company has two people and one deal, won after 30 touches in the 90 days before it was opened, half of them page views in eight
channels. Whatever looks random hangs on a row's number.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from functools import partial

from django.db import connection, transaction

from alignment.clock import now
from alignment.people.models import Organisation
from kpis.attribution import keeping
from kpis.attribution.models import Credit, CreditDue
from kpis.reports.params import read_params
from kpis.reports.registry import REPORTS
from leads.models import Deal
from tests.benchmarks.figures import Figure

Said = Callable[[str], None]
_figure = partial(Figure, part="attribution")
TOUCHES = 30
GROWN = """
SET LOCAL session_replication_role = replica;
INSERT INTO leads_company (id, scope, name, normal_name, attributes, version)
SELECT n, 0, 'Company ' || n, 'company ' || n, '{{}}', 1 FROM generate_series({first}, {last}) n;
INSERT INTO leads_lead (id, created_at, recorded_at, company_id, email_usable, phone_usable, attributes, is_test, version, source)
SELECT n, '2025-06-01'::timestamptz + (n % 86400) * interval '1 second', '2025-06-01', (n + 1) / 2, false, false, '{{}}', false, 1,
       's' || n % 5
FROM generate_series(2 * {first} - 1, 2 * {last}) n;
INSERT INTO leads_deal
    (id, scope, lead_id, company_id, amount, currency, status, kind, opened_at, closed_at, attributes, created_at, version)
SELECT n, 0, 2 * n, n, (n % 100000) + 0.99, 'EUR', 'won', 'new', '2026-01-01'::timestamptz + (n % 200) * interval '1 day',
       '2026-02-01'::timestamptz + (n % 200) * interval '1 day', '{{}}', '2026-01-01', 1
FROM generate_series({first}, {last}) n;
INSERT INTO leads_activity (lead_id, kind, direction, side, automated, at, recorded_at, typed_in, channel, attributes, url)
SELECT 2 * d - t % 2, CASE t % 2 WHEN 0 THEN 'page_view' ELSE 'form' END, 'inbound', 'marketing', false,
       '2026-01-01'::timestamptz + (d % 200) * interval '1 day' - interval '3 hours' * (1 + (t * 7919 + d * 31) % 719),
       '2026-11-01', false,
       'channel ' || (hashint4(d * 37 + t) & 7), '{{}}', 'https://example.com/' || t
FROM generate_series({first}, {last}) d, generate_series(1, {touches}) t;
"""
TIDY = "VACUUM ANALYZE leads_activity, leads_lead, leads_deal, leads_company"
YEAR = {"start": ["2026-01-01"], "end": ["2026-11-01"]}


def measure(deals: int, said: Said) -> list[Figure]:
    """A tenth first, then all."""
    Organisation.objects.update_or_create(id=1, defaults={"name": "Bench", "timezone": "UTC", "currency": "EUR"})
    small = deals // 10
    _grow(1, small)
    said(f"{small:,} deals are there")
    figures = [_everything(small, said, known_as="small")]
    _grow(small + 1, deals)
    said(f"{deals:,} deals are there")
    Credit.objects.all()._raw_delete(connection.alias)
    figures += [_everything(deals, said), _memory(deals), _again(deals, said), _touched(deals), *_report(deals, said)]
    return figures


def _grow(first: int, last: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(GROWN.format(first=first, last=last, touches=TOUCHES))
    with connection.cursor() as cursor:
        cursor.execute(TIDY)


def _size(deals: int) -> str:
    return f"{deals:,} won deals, {deals * TOUCHES:,} touches"


def _everything(deals: int, said: Said, known_as: str = "") -> Figure:
    began = time.perf_counter()
    keeping.rebuild(now=now())
    seconds = time.perf_counter() - began
    said(f"credited {Credit.objects.count():,} touches in {seconds:.1f} s")
    key = f"attribution_rebuild{'_' + known_as if known_as else ''}"
    return _figure(
        key, "All seven models, everything anew", seconds, "s", _size(deals), target=None if known_as else 60
    )


def _again(deals: int, said: Said) -> Figure:
    began = time.perf_counter()
    changed = keeping.rebuild(now=now())
    seconds = time.perf_counter() - began
    assert changed == 0, changed
    said(f"again in {seconds:.1f} s")
    return _figure("attribution_nightly", "The same where nothing changed (nightly)", seconds, "s", _size(deals))


def _memory(deals: int) -> Figure:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return _figure(
        "attribution_memory", "Most memory of the process that credits", peak, "MB", _size(deals), target=700
    )


def _touched(deals: int) -> Figure:
    found = []
    for first in (1, 2001, 4001, 6001, 8001):
        Deal.objects.filter(id__gte=first, id__lt=first + 1000).update(amount="77.77")
        assert CreditDue.objects.count() == 1000
        began = time.perf_counter()
        assert keeping.work_off(now=now()) > 900
        found.append(time.perf_counter() - began)
    return _figure("attribution_touched", "1,000 deals changed, credited anew", min(found), "s", _size(deals), target=5)


def _report(deals: int, said: Said) -> list[Figure]:
    figures = []
    for by in ("channel", "month"):
        took = []
        for _time in range(3):
            began = time.perf_counter()
            REPORTS["attribution"].run(read_params({**YEAR, "by": [by]}, now=now()), None)
            took.append(time.perf_counter() - began)
        said(f"report by {by}: {min(took):.2f} s")
        figures.append(
            _figure(f"attribution_report_{by}", f"The report of ten months by {by}", min(took), "s", _size(deals))
        )
    return figures

"""Lead definitions

The rule has 8 conditions, 5 on fields of lead and company, 3 on activities (a page view of `/pricing*` within 30 days, a touch within 14,
never an unsubscribe); without windows it reads the whole log. Both find the same leads, or the part stops. The peer's statement is written
by hand for these rows: it need not know case, `#` or NULL. 1,000 touched leads: each saw one more page, logged by the door that all use,
which has them wait; timed is everything from taking them out of the queue to the moves of those who qualify, in one transaction; the best
of 5 thousands. A backtest judges the version in force, too.

Where it goes: the exact count against today judges two rules, one after the other. The one without windows has to read the address of
every page view from the table: addresses are too long for an index. A page shows the estimate then. A thousand touched leads cost the same
planning and the same look-ups in any base. Leads whose fields cannot fit are not looked at further, which saves most of the log.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import cycle
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from psycopg2 import sql

from tests.benchmarks.figures import Figure

if TYPE_CHECKING:
    from alignment.agreements.models import Version
    from tests.benchmarks.bench import Bench

SIZES = (100_000, 1_000_000)
WRITES = True
WHY = {
    "definition_touched": "leads that move are written into the log, by the same way as all moves; what judges them is a small part.",
}
TOUCHED = 1_000
SOME = """
SELECT DISTINCT 1 + (hashint8extended(n, %(seed)s) & 9223372036854775807) %% %(leads)s FROM generate_series(1, %(many)s) n
"""

TOUCHES = "('page_view', 'form', 'content', 'webinar', 'event', 'ad_click', 'email_click', 'social', 'chat', 'survey')"
QUALIFIED = """
WITH done AS (
    SELECT lead_id,
           count(*) FILTER (WHERE kind = 'page_view' AND {pricing_since} AND regexp_matches(url, '^(https?://[^/]*)?/pricing')) AS pricing,
           count(*) FILTER (WHERE kind IN {touches} AND {touched_since}) AS touched,
           count(*) FILTER (WHERE kind = 'unsubscribe') AS unsubscribed
    FROM leads_activity WHERE "at" <= $now AND recorded_at <= $now
    GROUP BY lead_id
)
SELECT l.id FROM leads_lead l JOIN leads_company c ON c.id = l.company_id JOIN done ON done.lead_id = l.id
WHERE NOT l.is_test AND l.recorded_at <= $now
  AND c.employees >= 50 AND c.industry IN ('Machinery', 'Electronics', 'Chemicals') AND l.country IN ('DE', 'FR', 'US')
  AND (l.title NOT LIKE '%Buyer%' OR l.title IS NULL) AND l.email_usable
  AND pricing >= {pricing} AND touched >= {touched} AND unsubscribed = 0
"""


def _field(name: str, op: str, value: object) -> dict[str, Any]:
    return {"field": name, "op": op, "value": value}


def _did(kind: str, count: int, days: int | None = None, **more: object) -> dict[str, Any]:
    return {"activity": {"kinds": [kind], **more}, "count": count, "within_days": days}


def _rule(employees: int, *activities: dict[str, Any]) -> dict[str, Any]:
    """Eight conditions, three of them on activities."""
    return {
        "criteria": {
            "all": [
                _field("company.employees", "at_least", employees),
                _field("company.industry", "is", ["Machinery", "Electronics", "Chemicals"]),
                _field("lead.country", "is", ["DE", "FR", "US"]),
                {"not": _field("lead.title", "contains", "buyer")},
                _field("lead.email_usable", "is", True),
                {"activity": {"kinds": ["unsubscribe"]}, "op": "at_most", "count": 0},
                *activities,
            ]
        }
    }


AGREED = _rule(50, _did("page_view", 1, 30, url="/pricing*"), _did("touch", 1, 14))
STRICTER = _rule(200, _did("page_view", 2, 30, url="/pricing*"), _did("touch", 1, 14))
EVER = _rule(50, _did("page_view", 2, url="/pricing*"), _did("touch", 3))


def measure(bench: Bench) -> Iterator[Figure]:
    """What only reads first; then a version takes effect, and leads are touched."""
    yield _qualified(bench, "windows", "All leads against 8 conditions, 3 on activities", AGREED)
    yield _qualified(bench, "ever", "The same without windows: the whole log", EVER)
    yield from _counted(bench)
    version = _agree(bench)
    yield from _judged(bench)
    yield from _tried(bench, version)
    yield _asked(bench)


def _qualified(bench: Bench, key: str, title: str, rule: dict[str, Any]) -> Figure:
    """The statement over everybody, in the same leads as the peer's."""
    from alignment.plans import hashed_joins
    from leads.definitions.queries.everybody import meeting
    from leads.definitions.terms import LeadDefinition

    asked = meeting(LeadDefinition.model_validate(rule), bench.now)

    def found() -> set[int]:
        with transaction.atomic(), hashed_joins(roomy=True), connection.cursor() as cursor:
            cursor.execute(asked.text, asked.values)
            return {row[0] for row in cursor.fetchall()}

    windows = key == "windows"
    statement = QUALIFIED.format(
        touches=TOUCHES,
        pricing_since='"at" > $now - INTERVAL 30 DAY' if windows else "true",
        touched_since='"at" > $now - INTERVAL 14 DAY' if windows else "true",
        pricing=1 if windows else 2,
        touched=1 if windows else 3,
    ).replace("$now", f"TIMESTAMP '{bench.now:%Y-%m-%d %H:%M:%S}'")
    ours = bench.best(found)
    theirs = {row[0] for row in bench.peer.execute(statement).fetchall()}
    if ours.found != theirs or not theirs:
        both = f"{len(ours.found)} leads meet it here, {len(theirs)} there; {len(ours.found ^ theirs)} differ"
        raise SystemExit(f"{title}: {both}.")
    seconds, size = bench.peer_best(statement), f"{len(theirs):,} meet it"
    return Figure(f"definition_{key}", title, ours.seconds, "s", peer=seconds, target=20, cpu=ours.cpu, size=size)


def _counted(bench: Bench) -> Iterator[Figure]:
    """As one types: against what is in force, so that both are counted."""
    from leads.definitions import counting
    from leads.definitions.terms import LeadDefinition

    typed, agreed, ever = (LeadDefinition.model_validate(rule) for rule in (STRICTER, AGREED, EVER))
    patience = timedelta(minutes=1)
    estimate = bench.best(lambda: counting.estimate(typed, bench.now, agreed))
    yield Figure(
        "definition_estimate", "Live count with the change against today, estimated", estimate.seconds, "s", target=1
    )
    run = bench.best(lambda: counting.estimate(ever, bench.now, agreed))
    yield Figure("definition_estimate_ever", "The same, of the rule without windows", run.seconds, "s", target=1)
    exact = bench.best(lambda: counting.count(typed, bench.now, agreed, patience=patience))
    told, counted = estimate.found, exact.found.meets.leads
    bound = 100 * max(told.meets.high - told.meets.leads, told.meets.leads - told.meets.low) / told.of
    off = 100 * abs(told.meets.leads - counted) / told.of
    yield Figure(
        "definition_estimate_error",
        "Error of the estimate, of the error that it tells (95 %)",
        off,
        "% of leads",
        peer=bound,
        target=1,
    )
    yield Figure(
        "definition_exact",
        "Live count with the change against today, exact",
        exact.seconds,
        "s",
        target=3,
        cpu=exact.cpu,
    )
    run = bench.best(lambda: counting.count(ever, bench.now, agreed, patience=patience))
    yield Figure(
        "definition_exact_ever", "The same, of the rule without windows", run.seconds, "s", target=3, cpu=run.cpu
    )


def _agree(bench: Bench) -> Version:
    """Both sides sign the rule; it is in force from now on, after what lay before them is taken back."""
    from alignment.agreements.deciding import propose, sign, withdraw
    from alignment.agreements.drafts import start_draft
    from alignment.agreements.models import Version
    from leads.definitions.terms import KIND

    marketing, sales = bench.person("marketing-lead"), bench.person("sales-lead")
    for waiting in Version.objects.filter(agreement__kind=KIND, step="proposed"):
        withdraw(waiting.pk, by=marketing, now=bench.now)
    draft = start_draft(KIND, "mql", AGREED, author=marketing, now=bench.now)
    propose(draft.pk, by=marketing, now=bench.now)
    sign(draft.pk, by=sales, now=bench.now)
    return start_draft(KIND, "mql", STRICTER, author=marketing, now=bench.now)


def _judged(bench: Bench) -> Iterator[Figure]:
    """A full run, which leaves every lead judged; then thousands of leads touched and judged again."""
    from leads.definitions import runs

    later = bench.now + timedelta(minutes=1)
    run = bench.timed(lambda: runs.advance(now=lambda: later))
    moved = f"{run.found.moved:,} moved"
    yield Figure(
        "definition_run",
        "All leads judged as a version takes effect, moves included",
        run.seconds,
        "s",
        cpu=run.cpu,
        size=moved,
    )
    again = [_touched(bench, number) for number in range(1, 6)]
    judge, statement = (min(one[n] for one in again) for n in range(2))
    yield Figure(
        "definition_touched",
        "1,000 touched leads judged again, moves included",
        1000 * judge,
        "ms",
        target=100,
        growth=1.5,
    )
    yield Figure("definition_moments", "Of these the statement that finds when", 1000 * statement, "ms")


def _touched(bench: Bench, number: int) -> tuple[float, float]:
    """Seconds of the whole batch, and of the statement alone."""
    from leads.activities.log import log_activities
    from leads.activities.rows import ActivityRow
    from leads.definitions import judging

    with connection.cursor() as cursor:
        cursor.execute(SOME, {"seed": number, "leads": bench.size, "many": TOUCHED})
        ids = [row[0] for row in cursor.fetchall()]
    moment = bench.now + timedelta(hours=number)
    paths = cycle(("pricing", "blog/index", "", "products/1"))
    rows = [
        ActivityRow(kind="page_view", at=moment, lead_id=one, url=f"https://www.bench.example/{path}")
        for one, path in zip(ids, paths, strict=False)
    ]
    log_activities(rows, now=moment, actor_id=None)
    until = moment + timedelta(minutes=1)
    statement = bench.timed(lambda: _moments(ids, bench.now, until)).seconds
    return bench.timed(lambda: judging.judge(now=lambda: until)).seconds, statement


def _moments(ids: list[int], since: datetime, until: datetime) -> int:
    from leads.definitions.compiling.statements import Statement
    from leads.definitions.queries.first_moments import first_moments
    from leads.definitions.terms import LeadDefinition

    given = sql.SQL("SELECT unnest(%(ids)s::bigint[]) AS lead_id, %(since)s::timestamptz AS since")
    found = first_moments(LeadDefinition.model_validate(AGREED), Statement(given, {"ids": ids, "since": since}), until)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT count(at) FROM ({}) f").format(found.text), found.values)
        return int(cursor.fetchone()[0])


def _tried(bench: Bench, version: Version) -> Iterator[Figure]:
    """The stricter rule on the 90 days before the end, beside the one in force."""
    from alignment.agreements.backtests import ask_backtest, run_waiting

    for key, sampled, target in (("definition_backtest_sampled", True, 10), ("definition_backtest", False, 60)):
        asked = ask_backtest(version, by=None, now=bench.now, days=90, ends_at=bench.now, sampled=sampled)
        run = bench.timed(run_waiting)
        asked.refresh_from_db()
        if asked.state != "done" or asked.result is None:
            raise SystemExit(f"The backtest stopped: {asked.error}")
        found = asked.result["counts"]["qualified"]
        told = f"{found['leads']:,} qualify" + (f", {found['low']:,} to {found['high']:,}" if sampled else "")
        title = "Backtest of 90 days on a sample" if sampled else "Backtest of 90 days, all leads"
        yield Figure(key, title, run.seconds, "s", target=target, cpu=run.cpu, size=told)


def _asked(bench: Bench) -> Figure:
    """What is in force, asked a thousand times."""
    from alignment.agreements.in_force import in_force
    from leads.definitions.terms import KIND

    run = bench.best(lambda: [in_force(KIND, "mql", bench.now) for _ in range(1000)])
    return Figure("in_force", "Asking what is in force, a call", run.seconds, "ms")
